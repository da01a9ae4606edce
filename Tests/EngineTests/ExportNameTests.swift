import Engine
import TestKit
import Testing

/// The names of exports, which must differ (spec 3.4.10).
@Suite struct ExportNameTests {
  private func module(exporting names: [String]) -> [UInt8] {
    var module = ModuleBuilder.function(code: [0x0B])
    module.sections[7] =
      ModuleBuilder.leb(names.count) + names.flatMap { ModuleBuilder.name($0) + [0, 0] }
    return module.bytes
  }

  @Test func `Of thousands of names any that comes twice is refused at its place`() throws {
    let names = [""] + (0..<5000).map { "name\($0)" }
    let whole = try Module(decoding: module(exporting: names))
    #expect(whole.exports.map(\.name) == names.map { Array($0.utf8) })
    for name in ["", "name0", "name2500", "name4999"] {
      let error = try #require(throws: DecodeError.self) {
        try Module(decoding: module(exporting: names + [name]))
      }
      #expect(error.kind == .duplicateExport)
      let end = module(exporting: names + [name]).count - 3 - name.utf8.count
      // Behind the exports stands the code section of six bytes.
      #expect(error.offset == end - 6)
    }
  }

  @Test func `Names that begin alike, or have a zero in them, differ`() throws {
    let names = ["a", "ab", "abc", "a\0", "a\0b", "\0", "é", "e\u{301}"]
    #expect(try Module(decoding: module(exporting: names)).exports.count == names.count)
  }
}
