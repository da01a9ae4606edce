import Console
import TOML
import Testing

@testable import Commands

@Suite("A settings file")
struct SettingsFileTests {
  private func read(_ text: String) -> SettingsFile { SettingsFile(parsing: Array(text.utf8)) }

  @Test("sets what carts are told, and leaves the rest as it is")
  func setsSettings() {
    let file = read(
      """
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
    #expect(read(text).settings == PlayerSettings())
    #expect(read(text).faults == [])
  }

  @Test("with a wrong value gives its line, and the default for it alone")
  func givesLineOfValue() {
    let file = read(
      """
      language = "dutch"
      name = "Not An Id"

      theme = 0x1000000
      contrast = 1
      easter-eggs = true
      colour = "red"
      reduce-flashing = 1.5
      [window]
      theme = 1
      """)
    var expected = PlayerSettings()
    expected.easterEggs = true
    #expect(file.settings == expected)
    #expect(
      file.faults.map(\.description) == [
        "1:1: language: it is two letters, such as \"en\"",
        "2:1: name: it is 1 to 16 of a-z, 0-9 and single hyphens, such as \"my-console\"",
        "4:1: theme: it is a number of up to 24 bits, such as 0x0D6C00",
        "5:1: contrast: it is true or false",
        "7:1: colour: there is no such setting",
        "8:1: reduce-flashing: it is true or false",
        "9:2: window: there is no such setting",
      ])
  }

  @Test("that is not TOML gives the place, and defaults for all")
  func givesPlaceOfFault() {
    let file = read("contrast = true\neaster-eggs = true\ncontrast = false")
    #expect(file.settings == PlayerSettings())
    #expect(file.faults.map(\.description) == ["3:1: 'contrast' is there twice"])
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
    let file = read(text)
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
