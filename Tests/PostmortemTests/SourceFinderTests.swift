import Foundation
import Postmortem
import Testing

@Suite("Lines of the source")
struct SourceFinderTests {
  /// Makes a folder for the time of a test.
  private func withFolder(_ body: (URL) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("glowjar-" + UUID().uuidString)
    try FileManager.default.createDirectory(
      at: folder.appendingPathComponent("game/src"), withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try body(folder)
  }

  private func excerpt(_ finder: SourceFinder, _ file: String, _ line: Int) -> SourceExcerpt? {
    var reader = finder.reader()
    return reader.excerpt(of: file, line: line)
  }

  private let tenLines = (1...10).map { "line\t\($0)\n" }.joined()

  @Test("Three lines before and after, fewer at the ends of the file, tabs as spaces")
  func lines() throws {
    try withFolder { folder in
      let file = folder.appendingPathComponent("a.c")
      try tenLines.write(to: file, atomically: true, encoding: .utf8)
      let middle = try #require(excerpt(SourceFinder(), file.path, 5))
      #expect(middle.path == file.path)
      #expect(middle.firstLine == 2 && middle.markedLine == 5)
      #expect(middle.lines == (2...8).map { "line    \($0)" })
      #expect(excerpt(SourceFinder(), file.path, 1)?.lines.count == 4)
      #expect(excerpt(SourceFinder(), file.path, 0) == nil)
      #expect(excerpt(SourceFinder(), file.path, 12) == nil)
    }
  }

  @Test("A path of another machine is found by its end below the cart's project")
  func project() throws {
    try withFolder { folder in
      let game = folder.appendingPathComponent("game")
      try tenLines.write(
        to: game.appendingPathComponent("src/main.rs"), atomically: true, encoding: .utf8)
      try Data().write(to: game.appendingPathComponent("Cargo.toml"))
      let build = game.appendingPathComponent("target/wasm")
      try FileManager.default.createDirectory(at: build, withIntermediateDirectories: true)
      let finder = SourceFinder(cart: build.appendingPathComponent("cart.wasm").path)
      #expect(
        excerpt(finder, "/build/17/game/./src/main.rs", 3)?.path == game.path + "/src/main.rs")
      #expect(excerpt(finder, "src/main.rs", 3) != nil)
      #expect(excerpt(finder, "/build/src/other.rs", 3) == nil)
    }
  }

  @Test("Beginnings of paths are replaced, and folders are searched, as somebody asked")
  func roots() throws {
    try withFolder { folder in
      let source = folder.appendingPathComponent("game/src/a.zig")
      try tenLines.write(to: source, atomically: true, encoding: .utf8)
      let remapped = SourceFinder(
        cart: "/nowhere/cart.wasm", sourceRoots: ["/cart/code=\(folder.path)/game/src"])
      #expect(excerpt(remapped, "/cart/code/a.zig", 1)?.path == source.path)
      #expect(excerpt(remapped, "/else/a.zig", 1) == nil)
      let rooted = SourceFinder(cart: "/nowhere/cart.wasm", sourceRoots: [folder.path + "/game"])
      #expect(excerpt(rooted, "/else/src/a.zig", 1)?.path == source.path)
    }
  }

  @Test("What is no source, no text, no regular file or too large is not shown")
  func refused() throws {
    try withFolder { folder in
      func make(_ name: String, _ bytes: [UInt8]) throws -> String {
        let file = folder.appendingPathComponent(name)
        try Data(bytes).write(to: file)
        return file.path
      }
      let text = Array(tenLines.utf8)
      var path: String

      path = try make("good.c", text)
      #expect(excerpt(SourceFinder(), path, 1) != nil)

      path = try make("id_rsa", text)
      #expect(excerpt(SourceFinder(), path, 1) == nil)

      path = try make("notes.txt", text)
      #expect(excerpt(SourceFinder(), path, 1) == nil)

      path = try make("nul.c", [0x61, 0, 0x0A])
      #expect(excerpt(SourceFinder(), path, 1) == nil)

      path = try make("latin.c", [0x61, 0xFF, 0x0A])
      #expect(excerpt(SourceFinder(), path, 1) == nil)
      let large = [UInt8](repeating: 0x0A, count: (1 << 20) + 1)

      path = try make("large.c", large)
      #expect(excerpt(SourceFinder(), path, 1) == nil)
      #expect(excerpt(SourceFinder(), folder.path + "/folder.c", 1) == nil)
      let pipe = folder.path + "/pipe.c"
      #expect(mkfifo(pipe, 0o600) == 0)
      #expect(excerpt(SourceFinder(), pipe, 1) == nil)
      #expect(excerpt(SourceFinder(), "/dev/zero.c", 1) == nil)
    }
  }

  @Test("Dots in a path do not lead out of the folders that are searched") func dots() throws {
    try withFolder { folder in
      let outside = folder.appendingPathComponent("secret.c")
      try tenLines.write(to: outside, atomically: true, encoding: .utf8)
      let finder = SourceFinder(roots: [folder.path + "/game"])
      #expect(excerpt(finder, "../secret.c", 1) == nil)
      #expect(excerpt(finder, "src/../../secret.c", 1) == nil)
    }
  }

  @Test("A report has the lines of the author's own functions, and its text marks one")
  func report() throws {
    let program = try CrashedProgram.crasher("c-O2-dwarf5", "crash_div0")
    let sources = SourceFinder(roots: [CrashedProgram.crashers.path])
    let report = program.report(ReportOptions(sources: sources))
    let excerpt = try #require(report.selected?.function.excerpt)
    #expect(excerpt.lines[excerpt.markedLine - excerpt.firstLine].contains("num / den"))
    let text = TextReport(report).text
    #expect(text.contains("/Crashers/crash.c:33\n  30 | "))
    #expect(text.contains("\n> 33 |     int quotient = num / den;\n"))
    #expect(text.contains("\nVariables of ratio\n"))
    #expect(text.contains("\n  den = 0  int\n"))
    #expect(text.contains("\n> #0  ratio  /cart/crash.c:33:24  inlined\n"))
    #expect(text.contains("\n  #0  step  /cart/crash.c:46:13  at 0x"))
  }
}
