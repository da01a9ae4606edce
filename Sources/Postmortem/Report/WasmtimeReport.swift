import Dwarf
import Engine
import Runtime

/// A trap in wasmtime's words, line by line, for people and tools that know them.
public enum WasmtimeReport {
  /// The text, each line with a line end.
  ///
  /// All frames are taken for those of the youngest frame's module.
  ///
  /// - Parameters:
  ///   - trap: What happened.
  ///   - options: Whether and where debug information is looked at.
  public static func text(_ trap: Trap, options: ReportOptions = ReportOptions()) -> String {
    var parts: [String] = []
    if let module = trap.frames.first?.module.module {
      let frames = trap.frames.prefix(WasmtimeBacktrace.frameLimit).enumerated().map {
        // It knows no place in a function whose stack check failed.
        WasmtimeBacktrace.Frame(
          moduleOffset: $0 == 0 && trap.kind == .callStackExhausted ? nil : $1.offset,
          functionIndex: $1.functionIndex, functionName: $1.name)
      }
      let file = (options.twin(module) ?? module).bytes
      parts.append(
        WasmtimeBacktrace.text(
          frames, moduleName: module.names?.moduleName,
          debugInfo: options.usesDebugInfo ? DebugInfo(file) : nil))
    }
    let causes = causes(trap)
    let numbered = causes.enumerated().map { causes.count > 1 ? "    \($0): \($1)" : "    \($1)" }
    parts.append("Caused by:\n" + numbered.joined(separator: "\n"))
    return parts.joined(separator: "\n\n") + "\n"
  }

  private static func causes(_ trap: Trap) -> [String] {
    guard trap.kind != .hostError else { return [visible(trap.message, limit: 1024)] }
    let words = trap.kind == .interrupted ? "interrupt" : trap.kind.message
    guard let fault = trap.fault else { return ["wasm trap: \(words)"] }
    return [
      "memory fault at wasm address 0x\(String(fault.address, radix: 16)) in linear memory of size "
        + "0x\(String(fault.memorySize, radix: 16))",
      "wasm trap: \(words)",
    ]
  }
}
