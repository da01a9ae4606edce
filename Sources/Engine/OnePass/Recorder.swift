/// Observes a compilation: which code belongs to which instruction.
///
/// A recorder only watches; the bytes are the same with any recorder.
protocol Recorder {
  /// The instruction at file offset `wasmOffset` starts at code offset `codeOffset` of its function.
  mutating func instruction(wasmOffset: Int, codeOffset: Int)
  /// Out-of-line code for the instruction at `wasmOffset` starts at `codeOffset`.
  mutating func outOfLine(wasmOffset: Int, codeOffset: Int)
  /// From here to `end` the code holds data.
  mutating func data(from start: Int, to end: Int)
}

/// Watches nothing and costs nothing.
struct NoRecorder: Recorder {
  @inline(__always) mutating func instruction(wasmOffset: Int, codeOffset: Int) {}
  @inline(__always) mutating func outOfLine(wasmOffset: Int, codeOffset: Int) {}
  @inline(__always) mutating func data(from start: Int, to end: Int) {}
}

/// A run of code and the instruction that it was made for.
public struct CodeRange: Sendable {
  /// File offset of the instruction; nil for the function's prologue and data.
  public var wasmOffset: Int?
  /// Code offsets from the function's start.
  public var range: Range<Int>
  /// Whether the bytes are data: jump tables and constants.
  public var isData: Bool
}

/// Collects the code ranges of a function in code order.
struct RangeRecorder: Recorder {
  private(set) var ranges: [CodeRange] = []

  private mutating func start(_ wasmOffset: Int?, _ codeOffset: Int, isData: Bool = false) {
    finish(at: codeOffset)
    ranges.append(
      CodeRange(wasmOffset: wasmOffset, range: codeOffset..<codeOffset, isData: isData))
  }
  mutating func finish(at codeOffset: Int) {
    guard let last = ranges.last else { return }
    let start = last.range.lowerBound
    if codeOffset <= start && !last.isData {
      if codeOffset == start { ranges.removeLast() }
    } else {
      ranges[ranges.count - 1].range = start..<codeOffset
    }
  }
  mutating func instruction(wasmOffset: Int, codeOffset: Int) { start(wasmOffset, codeOffset) }
  mutating func outOfLine(wasmOffset: Int, codeOffset: Int) { start(wasmOffset, codeOffset) }
  mutating func data(from start: Int, to end: Int) {
    let current = ranges.last?.wasmOffset
    self.start(nil, start, isData: true)
    self.start(current, end)
  }
}
