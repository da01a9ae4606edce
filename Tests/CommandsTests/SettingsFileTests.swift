import Console
import Testing

@testable import Commands

@Suite("A settings file")
struct SettingsFileTests {
  @Test("sets what carts are told, and leaves the rest as it is")
  func setsSettings() {
    let file = SettingsFile(
      parsing: """
        # mine
        language = "nl"   # two letters
          name='my-console-2'# not "mine"
        theme\t=\t0x123456
        rotate-screen = true\r
        contrast = true
        """)
    var expected = PlayerSettings()
    expected.language = "nl"
    expected.deviceName = "my-console-2"
    expected.theme = 0x123456
    expected.rotatesScreen = true
    expected.highContrast = true
    #expect(file.settings == expected)
    #expect(file.faults == [])
  }

  @Test("may be empty", arguments: ["", "\n\n# nothing\n"])
  func mayBeEmpty(text: String) {
    #expect(SettingsFile(parsing: text).settings == PlayerSettings())
    #expect(SettingsFile(parsing: text).faults == [])
  }

  @Test("with a wrong value gives its line, and the default for it alone")
  func givesLineOfValue() {
    let file = SettingsFile(
      parsing: """
        language = "dutch"
        name = "Not An Id"

        theme = 0x1000000
        contrast = 1
        easter-eggs = true
        colour = "red"
        easter-eggs = false
        name =
        [window]
        theme = 0x10 20
        """)
    var expected = PlayerSettings()
    expected.easterEggs = true
    #expect(file.settings == expected)
    #expect(
      file.faults == [
        .init(line: 1, reason: "language: it is two letters, such as \"en\""),
        .init(
          line: 2,
          reason: "name: it is 1 to 16 of a-z, 0-9 and single hyphens, such as \"my-console\""),
        .init(line: 4, reason: "theme: it is a number of up to 24 bits, such as 0x0D6C00"),
        .init(line: 5, reason: "contrast: it is true or false"),
        .init(line: 7, reason: "colour: there is no such setting"),
        .init(line: 8, reason: "easter-eggs: is set twice"),
        .init(line: 9, reason: "name: is set twice"),
        .init(line: 10, reason: "not a line such as: language = \"en\""),
        .init(line: 11, reason: "theme: is set twice"),
      ])
  }

  @Test(
    "does not stop the program, whatever is in it",
    arguments: [
      "\0", "=", "[[", "a.b.c", "language = \"\\u0000\"", "x = 1e400", "theme = -1", "theme =",
      "contrast = true false", "language = \"en", "language = \"en\" \"nl\"", "theme = 0x", "\"",
      "theme = 99999999999999999999", String(repeating: "[", count: 10_000),
      "a = " + String(repeating: "[", count: 10_000), "language = \"a\u{301}b\"",
    ])
  func survives(text: String) {
    let file = SettingsFile(parsing: text)
    #expect(file.settings == PlayerSettings())
    #expect(!file.faults.isEmpty)
  }

  @Test("lies in the configuration folder, which must be an absolute path")
  func liesInConfigurationFolder() {
    #expect(
      SettingsFile.standardPath(environment: ["XDG_CONFIG_HOME": "/c", "HOME": "/h"])
        == "/c/glowjar/settings.toml")
    #expect(
      SettingsFile.standardPath(environment: ["XDG_CONFIG_HOME": "c", "HOME": "/h"])
        == "/h/.config/glowjar/settings.toml")
    #expect(SettingsFile.standardPath(environment: [:]) == nil)
  }
}
