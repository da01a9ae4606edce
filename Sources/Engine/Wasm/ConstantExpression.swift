/// An expression evaluated at instantiation: initial values and segment offsets (spec 3.3.10).
///
/// Floats are bit patterns. A `global` is always an immutable one that stands earlier in the module.
public enum ConstantExpression: Hashable, Sendable {
  case i32(UInt32)
  case i64(UInt64)
  case f32(UInt32)
  case f64(UInt64)
  case v128(UInt128)
  /// The value of the imported global with this index.
  case global(Int)
  /// The null reference of this type.
  case null(ValueType)
  /// A reference to the function with this index.
  case function(Int)
  /// Arithmetic, in which globals take part; the rest is folded when it is read.
  case computed([Step])

  /// A step of a computation on a stack of words.
  public enum Step: Hashable, Sendable {
    /// Pushes an integer; an i32 zero-extended.
    case constant(UInt64)
    /// Pushes the value of the immutable global with this index.
    case global(Int)
    /// Pops two integers of 32 or 64 bits, the second operand first, and pushes the result.
    case arithmetic(Arithmetic, isWide: Bool)
  }

  /// The operations on integers that constant expressions may use.
  public enum Arithmetic: Hashable, Sendable {
    case add, subtract, multiply

    /// The result, zero-extended.
    public func apply(_ a: UInt64, _ b: UInt64, isWide: Bool) -> UInt64 {
      let result =
        switch self {
        case .add: a &+ b
        case .subtract: a &- b
        case .multiply: a &* b
        }
      return isWide ? result : UInt64(UInt32(truncatingIfNeeded: result))
    }
  }

  /// The word that a computation yields, given the words of globals.
  public static func value(of steps: [Step], global: (Int) -> UInt64) -> UInt64 {
    var stack: [UInt64] = []
    for step in steps {
      switch step {
      case .constant(let word): stack.append(word)
      case .global(let index): stack.append(global(index))
      case .arithmetic(let operation, let isWide):
        // Decoding has checked the types, and so the depth.
        guard let b = stack.popLast(), let a = stack.popLast() else { return 0 }
        stack.append(operation.apply(a, b, isWide: isWide))
      }
    }
    return stack.last ?? 0
  }
}
