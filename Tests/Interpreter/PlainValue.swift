import Engine

/// A value that carries its type, so that a stack of values can be read without knowing the code.
///
/// An i32 and an f32 lie zero-extended in `bits`. A function reference is 1 + the function's number
/// in its store, an external one 1 + the host's number; 0 is null.
public struct PlainValue: Hashable, Sendable {
  /// The type; of a reference that of all references of its kind.
  public var type: ValueType
  /// The bits; of a vector the low half.
  public var bits: UInt64
  /// The upper half of a vector, else 0.
  public var high: UInt64 = 0

  /// A value of a type from its bits.
  public init(_ type: ValueType, _ bits: UInt64) {
    self.type = ValueType(type.kind)
    self.bits = bits
  }

  /// A vector, its first byte in the lowest bits.
  public init(vector: UInt128) {
    type = .v128
    bits = UInt64(truncatingIfNeeded: vector)
    high = UInt64(truncatingIfNeeded: vector >> 64)
  }

  /// All bits.
  public var vector: UInt128 { UInt128(high) << 64 | UInt128(bits) }

  /// Zero or null.
  public static func zero(_ type: ValueType) -> PlainValue { PlainValue(type, 0) }

  /// Whether this is a float that is not a number.
  public var isNaN: Bool {
    switch type.kind {
    case .f32: Float(bitPattern: UInt32(truncatingIfNeeded: bits)).isNaN
    case .f64: Double(bitPattern: bits).isNaN
    default: false
    }
  }
}

extension PlainValue: CustomStringConvertible {
  /// The type and the bits, such as `i32 0xff`.
  public var description: String { "\(type) 0x\(String(vector, radix: 16))" }
}
