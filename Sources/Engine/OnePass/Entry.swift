/// One value of the abstract operand stack: where it is, or how it is still to be made.
///
/// Registers that an entry names are either owned (a temporary that only this entry uses) or those
/// of a local, which the entry merely reads; writing the local moves such entries away first.
struct Entry {
  enum Kind: UInt8 {
    /// `value` holds the bits; an i32 is zero-extended. Of a v128 it holds the address of the bytes
    /// in the module, or 0 for zero.
    case constant
    /// In the owned register `base`.
    case register
    /// Equal to local `local`, which lives in `base` or, if that is none, in its home slot.
    case local
    /// In the operand slot of its own depth, which `value` holds.
    case slot
    /// An integer sum: base + index * 2^scale + value, in the width of its type.
    case sum
    /// A condition of the flags, `value` its code; only on top, only until the next instruction.
    case flags
  }

  var kind: Kind
  var type: UInt8
  var base: Register = .none
  var index: Register = .none
  var scale: UInt8 = 0
  /// Bit 0: `base` is owned.
  ///
  /// Bit 1: `index` is owned.
  var owned: UInt8 = 0
  var local: UInt32 = 0
  var value: Int64 = 0

  @inline(__always) static func constant(_ type: UInt8, _ value: Int64) -> Entry {
    Entry(kind: .constant, type: type, value: value)
  }
  @inline(__always) static func register(_ type: UInt8, _ register: Register) -> Entry {
    Entry(kind: .register, type: type, base: register, owned: 1)
  }
  @inline(__always) static func slot(_ type: UInt8, _ depth: Int) -> Entry {
    Entry(kind: .slot, type: type, value: Int64(depth))
  }
  @inline(__always) static func flags(_ condition: Condition) -> Entry {
    Entry(kind: .flags, type: Code.i32, value: Int64(condition.code))
  }

  @inline(__always) var isFloat: Bool { isFloatCode(type) }
  @inline(__always) var isWide: Bool { isWideCode(type) }
  @inline(__always) var condition: Condition { Condition(UInt8(truncatingIfNeeded: value)) }
  /// Whether the value is in a single register as it stands.
  @inline(__always) var isInRegister: Bool {
    kind == .register || (kind == .local && base != .none)
  }
  /// Registers the entry reads.
  @inline(__always) var registers: RegisterSet {
    (base == .none ? .empty : base.bit) | (index == .none ? .empty : index.bit)
  }
  /// The constant as a sign-extended 32-bit immediate, if it is one that fits.
  @inline(__always) var immediate: Int32? {
    guard kind == .constant else { return nil }
    let low = Int32(truncatingIfNeeded: value)
    return !isWide || Int64(low) == value ? low : nil
  }
}

/// What waits for a label's address.
struct Waiting: BitwiseCopyable {
  /// Chain of unresolved rel32 fields; 0 = none.
  var chain = 0
  /// Chain of `ShortJump`s: one more than the number of the last; 0 = none.
  var shortJumps = 0
  /// Chain of `Exit`s: one more than the number of the last; 0 = none.
  var exits = 0
}

/// A structured control instruction that is open.
struct OpenFrame {
  enum Kind: UInt8 {
    case function
    case block
    case loop
    case ifThen
    case ifElse
  }

  var kind: Kind
  /// Set if code after the current point cannot be reached.
  var isUnreachable = false
  /// Operand height below the frame's parameters.
  var height: Int
  var parameterCount: Int
  var resultCount: Int
  /// Type codes of parameters and results.
  var parameters: UnsafePointer<UInt8>
  var results: UnsafePointer<UInt8>
  /// Where the frame lies in the body.
  var extent: BlockExtent
  /// The first of its label's places in `labelPlaces`; -1 if the values are in slots.
  var places = -1
  /// One more than its number in `FunctionSummary.blocks`; 0 for the function.
  var number = 0
  /// The catch clauses of a `try_table`, their count first.
  var catches: UnsafePointer<UInt8>?
  /// Jumps that wait for the frame's end.
  var ending = Waiting()
  /// Jumps that wait for the `else` of an `if`.
  var alternative = Waiting()
  /// Code offset of a loop's head.
  var loopStart = 0
  /// br_table that last made a thunk to this frame, and the thunk's offset.
  var thunkOwner = -1
  var thunk = 0

  /// Number of values a branch to the frame carries.
  @inline(__always) var labelArity: Int { kind == .loop ? parameterCount : resultCount }
  @inline(__always) var labelTypes: UnsafePointer<UInt8> { kind == .loop ? parameters : results }
}
