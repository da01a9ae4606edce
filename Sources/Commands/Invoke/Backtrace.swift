import Engine
import Runtime

extension Trap {
  /// The wasm stack for a terminal, youngest first, one line a frame; the middle of a long one is
  /// left out.
  func backtraceLines(youngest: Int = 24, oldest: Int = 8) -> [String] {
    let isWhole = frames.count <= youngest + oldest + 1
    var lines: [String] = []
    for (i, frame) in frames.enumerated() {
      if !isWhole && youngest..<frames.count - oldest ~= i {
        if i == youngest { lines.append("  ... \(frames.count - youngest - oldest) more") }
        continue
      }
      let number = String(repeating: " ", count: max(0, 3 - "\(i)".count)) + "\(i)"
      let name = frame.name.map { String(displaying: $0.utf8) }
      let title = name ?? "wasm-function[\(frame.functionIndex)]"
      lines.append("\(number): 0x\(String(frame.offset, radix: 16)) - \(title)")
    }
    return lines
  }
}
