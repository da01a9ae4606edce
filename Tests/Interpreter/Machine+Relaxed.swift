import Engine

/// Relaxed vector instructions, with the results that the engine has chosen (spec 4.4.3).
extension Machine {
  mutating func relaxed(_ code: Int) throws(PlainTrap) {
    switch code {
    case 0x100: try vector(0x0E)
    case 0x101...0x102: try vector(0xF8 + code - 0x101)
    case 0x103...0x104: try vector(0xFC + code - 0x103)
    case 0x105, 0x106: multiplyAdd(Float.self, isNegated: code == 0x106)
    case 0x107, 0x108: multiplyAdd(Double.self, isNegated: code == 0x108)
    case 0x109...0x10C: try vector(0x52)
    case 0x10D...0x10E: try vector(0xE8 + code - 0x10D)
    case 0x10F...0x110: try vector(0xF4 + code - 0x10F)
    case 0x111: try vector(0x82)
    case 0x112:
      let (b, a) = (popVector(), popVector())
      push(vector: dot(a, b))
    default:
      let (c, b, a) = (popVector(), popVector(), popVector())
      let pairs = dot(a, b)
      push(
        vector: vector(of: Int32.self) { index in
          Int32(lane(pairs, 2 * index, Int16.self)) &+ Int32(lane(pairs, 2 * index + 1, Int16.self))
            &+ lane(c, index, Int32.self)
        })
    }
  }

  /// Products of signed and unsigned bytes, two added up.
  private func dot(_ a: UInt128, _ b: UInt128) -> UInt128 {
    vector(of: Int16.self) { index in
      let sum = (2 * index...2 * index + 1).reduce(0) { sum, byte in
        sum + Int(lane(a, byte, Int8.self)) * Int(lane(b, byte, UInt8.self))
      }
      return Int16(clamping: sum)
    }
  }

  private mutating func multiplyAdd<T: WasmFloat>(_ type: T.Type, isNegated: Bool)
  where T.Bits: FixedWidthInteger {
    let (c, b, a) = (popVector(), popVector(), popVector())
    push(
      vector: vector(of: T.Bits.self) { index in
        func value(_ vector: UInt128) -> T { T(bitPattern: lane(vector, index, T.Bits.self)) }
        let product = Self.binary(value(a), value(b), 2)
        let result =
          isNegated ? Self.binary(value(c), product, 1) : Self.binary(product, value(c), 0)
        return result.bitPattern
      })
  }
}
