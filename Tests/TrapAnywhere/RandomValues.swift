import Engine
import Interpreter

/// Arguments and results of host functions, edge values among them; never NaN.
enum RandomValues {
  private static let integers: [UInt64] = [
    0, 1, 2, 3, 7, 8, 31, 32, 63, 100, 255, 1000, 65535, 65536, 1 << 20, 1 << 31, 1 << 31 - 1,
    1 << 32 - 1, .max, 1 << 63,
  ]
  private static let floats: [Double] = [0, -0.0, 1, -1, 0.5, 3.75, -1000.25, 1e9, 1e30, .infinity]

  static func value(_ type: ValueType, _ numbers: inout RandomNumbers) -> PlainValue {
    switch type.kind {
    case .i32: PlainValue(.i32, integer(&numbers) & 0xFFFF_FFFF)
    case .i64: PlainValue(.i64, integer(&numbers))
    case .f32: PlainValue(.f32, UInt64(Float(numbers.one(of: floats)).bitPattern))
    case .f64: PlainValue(.f64, numbers.one(of: floats).bitPattern)
    case .exnref: .zero(.exnref)
    case .externref: PlainValue(.externref, UInt64(numbers.below(5)))
    case .v128: vector(&numbers)
    case .funcref: .zero(type)
    }
  }

  /// Lanes of integers or of floats.
  private static func vector(_ numbers: inout RandomNumbers) -> PlainValue {
    let isFloat = numbers.once(in: 3)
    let halves = (0..<2).map { _ in
      isFloat ? numbers.one(of: floats).bitPattern : integer(&numbers)
    }
    return PlainValue(vector: UInt128(halves[1]) << 64 | UInt128(halves[0]))
  }

  /// Small ones are likelier: they are counts, indices and flags that a program goes on with.
  private static func integer(_ numbers: inout RandomNumbers) -> UInt64 {
    switch numbers.below(4) {
    case 0: numbers.one(of: integers)
    case 1: numbers.next() >> UInt64(numbers.below(64))
    default: UInt64(numbers.below(12))
    }
  }
}
