import Engine
import Foundation
import Postmortem
import Runtime
import Testing

@Suite("A trap in wasmtime's words")
struct WasmtimeReportTests {
  /// The texts of wasmtime for a module's exports.
  private func expectations(_ module: URL) throws -> [(export: String, text: String)] {
    let file = module.deletingPathExtension().appendingPathExtension("traps")
    return try String(contentsOf: file, encoding: .utf8).components(separatedBy: "== ").dropFirst()
      .compactMap { part in
        // Some exports of some modules come to no harm.
        guard part.contains("wasm backtrace:"), let end = part.firstIndex(of: "\n") else {
          return nil
        }
        let text = part[part.index(after: end)...].trimmingCharacters(in: .newlines)
        return (String(part[..<end]), text)
      }
  }

  @Test("It is wasmtime's own text, line by line, for every trap that really happened") func equal()
    throws
  {
    let modules = try FileManager.default.contentsOfDirectory(
      at: CrashedProgram.crashers, includingPropertiesForKeys: nil
    ).filter { $0.pathExtension == "wasm" }.sorted { $0.path < $1.path }
    var count = 0
    for module in modules {
      for (export, text) in try expectations(module) {
        let ours = WasmtimeReport.text(try CrashedProgram(module, export).trap)
        let place = "\(module.lastPathComponent) \(export)"
        #expect(ours.trimmingCharacters(in: .newlines) == text, "\(place)")
        count += 1
      }
    }
    #expect(count >= 128)
  }

  @Test(
    "Of an unreachable behind branches it names the branch that wasmtime's compiler joins with it")
  func branches() throws {
    let file = CrashedProgram.programs.appendingPathComponent("branches.txt")
    var (count, same, joined) = (0, 0, 0)
    for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n") {
      let words = line.split(separator: " ").map(String.init)
      let bytes = stride(from: 0, to: words[0].utf8.count, by: 2).compactMap { place in
        UInt8(words[0].dropFirst(place).prefix(2), radix: 16)
      }
      let arguments = words[1...3].compactMap { Int32($0) }.map {
        Value.i32(UInt32(bitPattern: $0))
      }
      let offset = try #require(Int(words[4]))
      let text = WasmtimeReport.text(try CrashedProgram(bytes, "f", arguments).trap)
      count += 1
      if text.contains("0x\(String(offset, radix: 16)) - ") { same += 1 }
      if bytes[offset] != 0 { joined += 1 }
    }
    // In one of them both the branch and another way fit the locals.
    #expect(count == 101 && joined > 15 && same >= count - 1, "\(same) of \(count), \(joined)")
  }

  @Test("Without details there are names and offsets only") func plain() throws {
    let trap = try CrashedProgram.crasher("c-O2-dwarf5", "crash_indirect").trap
    let text = WasmtimeReport.text(trap, options: ReportOptions(usesDebugInfo: false))
    #expect(text.contains(" - c-O2-dwarf5.wasm!crash_indirect\n"))
    #expect(!text.contains("crash.c"))
  }
}
