import Engine

/// Carries out wasm code byte by byte: slow, plain, and with all state in the open.
///
/// All values lie on one stack: a function's locals, then its operands. The arguments of a call
/// become the first locals of the callee. So at any moment the frames can be read off.
public struct Machine: ~Copyable {
  /// A wasm function in progress.
  struct Activation {
    var function: PlainFunction
    var instance: PlainInstance
    var code: FunctionCode
    /// File offset of the call in progress; stale in the youngest.
    var offset = 0
    /// Where it goes on after the call.
    var next = 0
    /// Where its locals start in `values`.
    var locals: Int
    /// Where its operands start in `values`.
    var operands: Int
    /// The number of labels of older activations.
    var labels: Int
  }

  /// A block in progress, as branches see it (spec 4.2.9).
  struct Label {
    /// Where a branch to it goes on.
    var target: Int
    /// Where its operands start in `values`.
    var operands: Int
    /// How many operands a branch to it takes along.
    var arity: Int
    /// Whether it goes on living when it is branched to.
    var isLoop: Bool
    /// File offset of its catch clauses; 0 if it has none.
    var catches = 0
  }

  private nonisolated(unsafe) static let noCode = UnsafePointer(
    UnsafeMutablePointer<UInt8>.allocate(capacity: 1))
  static let valueCapacity = 1 << 20
  static let labelCapacity = 1 << 18

  /// Instructions that may still be carried out.
  public var fuel = Int.max
  /// Calls nested deeper than this exhaust the stack.
  public var depthLimit = 10_000
  /// How often the instruction at each file offset was carried out; counted if not empty.
  public var visits: [UInt32] = []

  let values = UnsafeMutablePointer<PlainValue>.allocate(capacity: valueCapacity)
  let labels = UnsafeMutablePointer<Label>.allocate(capacity: labelCapacity)
  /// The number of values on the stack.
  var top = 0
  /// The number of labels.
  var labelCount = 0
  var activations: [Activation] = []
  /// The youngest activation's file.
  var code: UnsafePointer<UInt8>
  /// The file offset of the next byte to read.
  var pc = 0
  /// Where the youngest activation's locals start.
  var locals = 0
  /// The file offset of the instruction that is being carried out.
  var start = 0
  /// `top` before that instruction; after a host function was called, without its arguments.
  var startTop = 0

  /// A machine with nothing to do.
  public init() { code = Self.noCode }

  deinit {
    values.deallocate()
    labels.deallocate()
  }

  // MARK: Calls from outside

  /// Calls a function; arguments must fit its type.
  public mutating func call(
    _ function: PlainFunction, _ arguments: [PlainValue]
  ) throws(PlainTrap) -> [PlainValue] {
    precondition(
      arguments.map(\.type.kind) == function.type.parameters.map(\.kind), "arguments of other types"
    )
    let outer = (top, labelCount, activations.count, code, pc, locals, start, startTop)
    defer {
      (top, labelCount, code, pc, locals, start, startTop) =
        (outer.0, outer.1, outer.3, outer.4, outer.5, outer.6, outer.7)
      activations.removeSubrange(outer.2...)
    }
    // While a host function runs, its caller's offset is asked for.
    if !activations.isEmpty { activations[activations.count - 1].offset = start }
    for argument in arguments { push(argument) }
    do {
      try enter(function)
      try run(downTo: outer.2)
    } catch {
      var trap = error
      if trap.frames.isEmpty { trap.frames = frames }
      throw trap
    }
    let count = function.type.results.count
    return Array(UnsafeBufferPointer(start: values + (top - count), count: count))
  }

  /// The wasm frames in progress, youngest first.
  ///
  /// For a host function: the state at its call.
  public var frames: [PlainFrame] {
    var end = startTop
    var frames: [PlainFrame] = []
    for (i, activation) in activations.enumerated().reversed() {
      frames.append(
        PlainFrame(
          instance: activation.instance.number, function: activation.function.index,
          offset: i == activations.count - 1 ? start : activation.offset,
          locals: list(activation.locals..<activation.operands),
          operands: list(activation.operands..<end)))
      end = activation.locals
    }
    return frames
  }

  /// The file offset of the youngest frame's instruction; nil if no wasm is in progress.
  public var offset: Int? { activations.isEmpty ? nil : start }

  private func list(_ range: Range<Int>) -> [PlainValue] {
    Array(UnsafeBufferPointer(start: values + range.lowerBound, count: range.count))
  }

  // MARK: The value stack

  @inline(__always) mutating func push(_ value: PlainValue) {
    precondition(top < Self.valueCapacity, "more operands than the machine has room for")
    values[top] = value
    top += 1
  }

  @inline(__always) mutating func push(_ type: ValueType, _ bits: UInt64) {
    push(PlainValue(type, bits))
  }

  @inline(__always) mutating func push(_ condition: Bool) { push(.i32, condition ? 1 : 0) }

  @inline(__always) mutating func pop() -> PlainValue {
    top -= 1
    return values[top]
  }

  /// Pops an i32 or i64 as an unsigned number; those beyond 2^60, too large for anything, are equal.
  @inline(__always) mutating func popNumber() -> Int { Int(min(pop().bits, 1 << 60)) }

  // MARK: Reading code

  @inline(__always) mutating func byte() -> UInt8 {
    pc += 1
    return code[pc - 1]
  }

  @inline(__always) mutating func unsigned() -> Int {
    let first = code[pc]
    if first < 0x80 {
      pc += 1
      return Int(first)
    }
    var scanner = InstructionScanner(code, at: pc)
    defer { pc = scanner.offset }
    return scanner.unsigned()
  }

  @inline(__always) mutating func signed() -> Int64 {
    var scanner = InstructionScanner(code, at: pc)
    defer { pc = scanner.offset }
    return scanner.signed()
  }
}
