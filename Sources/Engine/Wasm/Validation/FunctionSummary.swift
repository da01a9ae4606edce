/// What walk 1 learnt about a local variable, in 24 bytes.
///
/// Positions are byte offsets of an opcode from the body's start (`FunctionBody.bodyOffset`).
/// Only reachable code counts: walk 2 emits nothing elsewhere.
public struct LocalSummary: BitwiseCopyable, Sendable {
  /// Saturating sum over all accesses of 8^min(loop depth, 6).
  public var weight: UInt32
  /// The start of the interval; 0 for a parameter and for a local whose first access is not a
  /// set that dominates all others.
  public var first: UInt32
  /// The end of the interval: the last access, or the `end` of a loop that carries the value.
  public var last: UInt32
  /// For a nested local, the innermost loop around its first set: one more than the loop's number in
  /// `FunctionSummary.blocks`; 0 if there is none.
  public var innermostLoop: UInt32
  /// The outermost one likewise.
  public var outermostLoop: UInt32
  /// The code of its kind.
  public var type: UInt8
  /// The bits below.
  public var flags: UInt8
  /// Loops around the start of the interval, at most 6.
  public var loopDepthAtStart: UInt8
  /// Loops around the end of the interval, at most 6.
  public var loopDepthAtEnd: UInt8

  /// Set in `flags` if any reachable instruction gets or sets the local.
  public static let accessed: UInt8 = 1
  /// Set in `flags` if the local must be zeroed at function entry.
  public static let needsZero: UInt8 = 2
  /// Set in `flags` if code that follows the interval can be reached without passing it, or code
  /// before it after having passed it: the first access is a set in a loop, or one that a branch
  /// leaves out.
  public static let isNested: UInt8 = 4
  /// Set in `flags` if the outermost loop of a nested local is passed by all code that follows.
  public static let loopIsCertain: UInt8 = 8
}

/// The codes of the kinds of locals.
public struct LocalCodes: BitwiseCopyable {
  let types: UnsafePointer<ValueType>

  /// The code of a local.
  @inline(__always) public subscript(index: Int) -> UInt8 { types[index].code }
}

/// Where a `block`, `loop` or `if` that is entered in live code begins and ends.
///
/// Positions are byte offsets of opcodes from the body's start.
public struct BlockExtent: BitwiseCopyable, Sendable {
  /// The instruction itself.
  public var start: UInt32
  /// The `else` of an `if`, or the `end` if there is none.
  public var alternative: UInt32
  /// The `end`.
  public var end: UInt32
  /// For a loop, one more than the number of the next loop around it; 0 if there is none.
  public var outerLoop: UInt32
}

/// A reachable instruction that calls a function or a builtin.
public struct CallSite: BitwiseCopyable, Sendable {
  /// The byte offset of the opcode from the body's start.
  public var position: UInt32
  /// Saturating sum of 8^min(loop depth, 6) over all call sites up to and including this one.
  public var cumulativeWeight: UInt32
}

/// What walk 1 hands to walk 2 about one function.
///
/// A trivial view into the validator's memory, valid until it validates the next function.
public struct FunctionSummary: BitwiseCopyable {
  /// The locals, parameters first; all zero for a local that is never accessed in live code.
  public var locals: UnsafeMutablePointer<LocalSummary>
  /// The codes of the locals' kinds, parameters first, accessed or not.
  public var localTypes: LocalCodes
  /// The number of locals, parameters included.
  public var localCount: Int
  /// The number of parameters.
  public var parameterCount: Int
  /// The indices of the accessed locals, in the order of their first access.
  ///
  /// To go through these
  /// instead of all keeps a function that declares 50,000 locals in a few bytes cheap.
  public var accessedLocals: UnsafePointer<UInt32>
  /// The number of accessed locals.
  public var accessedCount: Int
  /// The reachable calls, in order: `call`, `call_indirect` and every instruction that calls a
  /// builtin (`memory.size` and `table.size` do not).
  public var calls: UnsafeMutablePointer<CallSite>
  /// The number of reachable calls.
  public var callCount: Int
  /// The blocks that are entered in live code, in order.
  public var blocks: UnsafePointer<BlockExtent>
  /// The number of such blocks.
  public var blockCount: Int
  /// The largest number of operands on the stack at once.
  public var maximumOperandHeight: Int
  /// The largest number of open control frames, the function's own included.
  public var maximumControlDepth: Int
  /// The largest area of stack arguments in bytes that any callee takes.
  public var maximumStackArgumentBytes: Int
  /// Whether a v128 may be among its locals, operands, arguments or results.
  public var usesVectors: Bool
  /// Whether a `try_table` is reachable.
  public var hasCatches: Bool
  /// Whether a `loop` is reachable.
  public var hasLoops: Bool
  /// Where file offset 0 would be in the copy of the body; only the body can be read.
  public var fileStart: UnsafePointer<UInt8>
  /// The file offset of the body.
  public var bodyOffset: Int
  /// The file offset of the first opcode after the local declarations.
  public var codeStart: Int
  /// The file offset after the final `end`.
  public var end: Int
}
