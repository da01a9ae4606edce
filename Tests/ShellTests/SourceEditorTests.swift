import Foundation
import Shell
import Testing

@Suite("Opening a source file")
struct SourceEditorTests {
  private func words(_ visual: String?) -> [String] {
    attempts(visual, hasTerminal: true)[0]
  }

  private func attempts(
    _ visual: String?, terminal: String? = nil, hasTerminal: Bool
  ) -> [[String]] {
    SourceEditor(visual: visual, terminal: terminal)
      .attempts(path: "/a b/$(c).c", line: 7, hasTerminal: hasTerminal)
  }

  @Test func `Editors are told the line in their way, others get the file`() {
    #expect(words("vim") == ["vim", "+7", "/a b/$(c).c"])
    #expect(words("/bin/emacsclient -n") == ["/bin/emacsclient", "-n", "+7", "/a b/$(c).c"])
    #expect(words("code --wait") == ["code", "--wait", "--goto", "/a b/$(c).c:7"])
    #expect(words("subl") == ["subl", "/a b/$(c).c:7"])
    #expect(words("kate") == ["kate", "--line", "7", "/a b/$(c).c"])
    #expect(words("my-editor") == ["my-editor", "/a b/$(c).c"])
  }

  @Test func `An editor for terminals gets one, or else the desktop chooses`() {
    let file = "/a b/$(c).c"
    #expect(attempts("vim", hasTerminal: true) == [["vim", "+7", file]])
    #expect(
      attempts("/bin/nano -v", hasTerminal: false)
        == [["x-terminal-emulator", "-e", "/bin/nano", "-v", "+7", file], ["xdg-open", file]])
    #expect(
      attempts("hx", terminal: "foot -T source", hasTerminal: false)[0]
        == ["foot", "-T", "source", "-e", "hx", "\(file):7"])
    #expect(attempts("code", hasTerminal: false) == [["code", "--goto", "\(file):7"]])
    #expect(attempts(nil, hasTerminal: false) == [["xdg-open", file]])
  }

  @Test(arguments: [nil, "", "  "])
  func `Without an editor the desktop chooses`(visual: String?) {
    #expect(words(visual) == ["xdg-open", "/a b/$(c).c"])
  }

  @Test func `Only regular files with the name of a source file are opened`() throws {
    let folder = NSTemporaryDirectory() + "glowjar-\(UInt64.random(in: 0...(.max)))"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    for name in ["main.c", "MAIN.RS", "evil.desktop", "run", ".c"] {
      #expect(FileManager.default.createFile(atPath: "\(folder)/\(name)", contents: Data()))
    }
    try FileManager.default.createDirectory(
      atPath: folder + "/folder.c", withIntermediateDirectories: false)
    #expect(SourceEditor.refusal(of: folder + "/main.c") == nil)
    #expect(SourceEditor.refusal(of: folder + "/MAIN.RS") == nil)
    for name in ["evil.desktop", "run", ".c", "folder.c", "missing.c"] {
      #expect(SourceEditor.refusal(of: "\(folder)/\(name)") != nil, "\(name)")
    }
    #expect(SourceEditor.refusal(of: "/dev/null") != nil)
  }
}
