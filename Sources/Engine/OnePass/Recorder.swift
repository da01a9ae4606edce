/// Observes a compilation: which code belongs to which instruction, and what the compiler knew there.
///
/// A recorder only watches; the bytes are the same with any recorder. Offsets are code offsets from
/// the function's start.
protocol Recorder {
  /// The instruction at file offset `wasmOffset` starts at `codeOffset`.
  mutating func instruction(wasmOffset: Int, codeOffset: Int)
  /// Out-of-line code for the instruction at `wasmOffset` starts at `codeOffset`; a branch at
  /// `origin` leads there.
  mutating func outOfLine(wasmOffset: Int, codeOffset: Int, origin: Int)
  /// From here to `end` the code holds data.
  mutating func data(from start: Int, to end: Int)
  /// The preserved registers are saved from here on.
  mutating func frameIsMade(codeOffset: Int)
  /// The preserved registers are being restored from here on.
  mutating func frameIsLeft(codeOffset: Int)
  /// The tail call at `wasmOffset` takes the frame apart from here on.
  mutating func leave(wasmOffset: Int, codeOffset: Int)

  /// Whether the state at `codeOffset`, a site of the given kind, is wanted.
  func wants(_ kind: CodeSite.Kind, _ codeOffset: Int) -> Bool
  /// Takes a state that is wanted.
  mutating func take(_ state: FrameState, _ kind: CodeSite.Kind, _ codeOffset: Int)
  /// The code from here to the end of the instruction writes a local.
  mutating func write(_ local: Int, _ codeOffset: Int)

  /// Whether it is wanted what happens to an exception that leaves the call before `codeOffset`.
  func wantsCatches(_ codeOffset: Int) -> Bool
  /// Takes what happens to it.
  mutating func take(_ catches: CatchSite)
  /// The label of the block with this number (`OpenFrame.number`) is at `codeOffset`.
  mutating func label(ofBlock number: Int, codeOffset: Int)
  /// What the compiler's bookkeeping is compared with before each instruction, if anything is.
  var model: OperandHeightModel? { get set }
}

/// Watches nothing and costs nothing.
struct NoRecorder: Recorder {
  @inline(__always) mutating func instruction(wasmOffset: Int, codeOffset: Int) {}
  @inline(__always) mutating func outOfLine(wasmOffset: Int, codeOffset: Int, origin: Int) {}
  @inline(__always) mutating func data(from start: Int, to end: Int) {}
  @inline(__always) mutating func frameIsMade(codeOffset: Int) {}
  @inline(__always) mutating func frameIsLeft(codeOffset: Int) {}
  @inline(__always) mutating func leave(wasmOffset: Int, codeOffset: Int) {}
  @inline(__always) func wants(_ kind: CodeSite.Kind, _ codeOffset: Int) -> Bool { false }
  @inline(__always)
  mutating func take(_ state: FrameState, _ kind: CodeSite.Kind, _ codeOffset: Int) {}
  @inline(__always) mutating func write(_ local: Int, _ codeOffset: Int) {}
  @inline(__always) func wantsCatches(_ codeOffset: Int) -> Bool { false }
  @inline(__always) mutating func take(_ catches: CatchSite) {}
  @inline(__always) mutating func label(ofBlock number: Int, codeOffset: Int) {}
  @inline(__always) var model: OperandHeightModel? {
    get { nil }
    set {}
  }
}

/// A run of code and the instruction that it was made for.
public struct CodeRange: Sendable {
  /// File offset of the instruction; nil for the function's prologue and data.
  public var wasmOffset: Int?
  /// Code offsets from the function's start.
  public var range: Range<Int>
  /// Whether the bytes are data: jump tables and constants.
  public var isData: Bool
  /// For out-of-line code, the code offset of the branch that leads there.
  var origin: Int?
  /// Whether the code takes the frame apart, so that there are no values any more.
  var isLeaving = false
}

