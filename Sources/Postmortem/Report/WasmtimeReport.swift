import Dwarf
import Engine
import Runtime

/// A trap in wasmtime's words, line by line, for people and tools that know them.
public enum WasmtimeReport {
  /// The text, each line with a line end.
  ///
  /// - Parameters:
  ///   - trap: What happened.
  ///   - options: Whether debug information is looked at; as wasmtime knows none, no twin is used.
  public static func text(_ trap: Trap, options: ReportOptions = ReportOptions()) -> String {
    var parts: [String] = []
    var modules: [ObjectIdentifier: WasmtimeBacktrace.Module] = [:]
    let frames = trap.frames.prefix(WasmtimeBacktrace.frameLimit).enumerated().map {
      number, frame in
      let module = frame.module.module
      let known =
        modules[ObjectIdentifier(module)]
        ?? WasmtimeBacktrace.Module(
          name: module.names?.moduleName,
          debugInfo: options.usesDebugInfo ? DebugInfo(module.bytes) : nil)
      modules[ObjectIdentifier(module)] = known
      return WasmtimeBacktrace.Frame(
        module: known, moduleOffset: number == 0 ? offset(ofYoungest: frame, trap) : frame.offset,
        functionIndex: frame.functionIndex, functionName: frame.name)
    }
    if !frames.isEmpty { parts.append(WasmtimeBacktrace.text(frames)) }
    let causes = causes(trap)
    let numbered = causes.enumerated().map { causes.count > 1 ? "    \($0): \($1)" : "    \($1)" }
    parts.append("Caused by:\n" + numbered.joined(separator: "\n"))
    return parts.joined(separator: "\n\n") + "\n"
  }

  /// The offset that wasmtime tells of the youngest frame.
  private static func offset(ofYoungest frame: TrapFrame, _ trap: Trap) -> Int? {
    // It knows no place in a function whose stack check failed.
    if trap.kind == .callStackExhausted { return nil }
    guard trap.kind == .unreachable else { return frame.offset }
    var values = trap.frameValues.makeIterator()
    let branch = ConditionalTrap.branch(
      to: frame.offset, inFunction: frame.functionIndex, of: frame.module.module,
      locals: values.next()?.locals ?? [])
    return branch ?? frame.offset
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
