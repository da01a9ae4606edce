import Engine

/// A float as wasm has it.
protocol WasmFloat: BinaryFloatingPoint {
  associatedtype Bits: FixedWidthInteger, UnsignedInteger
  static var type: ValueType { get }
  var bitPattern: Bits { get }
  init(bitPattern: Bits)
}

extension Float: WasmFloat {
  static var type: ValueType { .f32 }
}

extension Double: WasmFloat {
  static var type: ValueType { .f64 }
}

extension WasmFloat {
  static var signBit: Bits { 1 << Bits(Bits.bitWidth - 1) }
  /// The same, quiet if it is a NaN.
  var quiet: Self {
    isNaN ? Self(bitPattern: bitPattern | 1 << Bits(Self.significandBitCount - 1)) : self
  }
  /// What x86 gives for an operation that has no result.
  static var indefinite: Self { Self(bitPattern: infinity.bitPattern | signBit).quietNaN }
  private var quietNaN: Self {
    Self(bitPattern: bitPattern | 1 << Bits(Self.significandBitCount - 1))
  }
}

/// Float instructions (spec 4.3.3).
///
/// Where the specification leaves the bits of a NaN open, they are those of x86: a NaN operand made
/// quiet, the first before the second, or else the "indefinite" NaN.
extension Machine {
  mutating func popFloat<T: WasmFloat>(_ type: T.Type) -> T {
    T(bitPattern: T.Bits(truncatingIfNeeded: pop().bits))
  }

  mutating func pushFloat<T: WasmFloat>(_ value: T) { push(T.type, UInt64(value.bitPattern)) }

  /// Comparisons in the order of their codes.
  mutating func compareFloats<T: WasmFloat>(_ type: T.Type, _ operation: UInt8) {
    let b = popFloat(type)
    let a = popFloat(type)
    switch operation {
    case 0: push(a == b)
    case 1: push(a != b)
    case 2: push(a < b)
    case 3: push(a > b)
    case 4: push(a <= b)
    default: push(a >= b)
    }
  }

  /// abs, neg, ceil, floor, trunc, nearest, sqrt.
  mutating func unaryFloat<T: WasmFloat>(_ type: T.Type, _ operation: UInt8) {
    pushFloat(Self.unary(popFloat(type), operation))
  }

  static func unary<T: WasmFloat>(_ a: T, _ operation: UInt8) -> T {
    switch operation {
    case 0: T(bitPattern: a.bitPattern & ~T.signBit)
    case 1: T(bitPattern: a.bitPattern ^ T.signBit)
    case _ where a.isNaN: a.quiet
    case 2: a.rounded(.up)
    case 3: a.rounded(.down)
    case 4: a.rounded(.towardZero)
    case 5: a.rounded(.toNearestOrEven)
    default: a < 0 ? .indefinite : a.squareRoot()
    }
  }

  /// add, sub, mul, div, min, max, copysign.
  mutating func binaryFloat<T: WasmFloat>(_ type: T.Type, _ operation: UInt8) {
    let b = popFloat(type)
    pushFloat(Self.binary(popFloat(type), b, operation))
  }

  static func binary<T: WasmFloat>(_ a: T, _ b: T, _ operation: UInt8) -> T {
    if operation == 6 { return T(bitPattern: a.bitPattern & ~T.signBit | b.bitPattern & T.signBit) }
    if a.isNaN { return a.quiet }
    if b.isNaN { return b.quiet }
    let result: T
    switch operation {
    case 0: result = a + b
    case 1: result = a - b
    case 2: result = a * b
    case 3: result = a / b
    // Equal operands differ in the sign of zero at most: -0 is less than 0.
    case 4: result = a == b ? T(bitPattern: a.bitPattern | b.bitPattern) : (a < b ? a : b)
    default: result = a == b ? T(bitPattern: a.bitPattern & b.bitPattern) : (a > b ? a : b)
    }
    return result.isNaN ? .indefinite : result
  }
}
