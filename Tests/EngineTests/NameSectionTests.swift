import TestKit
import Testing

@testable import Engine

/// Names for people, from sections that may be broken.
@Suite struct NameSectionTests {
  private func map(_ names: [(Int, String)]) -> [UInt8] {
    ModuleBuilder.leb(names.count)
      + names.flatMap { ModuleBuilder.leb($0.0) + ModuleBuilder.name($0.1) }
  }

  private func subsection(_ id: UInt8, _ content: [UInt8]) -> [UInt8] {
    [id] + ModuleBuilder.leb(content.count) + content
  }

  private func names(_ content: [UInt8]) throws -> NameSection {
    var builder = ModuleBuilder.function(code: [0x0B])
    builder.customs = [("name", content)]
    return try #require(try Module(decoding: builder.bytes).names)
  }

  @Test func `Modules, functions and locals have names`() throws {
    let names = try names(
      subsection(0, ModuleBuilder.name("cart"))
        + subsection(1, map([(0, "boot"), (3, "update")]))
        + subsection(2, [1, 3] + map([(0, "x"), (2, "y")])))
    #expect(names.moduleName == "cart")
    #expect(names.functionName(0) == "boot" && names.functionName(3) == "update")
    #expect(names.functionName(1) == nil && names.functionName(4) == nil)
    #expect(names.localNames(inFunction: 3, count: 4) == ["x", nil, "y", nil])
    #expect(names.localNames(inFunction: 3, count: 1) == ["x"])
    #expect(names.localNames(inFunction: 0, count: 2) == [nil, nil])
  }

  @Test func `A module without a name section has no names`() throws {
    #expect(try Module(decoding: ModuleBuilder.function(code: [0x0B]).bytes).names == nil)
  }

  @Test func `A broken map keeps the names before the break`() throws {
    let whole = map([(0, "boot"), (1, "update")])
    let names = try names(subsection(1, Array(whole.dropLast(2))))
    #expect(names.functionName(0) == "boot" && names.functionName(1) == nil)
  }

  @Test func `A subsection longer than the section keeps its names`() throws {
    let names = try names([1, 100] + map([(0, "boot")]))
    #expect(names.functionName(0) == "boot")
  }

  @Test func `Unsorted and repeated indices are found, the first of each counting`() throws {
    let names = try names(
      subsection(1, map([(7, "late"), (0, "early"), (7, "again"), (0xFFFF_FFFF, "far")])))
    #expect(names.functionName(0) == "early" && names.functionName(7) == "late")
    #expect(names.functionName(0xFFFF_FFFF) == "far")
  }

  @Test(arguments: [
    ("line\nbreak", "line\u{FFFD}break"), ("\u{1B}[31mred", "\u{FFFD}[31mred"),
    ("a\u{202E}b", "a\u{FFFD}b"), ("zero\u{200B}width", "zero\u{FFFD}width"),
    ("x\u{2028}y", "x\u{FFFD}y"), ("Ünïcödé ✓", "Ünïcödé ✓"),
  ])
  func `Names are shown without control and direction characters`(
    _ name: String, _ shown: String
  ) throws {
    #expect(try names(subsection(1, map([(0, name)]))).functionName(0) == shown)
  }

  @Test func `Names that are not UTF-8 are repaired, long ones are cut`() throws {
    let broken = try names(subsection(1, [1, 0, 2, 0xFF, 0x41]))
    #expect(broken.functionName(0) == "\u{FFFD}A")
    let long = try names(subsection(1, map([(0, String(repeating: "é", count: 5000))])))
    #expect(long.functionName(0) == String(repeating: "é", count: 256) + "…")
    #expect(long.functionNameBytes(0)?.count == 10_000)
  }
}
