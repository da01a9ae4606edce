/// A backtrace in the words and the layout of wasmtime, which many tools and people know.
public enum WasmtimeBacktrace {
  /// A module with functions that were running.
  public struct Module {
    /// Its name in its name section.
    public var name: String?
    /// Its debug information; nil to show none of it.
    public var debugInfo: DebugInfo?

    /// A module of a backtrace.
    public init(name: String?, debugInfo: DebugInfo?) {
      self.name = name
      self.debugInfo = debugInfo
    }
  }

  /// A function that was running.
  public struct Frame {
    /// Its module.
    public var module: Module
    /// The file offset of the instruction: the one that trapped, or the call; nil where wasmtime
    /// has none.
    public var moduleOffset: Int?
    /// The function's index, imports included.
    public var functionIndex: Int
    /// Its name in the name section.
    public var functionName: String?

    /// A frame of a backtrace.
    public init(
      module: Module, moduleOffset: Int?, functionIndex: Int, functionName: String?
    ) {
      self.module = module
      self.moduleOffset = moduleOffset
      self.functionIndex = functionIndex
      self.functionName = functionName
    }
  }

  /// The number of frames that wasmtime shows.
  public static let frameLimit = 20

  /// The text up to the causes, without a line end.
  ///
  /// - Parameter frames: Youngest first; those beyond `frameLimit` are not shown.
  public static func text(_ frames: [Frame]) -> String {
    var demangler = Demangler(.wasmtime)
    var lines = ["error while executing at wasm backtrace:"]
    for (number, frame) in frames.prefix(frameLimit).enumerated() {
      var head = "  " + rightAligned(String(number), 3) + ": "
      if let offset = frame.moduleOffset {
        head += rightAligned("0x" + String(offset, radix: 16), 8) + " - "
      }
      let ownName =
        frame.functionName.map { demangler.readable($0) }
        ?? "<wasm function \(frame.functionIndex)>"
      let info = frame.module.debugInfo
      let codeOffset = info?.codeSectionOffset ?? 0
      let sources =
        frame.moduleOffset.flatMap { info?.frames(atCodeOffset: $0 - codeOffset) } ?? []
      if sources.isEmpty { lines.append("\(head)\(frame.module.name ?? "<unknown>")!\(ownName)") }
      for (place, source) in sources.enumerated() {
        let missing = place == 0 ? ownName : "<inlined function>"
        let name = source.function.map { demangler.readable($0) } ?? missing
        lines.append((place == 0 ? head : "                - ") + name)
        if let file = source.file {
          let column = source.column.map { ":\($0)" } ?? ""
          let line = source.line.map { ":\($0)\(column)" } ?? ""
          lines.append("                    at \(file)\(line)")
        }
      }
    }
    return lines.joined(separator: "\n")
  }
}

private func rightAligned(_ text: String, _ width: Int) -> String {
  String(repeating: " ", count: max(0, width - text.utf8.count)) + text
}
