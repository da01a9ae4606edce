import ArgumentParser
import Foundation
import Postmortem
import Testing

@testable import Commands

@Suite("What verbs tell of a crash")
struct CrashReportTests {
  private static let crashers = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("DwarfTests/Crashers")

  private func path(_ module: String) -> String {
    Self.crashers.appendingPathComponent(module + ".wasm").path
  }

  @Test("invoke writes the report as JSON, with variables, source and reasons") func json() throws {
    let file = FileManager.default.temporaryDirectory
      .appendingPathComponent("report-\(UUID().uuidString).json")
    defer { try? FileManager.default.removeItem(at: file) }
    let command = try Glowjar.parseAsRoot([
      "invoke", path("c-O2-dwarf5"), "crash_div0", "--report", file.path,
    ])
    let invoke = try #require(command as? Invoke)
    let exit = #expect(throws: ExitCode.self) { try invoke.run() }
    #expect(exit?.rawValue == 134)
    let object = try JSONSerialization.jsonObject(with: Data(contentsOf: file))
    let report = try #require(object as? [String: Any])
    #expect(
      Set(report.keys) == [
        "version", "kind", "title", "headline", "explanation", "message", "programMessage",
        "findings", "fault", "cart", "callback", "frame", "seconds", "coredump", "coredumpError",
        "hostCalls", "selection", "frames", "framesLeftOut", "reasons",
      ])
    #expect(report["kind"] as? String == "integer-divide-by-zero")
    #expect(report["frame"] is NSNull)
    let frames = try #require(report["frames"] as? [[String: Any]])
    #expect(
      Set(frames[0].keys) == [
        "index", "func", "name", "offset", "funcOffset", "isApproximate", "isHost", "functions",
        "locals", "operands",
      ])
    let functions = try #require(frames[0]["functions"] as? [[String: Any]])
    #expect(functions.map { $0["name"] as? String } == ["ratio", "speed", "step"])
    #expect(functions[0]["line"] as? Int == 33)
    let variables = try #require(functions[0]["variables"] as? [[String: Any]])
    #expect(variables.contains { $0["name"] as? String == "den" && $0["value"] as? String == "0" })
    let excerpt = try #require(functions[0]["excerpt"] as? [String: Any])
    #expect(excerpt["markedLine"] as? Int == 33)
  }

  @Test("symbolize answers for decimal and hexadecimal offsets, and says where nothing is")
  func symbolize() throws {
    let module = try loadModule(path("c-O2-dwarf5"))
    let symbolizer = Symbolizer(module)
    let texts = try String(
      contentsOf: Self.crashers.appendingPathComponent("c-O2-dwarf5.traps"), encoding: .utf8)
    let trap = try #require(texts.firstMatch(of: #/0x([0-9a-f]+) - ratio/#))
    let offset = try #require(FileOffset(argument: "0x" + trap.1)?.value)
    #expect(FileOffset(argument: "\(offset)")?.value == offset)
    #expect(
      Symbolize.Answer(offset, symbolizer).text == """
        0x\(trap.1): ratio at /cart/crash.c:33:24
          inlined into speed at /cart/crash.c:39:12
          inlined into step at /cart/crash.c:46:13
        """)
    #expect(Symbolize.Answer(3, symbolizer).text == "0x3: no function is there")
    #expect(Symbolize.Answer(.max, symbolizer).function == nil)
  }

  @Test("What is no offset is refused", arguments: ["", "x", "0x", "-1", "+1", "1e3", "0x1g"])
  func badOffset(text: String) {
    #expect(FileOffset(argument: text) == nil)
  }

  @Test("Without colours the text is the report's own; with them its words are the same")
  func colors() {
    let report = TextReport(
      CrashReport(
        cartID: "a", cartTitle: "b", kind: CrashKind(id: "unreachable"), message: "", callback: "c",
        frameNumber: 1, seconds: 0,
        frames: [ReportFrame(functionIndex: 1, name: "f", offset: 9, functionOffset: 1)],
        reasons: ["why"]))
    #expect(TerminalReport.text(report, inColor: false) == report.text)
    let colored = TerminalReport.text(report, inColor: true)
    #expect(colored.contains("\u{1B}["))
    #expect(colored.replacing(#/\x1B\[[0-9;]*m/#, with: "") == report.text)
  }
}