/// Collects the code ranges of a function in code order, and the states at the wanted offsets.
struct StateRecorder: Recorder {
  private(set) var ranges: [CodeRange] = []
  private(set) var bodyStart = 0
  private(set) var epilogueStart = Int.max
  /// States at faulting instructions and return addresses.
  private(set) var states: [CodeSite: FrameState] = [:]
  private let wanted: Set<CodeSite>
  /// A stop at the end of the range, where the instruction or the branch at its start is at work.
  private let stop: ClosedRange<Int>?
  private(set) var stateAtStop: FrameState?
  var model: OperandHeightModel?
  private var writtenBeforeStop: [Int] = []
  /// The return address whose catches are wanted, and what they are.
  private let throwing: Int?
  private(set) var catches: CatchSite?

  init(wanted: Set<CodeSite> = [], stop: ClosedRange<Int>? = nil, throwing: Int? = nil) {
    self.wanted = wanted
    self.stop = stop
    self.throwing = throwing
  }

  // MARK: Exceptions

  func wantsCatches(_ codeOffset: Int) -> Bool { codeOffset == throwing }
  mutating func take(_ catches: CatchSite) { self.catches = catches }
  mutating func label(ofBlock number: Int, codeOffset: Int) {
    // Labels come behind what branches to them; those of loops are known before.
    guard let count = catches?.targets.count else { return }
    for i in 0..<count where catches?.targets[i].block == number {
      catches?.targets[i].offset = codeOffset
    }
  }

  // MARK: Ranges

  private mutating func start(
    _ wasmOffset: Int?, _ codeOffset: Int, isData: Bool = false, origin: Int? = nil
  ) {
    finish(at: codeOffset)
    ranges.append(
      CodeRange(
        wasmOffset: wasmOffset, range: codeOffset..<codeOffset, isData: isData, origin: origin))
  }
  /// Ends the last range.
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
  mutating func outOfLine(wasmOffset: Int, codeOffset: Int, origin: Int) {
    start(wasmOffset, codeOffset, origin: origin)
  }
  mutating func data(from start: Int, to end: Int) {
    let current = ranges.last?.wasmOffset
    self.start(nil, start, isData: true)
    self.start(current, end)
  }
  mutating func frameIsMade(codeOffset: Int) { bodyStart = codeOffset }
  mutating func frameIsLeft(codeOffset: Int) { epilogueStart = codeOffset }
  mutating func leave(wasmOffset: Int, codeOffset: Int) {
    start(wasmOffset, codeOffset)
    ranges[ranges.count - 1].isLeaving = true
  }

  /// The range that holds `codeOffset`; the ranges must be finished.
  func range(holding codeOffset: Int) -> CodeRange? {
    var low = 0
    var high = ranges.count
    while low < high {
      let middle = (low + high) / 2
      if ranges[middle].range.lowerBound <= codeOffset { low = middle + 1 } else { high = middle }
    }
    return low > 0 && ranges[low - 1].range.contains(codeOffset) ? ranges[low - 1] : nil
  }

  // MARK: States

  func wants(_ kind: CodeSite.Kind, _ codeOffset: Int) -> Bool {
    if kind == .stop { return stop?.contains(codeOffset) ?? false }
    return !wanted.isEmpty && wanted.contains(CodeSite(offset: codeOffset, kind: kind))
  }

  mutating func take(_ state: FrameState, _ kind: CodeSite.Kind, _ codeOffset: Int) {
    guard kind == .stop, let stop else {
      states[CodeSite(offset: codeOffset, kind: kind)] = state
      return
    }
    stateAtStop = state
    if codeOffset == stop.lowerBound { writtenBeforeStop = [] }
    for local in writtenBeforeStop { stateAtStop?.locals[local].kind = .missing }
  }

  mutating func write(_ local: Int, _ codeOffset: Int) {
    // At the stop itself nothing of it has been carried out.
    guard let stop, stop.contains(codeOffset), codeOffset < stop.upperBound else { return }
    writtenBeforeStop.append(local)
    stateAtStop?.locals[local].kind = .missing
  }
}
