import Dwarf
import Testing

@Suite("A backtrace in wasmtime's words")
struct BacktraceTests {
  @Test("It is wasmtime's own, line by line", arguments: Crasher.all)
  func isEqual(name: String) throws {
    let crasher = try Crasher(name)
    let info = DebugInfo(crasher.bytes)
    #expect(!crasher.traps.isEmpty)
    for trap in crasher.traps {
      let ours = try crasher.backtrace(of: trap, with: info)
      let difference = zip(ours, trap.backtrace).first { $0 != $1 }
      #expect(
        ours == trap.backtrace,
        "\(crasher.name) \(trap.export): \(difference.map { "\($0) instead of \($1)" } ?? "length")"
      )
    }
  }
}

@Suite("Where code comes from")
struct CompilationTests {
  @Test(
    "The compiler is named, and whether it put the debug information elsewhere",
    arguments: [
      ("c-O2-dwarf5", "clang version", false), ("c-O2-split", "", true),
      ("c-O2-split4", "", true), ("rust-O0-v0", "clang LLVM (rustc version", false),
      ("swift-O", "Swift version", false), ("zig-Debug", "zig", false),
    ])
  func compiler(module: String, name: String, isSplit: Bool) throws {
    let crasher = try Crasher(module)
    let info = DebugInfo(crasher.bytes)
    let offset = try #require(crasher.traps.first?.offsets.last ?? nil)
    let code = try #require(info.codeSectionOffset)
    let compilation = try #require(info.compilation(atCodeOffset: offset - code))
    #expect((compilation.producer ?? "").hasPrefix(name), "\(compilation)")
    #expect(compilation.isSplit == isSplit)
  }

  @Test("A module without debug information says so", arguments: ["c-O2-names", "c-O2-stripped"])
  func nothing(module: String) throws {
    let info = DebugInfo(try Crasher(module).bytes)
    #expect(!info.isPresent)
    #expect(info.frames(atCodeOffset: 50).isEmpty)
  }

  @Test("What is no module has no debug information", arguments: [[], [0], Array("\0asm".utf8)])
  func noModule(bytes: [UInt8]) {
    let info = DebugInfo(bytes)
    #expect(!info.isPresent)
    #expect(info.codeSectionOffset == nil)
    #expect(info.frames(atCodeOffset: -1).isEmpty)
    #expect(info.frames(atCodeOffset: 0).isEmpty)
    #expect(info.frames(atCodeOffset: .max).isEmpty)
  }
}
