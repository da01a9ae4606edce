import Postmortem
import Testing

@testable import DebugMutants

@Suite("The source of a crash")
struct SymbolizerTests {
  private static let slime =
    "{pos: {x: 3, y: 4}, mood: ANGRY, flags: 5, lives: 17, name: 0x400a \"slime\", next: 0x4054, "
    + "scores: [10, -20, 30, -40], bits: {word: 1069547520, number: 1.5}}"

  @Test("Optimised C: inlined functions with places, marked, and the compiled one last")
  func inlined() throws {
    let report = try CrashedProgram.crasher("c-O2-dwarf5", "crash_div0").report()
    let functions = report.frames[0].functions
    #expect(functions.map(\.name) == ["ratio", "speed", "step"])
    #expect(functions.map(\.isInlined) == [true, true, false])
    #expect(
      functions.map(\.place) == [
        "/cart/crash.c:33:24", "/cart/crash.c:39:12", "/cart/crash.c:46:13",
      ])
    #expect(report.selected?.function.name == "ratio")
    #expect(report.reasons.isEmpty)
  }

  @Test(
    "C: every frame of a live stack has its variables",
    arguments: ["c-O0-dwarf4", "c-O0-dwarf5", "c14-O0-dwarf4"])
  func variables(module: String) throws {
    let frames = try CrashedProgram.crasher(module, "crash_div0").report().frames
    #expect(frames[0].functions[0].variableTexts.starts(with: ["num: int = 10", "den: int = 0"]))
    #expect(
      frames[1].functions[0].variableTexts == [
        "e: Entity* = 0x4030 -> \(Self.slime)", "den: int = 0", "base: int = 10",
      ])
    #expect(
      frames[2].functions[0].variableTexts.prefix(5) == [
        "e: Entity* = 0x4030 -> \(Self.slime)", "den: int = 0",
        "grid: char[2][3] = [[1, 2, 3], [4, 5, 6]]", "big: long long = -5000000000",
        "hit: _Bool = true",
      ])
  }

  @Test(
    "Optimised C: each turn of a recursion has its own, from locals and operands",
    arguments: ["c-O2-dwarf4", "c-O2-dwarf5", "c-Os-dwarf4", "c-Os-dwarf5"])
  func recursion(module: String) throws {
    let frames = try CrashedProgram.crasher(module, "crash_recurse").report().frames
    let turns = frames.flatMap(\.functions).filter { $0.name == "deep" }
    #expect(turns.count >= 6)
    for (index, function) in turns.enumerated() {
      let depth = try #require(function.variables.first { $0.name == "depth" })
      // Where the compiler kept it.
      if let text = depth.text { #expect(text == "\(turns.count - 1 - index)") }
    }
    #expect(turns.contains { $0.variables.first { $0.name == "depth" }?.text != nil })
  }

  @Test("C++: structures by value are read from the copy whose address the function gets")
  func byValue() throws {
    let report = try CrashedProgram.crasher("cpp-O0", "crash_give").report()
    #expect(
      report.frames[0].functions[0].variableTexts == [
        "item: Item = {weight: 1.5, price: -2.25, at: {x: 1, y: 2}}", "to: Point = {x: 1, y: 5}",
        "count: int = 3",
      ])
  }

  @Test("Rust: an inlined function's, and the panic machinery is not selected") func rust() throws {
    let player =
      "{name: \"Ada\", scores: [1, 20, 300], shape: Square(7), target: Some(9), "
      + "at: (-3, 1099511627776), initial: 'é'}"
    for module in ["rust-O0-legacy", "rust-O0-v0"] {
      let report = try CrashedProgram.crasher(module, "crash_halt").report()
      #expect(report.frames[0].functions[0].origin == .runtime)
      let selected = try #require(report.selected)
      #expect(selected.function.name == "crash::halt")
      #expect(selected.function.variableTexts.count == 1)
      #expect(selected.function.variableTexts.first?.hasSuffix(" -> \(player)") == true)
      #expect(report.frames[2].functions[0].variableTexts == ["p: Player = \(player)"])
    }
  }

  @Test("Embedded Swift: numbers, structures and enums") func swift() throws {
    let frames = try CrashedProgram.crasher("swift-Onone", "crash_divide").report().frames
    let damage = try #require(frames.flatMap(\.functions).first { $0.name == "damage(_:by:)" })
    let enemy = "{position: {x: 3, y: 4}, mood: angry, health: 15, speed: 1.5}"
    #expect(
      damage.variableTexts == [
        "enemy: Enemy = \(enemy)", "amount: Int = 5", "before: Int = 20", "after: Int = 15",
      ])
  }

  @Test("Zig: slices, optionals and generic structures") func zig() throws {
    let report = try CrashedProgram.crasher("zig-Debug", "crash_index").report()
    #expect(report.selected?.function.name == "crash.Stack(u32).get")
    #expect(
      report.selected?.function.variableTexts.dropFirst() == ["index: u32 = 3", "doubled: u32 = 6"])
  }

  @Test("Switched off, there are names and wasm locals, and the reason") func switchedOff() throws {
    let program = try CrashedProgram.crasher("c-O0-dwarf5", "crash_div0")
    let report = program.report(ReportOptions(usesDebugInfo: false))
    #expect(report.frames.map { $0.functions.map(\.name) }.first == ["ratio"])
    #expect(report.frames[0].functions[0].file == nil)
    #expect(report.frames[0].locals.prefix(2).map(\.text) == ["10", "0"])
    #expect(report.reasons.count == 1)
    #expect(report.reasons.first?.contains("GLOWJAR_BACKTRACE_DETAILS") == true)
  }

  @Test(
    "The environment decides whether debug information is looked at; our variable counts more",
    arguments: [
      ([:], true), (["GLOWJAR_BACKTRACE_DETAILS": "0"], false),
      (["WASMTIME_BACKTRACE_DETAILS": "0"], false), (["WASMTIME_BACKTRACE_DETAILS": "1"], true),
      (["GLOWJAR_BACKTRACE_DETAILS": "1", "WASMTIME_BACKTRACE_DETAILS": "0"], true),
    ])
  func environment(variables: [String: String], wanted: Bool) {
    #expect(ReportOptions.wantsDebugInfo(variables) == wanted)
  }

  @Test(
    "What is missing is told with the flag of the compiler that made the module",
    arguments: [
      ("c-O2-stripped", "no name section", "firefly build --no-strip"),
      ("c-O2-names", "no debug information", "clang -g"),
      ("c-O2-split", "-gsplit-dwarf", "without -gsplit-dwarf"),
      ("c-O2-split4", "-gsplit-dwarf", "without -gsplit-dwarf"),
      ("c-O2-lines", "lines only", "clang -g"), ("cpp-O2-lines", "lines only", "clang -g"),
    ])
  func reasons(module: String, reason: String, flag: String) throws {
    let export = module.hasPrefix("cpp") ? "crash_paint" : "crash_div0"
    let report = try CrashedProgram.crasher(module, export).report()
    #expect(report.reasons.count == 1)
    let text = report.reasons.first ?? ""
    #expect(text.contains(reason) && text.contains(flag), "\(text)")
    #expect(!text.contains("rustc") || module == "c-O2-stripped")
  }

  @Test(
    "Damaged debug information is told as such, with the section",
    arguments: [".debug_info", ".debug_abbrev", ".debug_line"])
  func damaged(section: String) throws {
    for module in ["c-O0-dwarf4", "c-O2-dwarf5", "rust-O0-v0"] {
      var sections = try Sections(CrashedProgram.bytes(ofCrasher: module))
      let place = try #require(sections.custom.first { sections.list[$0].name == section })
      #expect(try CrashedProgram(sections.bytes, "crash_div0").report().reasons.isEmpty)
      sections[place] = Array(repeating: 0xFF, count: sections[place].count)
      let reasons = try CrashedProgram(sections.bytes, "crash_div0").report().reasons
      #expect(reasons.count == 1)
      let reason = reasons.first ?? ""
      #expect(reason.contains("damaged (\(section)"), "\(reason)")
      #expect(!reason.contains("compiled without"))
    }
  }

  @Test("A module without names has those of its exports") func exports() throws {
    let report = try CrashedProgram.crasher("c-O2-stripped", "crash_div0").report()
    #expect(report.frames.map { $0.functions[0].name } == ["step", "crash_div0"])
  }

  @Test("Wasm locals have the names of the name section, however many there are") func localNames()
    throws
  {
    // A function with 1,000 locals and an import-free module around it; names for all of them.
    func sized(_ bytes: [UInt8]) -> [UInt8] { leb(bytes.count) + bytes }
    func leb(_ number: Int) -> [UInt8] {
      number < 128 ? [UInt8(number)] : [UInt8(number & 127 | 128)] + leb(number >> 7)
    }
    let names = (0..<1000).flatMap { leb($0) + sized(Array("x\($0)".utf8)) }
    let map = [1, 0] + leb(1000) + names
    let code = [1] + leb(1000) + [0x7F, 0x41, 7, 0x21] + leb(999) + [0, 0x0B]
    let bytes: [UInt8] =
      [0, 0x61, 0x73, 0x6D, 1, 0, 0, 0, 1, 4, 1, 0x60, 0, 0, 3, 2, 1, 0, 7, 5, 1, 1, 0x66, 0, 0]
      + [10] + sized([1] + sized(code)) + [0] + sized(sized(Array("name".utf8)) + [2] + sized(map))
    let report = try CrashedProgram(bytes, "f").report()
    #expect(report.frames[0].locals.map(\.name) == (0..<1000).map { "x\($0)" })
    #expect(report.frames[0].locals.last?.text == "7")
    #expect(TextReport(report).text.contains("\n  ... 960 more ...\n"))
  }
}
