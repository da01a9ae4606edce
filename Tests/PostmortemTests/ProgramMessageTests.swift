import Foundation
import Postmortem
import Runtime
import Testing

@Suite("What a program says as it gives up")
struct ProgramMessageTests {
  @Test(
    "Swift: the sentence of a failed check is the title",
    arguments: [
      ("crash_divide", "Swift runtime failure: Division by zero", "divide(_:_:)"),
      (
        "crash_overflow", "Swift runtime failure: arithmetic overflow",
        "closure #1 in crashOverflow()"
      ),
      (
        "crash_optional",
        "Swift runtime failure: Unexpectedly found nil while unwrapping an Optional value",
        "crashOptional()"
      ),
      ("crash_fatal", "Swift runtime failure: fatal error", "crashFatal()"),
    ])
  func swift(export: String, title: String, selected: String) throws {
    let report = try CrashedProgram.crasher("swift-O", export).report()
    #expect(report.title == title)
    #expect(report.selected?.function.name == selected)
  }

  @Test("Swift: the text of fatalError is read from its arguments") func fatalError() throws {
    let report = try CrashedProgram.crasher("swift-Onone", "crash_fatal").report()
    #expect(report.title == "Fatal error: no such level")
    #expect(report.findings == ["The failure is at swift/Crash.swift:51."])
    #expect(report.selected?.function.name == "crashFatal()")
  }

  @Test(
    "Zig: a failed check is told by its name where the optimiser has dropped its text",
    arguments: [
      ("crash_overflow", "integer overflow", 8), ("crash_null", "attempt to use null value", 13),
      ("crash_divide", "division by zero", 17),
      ("crash_unreachable", "reached unreachable code", 21),
    ])
  func zig(export: String, title: String, line: Int) throws {
    let module = CrashedProgram.programs.appendingPathComponent("checks.wasm")
    let report = try CrashedProgram(module, export).report()
    #expect(report.title == title)
    #expect(report.selected?.function.name == "checks." + export)
    #expect(report.selected?.function.line == line)
    let plain = try CrashedProgram.crasher("zig-Debug", "crash_index").report()
    #expect(plain.title == "index out of bounds")
  }

  @Test("C: a failed assertion is told with its place, and who made it is selected")
  func assertion() throws {
    let module = CrashedProgram.programs.appendingPathComponent("assertion.wasm")
    let report = try CrashedProgram(module, "crash_assert").report()
    #expect(report.title == "Assertion failed: left >= 0 && \"no lives left\"")
    #expect(report.findings == ["The assertion is at assertion.c:16 in hurt."])
    #expect(report.selected?.function.name == "hurt")
    #expect(report.rows.first?.content == .runtime(count: 2))
    #expect(report.rows.first?.names == ["abort", "__assert_fail"])
  }

  @Test(
    "Rust: the panic's text and place are read from the arguments of the panic machinery",
    arguments: [
      ("text", "no such level", 14), ("format", "level ... of ... is missing", 20),
      ("index", "index out of bounds: the len is 3 but the index is 3", 26),
      ("unwrap", "called `Option::unwrap()` on a `None` value", 32),
      ("expect", "an enemy has a target", 38),
      ("error", "called `Result::unwrap()` on an `Err` value: ...", 44),
      ("divide", "attempt to divide by zero", 49),
    ])
  func rust(export: String, title: String, line: Int) throws {
    let module = CrashedProgram.programs.appendingPathComponent("panic.wasm")
    let report = try CrashedProgram(module, "crash_" + export).report()
    #expect(report.title == title)
    #expect(report.findings.count == 1)
    #expect(report.selected?.function.name == "crash_" + export)
    let text = TextReport(report).text
    #expect(text.hasPrefix(title + " [unreachable]\n"))
    #expect(text.contains("... runtime: __rust_start_panic, rust_panic, "))
    #expect(report.findings.first?.hasPrefix("The panic is at panic.rs:\(line):") == true)
  }

  @Test("Without anything better, what the program logged last counts") func log() throws {
    let trap = try CrashedProgram.crasher("c-O2-names", "crash_assert").trap
    let calls = ["misc.log_error(\"panicked at src/lib.rs:3: no lives\")", "graphics.clear(1)"]
    let stack = StackReport(trap, hostCalls: calls)
    #expect(stack.programMessage == "panicked at src/lib.rs:3: no lives")
    #expect(StackReport(trap, hostCalls: ["misc.log_debug(\"hello\")"]).programMessage == nil)
  }

  @Test(
    "C: a full stack in memory is told, and its recursion folded",
    arguments: ["c-O0-dwarf5", "c-O2-dwarf5", "c-O2-stripped"])
  func stackOverflow(module: String) throws {
    let report = try CrashedProgram.crasher(module, "crash_overflow").report()
    #expect(report.findings.contains { $0.contains("stack in memory is full") })
    let folded = report.rows.filter { if case .repeated = $0.content { true } else { false } }
    #expect(folded.count == 1)
    #expect(report.rows.count < 10)
    #expect(TextReport(report).text.contains(" more calls of endless ..."))
  }

  @Test("A wild pointer near the end of the address space is no full stack") func wildPointer()
    throws
  {
    let report = try CrashedProgram.crasher("c-O2-dwarf5", "crash_recurse").report()
    #expect(report.fault?.address ?? 0 > 0xFFFF_0000)
    #expect(report.findings.isEmpty)
  }
}
