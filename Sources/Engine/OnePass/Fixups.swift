/// Out-of-line code that ends in a trap.
struct Stub: BitwiseCopyable {
  enum Kind: UInt8, BitwiseCopyable {
    /// `ud2` with `trap`.
    case trap
    /// Invalid conversion if `register` holds NaN, else integer overflow.
    case conversion
  }
  var kind: Kind
  var trap: UInt8
  var register: Register
  var isDouble: Bool
  /// The rel32 field that jumps here.
  var field: Int
  var wasmOffset: Int
}

/// A float constant (or mask) after the function's code.
struct Literal {
  var bits: UInt64
  var isWide: Bool
}

/// A rip-relative field that waits for a literal's address.
struct LiteralUse {
  var literal: Int
  var field: Int
}

/// A direct call's rel32 field.
struct CallFixup {
  var field: Int
  /// Defined function index.
  var function: Int
}
