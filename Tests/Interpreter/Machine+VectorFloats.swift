import Engine

/// Float lanes (spec 4.3.3, 4.4.3); for the bits of NaNs see `Machine+Floats.swift`.
extension Machine {
  mutating func vectorFloats(_ code: Int) {
    switch code {
    case 0x5E:
      let a = popVector()
      push(
        vector: vector(of: UInt32.self) {
          $0 > 1 ? 0 : demoted(Double(bitPattern: lane(a, $0, UInt64.self))).bitPattern
        })
    case 0x5F:
      let a = popVector()
      push(
        vector: vector(of: UInt64.self) {
          promoted(Float(bitPattern: lane(a, $0, UInt32.self))).bitPattern
        })
    case 0x67...0x6A: floats(Float.self, unary: UInt8(code - 0x65))
    case 0x74, 0x75: floats(Double.self, unary: UInt8(code - 0x72))
    case 0x7A: floats(Double.self, unary: 4)
    case 0xE0, 0xE1: floats(Float.self, unary: UInt8(code - 0xE0))
    case 0xE3: floats(Float.self, unary: 6)
    case 0xE4...0xEB: floats(Float.self, binary: code - 0xE4)
    case 0xEC, 0xED: floats(Double.self, unary: UInt8(code - 0xEC))
    case 0xEF: floats(Double.self, unary: 6)
    case 0xF0...0xF7: floats(Double.self, binary: code - 0xF0)
    case 0xF8:
      each(UInt32.self) { UInt32(bitPattern: Self.saturate(Float(bitPattern: $0)) as Int32) }
    case 0xF9: each(UInt32.self) { Self.saturate(Float(bitPattern: $0)) }
    case 0xFA: each(UInt32.self) { Float(Int32(bitPattern: $0)).bitPattern }
    case 0xFB: each(UInt32.self) { Float($0).bitPattern }
    case 0xFC: truncateDoubles { UInt32(bitPattern: Self.saturate($0) as Int32) }
    case 0xFD: truncateDoubles { Self.saturate($0) as UInt32 }
    case 0xFE: convertLow { Double(Int32(bitPattern: $0)) }
    case 0xFF: convertLow { Double($0) }
    default: preconditionFailure("code 0xfd \(code) at \(start) is none that was validated")
    }
  }

  private mutating func truncateDoubles(_ operation: (Double) -> UInt32) {
    let a = popVector()
    push(
      vector: vector(of: UInt32.self) {
        $0 > 1 ? 0 : operation(Double(bitPattern: lane(a, $0, UInt64.self)))
      })
  }

  private mutating func convertLow(_ operation: (UInt32) -> Double) {
    let a = popVector()
    push(vector: vector(of: UInt64.self) { operation(lane(a, $0, UInt32.self)).bitPattern })
  }

  /// An operation by its place in the scalar order: abs, neg, ceil, floor, trunc, nearest, sqrt.
  mutating func floats<T: WasmFloat>(_: T.Type, unary operation: UInt8) {
    each(T.Bits.self) { Self.unary(T(bitPattern: $0), operation).bitPattern }
  }

  /// add, sub, mul, div, min, max, pmin, pmax; the NaN of min and max is the indefinite one.
  private mutating func floats<T: WasmFloat>(_: T.Type, binary operation: Int) {
    each2(T.Bits.self) { left, right in
      let (a, b) = (T(bitPattern: left), T(bitPattern: right))
      switch operation {
      case 4 where a.isNaN || b.isNaN, 5 where a.isNaN || b.isNaN: return T.indefinite.bitPattern
      case 6: return (b < a ? b : a).bitPattern
      case 7: return (a < b ? b : a).bitPattern
      default: return Self.binary(a, b, UInt8(operation)).bitPattern
      }
    }
  }

  /// eq, ne, lt, gt, le, ge.
  mutating func compareLanes<T: WasmFloat>(_: T.Type, _ operation: Int) {
    each2(T.Bits.self) { left, right in
      let (a, b) = (T(bitPattern: left), T(bitPattern: right))
      let holds =
        switch operation {
        case 0: a == b
        case 1: a != b
        case 2: a < b
        case 3: a > b
        case 4: a <= b
        default: a >= b
        }
      return holds ? .max : 0
    }
  }
}
