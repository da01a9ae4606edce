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

  /// The file offset in the first frame.
  private func firstOffset(_ text: String) -> Int? {
    guard let start = text.firstRange(of: "0x")?.upperBound else { return nil }
    return Int(text[start...].prefix { $0.isHexDigit }, radix: 16)
  }

  // wasmtime's compiler joins a conditional branch with the `unreachable` that it leads to, and
  // tells the branch's place; we tell that of the `unreachable`. Everything else is the same.
  @Test("It is wasmtime's own text, line by line, for every trap that really happened") func equal()
    throws
  {
    let modules = try FileManager.default.contentsOfDirectory(
      at: CrashedProgram.crashers, includingPropertiesForKeys: nil
    ).filter { $0.pathExtension == "wasm" }.sorted { $0.path < $1.path }
    var (all, same, moved) = (0, 0, 0)
    for module in modules {
      for (export, text) in try expectations(module) {
        all += 1
        var trap = try CrashedProgram(module, export).trap
        func ours() -> String {
          WasmtimeReport.text(trap).trimmingCharacters(in: .newlines)
        }
        if ours() == text {
          same += 1
          continue
        }
        let place = "\(module.lastPathComponent) \(export)"
        let offset = try #require(firstOffset(text))
        let bytes = trap.frames[0].module.module.bytes
        let branches: Set<UInt8> = [0x04, 0x0D, 0x0E]
        #expect(trap.kind == .unreachable && branches.contains(bytes[offset]), "\(place)")
        trap.frames[0].offset = offset
        #expect(ours() == text, "\(place)")
        moved += 1
        print("moved: \(place)")
      }
    }
    print("wasmtime's text: \(same) of \(all) equal, \(moved) after going back to the branch")
    #expect(all > 100 && same >= 103 && same + moved == all)
  }

  @Test("Without details there are names and offsets only") func plain() throws {
    let trap = try CrashedProgram.crasher("c-O2-dwarf5", "crash_indirect").trap
    let text = WasmtimeReport.text(trap, options: ReportOptions(usesDebugInfo: false))
    #expect(text.contains(" - c-O2-dwarf5.wasm!crash_indirect\n"))
    #expect(!text.contains("crash.c"))
  }
}
