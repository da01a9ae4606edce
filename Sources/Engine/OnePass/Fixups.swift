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
  /// The code offset at which the function's state is the stub's.
  var origin: Int
}

/// Homes that are zeroed at once.
struct ZeroedHomes: BitwiseCopyable {
  /// One more than the number of the loop at whose head that happens; 0 for the function's entry.
  var loop: UInt32
  /// The homes lie below rbp minus this.
  var top: Int32
  /// Their size in words of 8 bytes.
  var count: Int
}

/// Out-of-line code on the way of a branch: sends home what dies on it, then jumps on.
struct Exit: BitwiseCopyable {
  /// Chain of the rel32 fields that jump here.
  var chain: Int
  /// Its stores in `exitStores`.
  var firstStore: Int
  var storeCount: Int
  /// Code offset to go on at, once known.
  var target: Int
  /// The next one that waits for the same label.
  var next: Int
  var wasmOffset: Int
  /// The branch's code offset.
  var origin: Int
}

/// A register that goes to the home of the local in it.
struct ExitStore: BitwiseCopyable {
  var register: Register
  var local: UInt32
}

/// A float constant (or mask) after the function's code.
struct Literal {
  var bits: UInt64
  var isWide: Bool
}

/// A vector constant after the function's code.
struct VectorLiteral {
  var low: UInt64
  var high: UInt64
}

/// A rip-relative field that waits for a literal's address.
struct LiteralUse {
  var literal: Int
  var field: Int
}

/// A rip-relative field that waits for a vector literal's address.
struct VectorLiteralUse {
  var literal: Int
  var field: Int
  /// Bytes of the instruction behind the field.
  var trailing: Int
}

/// Out-of-line code of an indirect call whose callee belongs to another instance.
struct ForeignCallee: BitwiseCopyable {
  /// The rel32 field that jumps here.
  var field: Int
  /// Where the call stands.
  var back: Int
  var wasmOffset: Int
  /// The branch's code offset.
  var origin: Int
}

/// A direct call's rel32 field.
struct CallFixup {
  var field: Int
  /// Defined function index.
  var function: Int
}
