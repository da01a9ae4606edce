import Engine

/// Conversions between the number types (spec 4.3.4).
extension Machine {
  mutating func convert(_ opcode: UInt8) throws(PlainTrap) {
    switch opcode {
    case 0xA7: push(.i32, pop().bits & 0xFFFF_FFFF)
    case 0xA8: pushInteger(UInt32(bitPattern: try truncate(popFloat(Float.self))))
    case 0xA9: pushInteger(try truncate(popFloat(Float.self)) as UInt32)
    case 0xAA: pushInteger(UInt32(bitPattern: try truncate(popFloat(Double.self))))
    case 0xAB: pushInteger(try truncate(popFloat(Double.self)) as UInt32)
    case 0xAC: pushInteger(UInt64(bitPattern: Int64(popInt32())))
    case 0xAD: push(.i64, pop().bits)
    case 0xAE: pushInteger(UInt64(bitPattern: try truncate(popFloat(Float.self))))
    case 0xAF: pushInteger(try truncate(popFloat(Float.self)) as UInt64)
    case 0xB0: pushInteger(UInt64(bitPattern: try truncate(popFloat(Double.self))))
    case 0xB1: pushInteger(try truncate(popFloat(Double.self)) as UInt64)
    case 0xB2: pushFloat(Float(popInt32()))
    case 0xB3: pushFloat(Float(pop().bits))
    case 0xB4: pushFloat(Float(Int64(bitPattern: pop().bits)))
    case 0xB5: pushFloat(Float(pop().bits))
    case 0xB6: demote()
    case 0xB7: pushFloat(Double(popInt32()))
    case 0xB8: pushFloat(Double(pop().bits))
    case 0xB9: pushFloat(Double(Int64(bitPattern: pop().bits)))
    case 0xBA: pushFloat(Double(pop().bits))
    case 0xBB: promote()
    case 0xBC: push(.i32, pop().bits)
    case 0xBD: push(.i64, pop().bits)
    case 0xBE: push(.f32, pop().bits)
    default: push(.f64, pop().bits)
    }
  }

  private mutating func popInt32() -> Int32 { Int32(truncatingIfNeeded: pop().bits) }

  /// A NaN keeps its sign and the upper bits of its fraction.
  private mutating func demote() { pushFloat(demoted(popFloat(Double.self))) }

  func demoted(_ a: Double) -> Float {
    guard a.isNaN else { return Float(a) }
    let fraction = UInt32(truncatingIfNeeded: (a.bitPattern << 12) >> 41)
    return Float(
      bitPattern: UInt32(a.bitPattern >> 63) << 31 | 0x7F80_0000 | fraction | 0x0040_0000)
  }

  private mutating func promote() { pushFloat(promoted(popFloat(Float.self))) }

  func promoted(_ a: Float) -> Double {
    guard a.isNaN else { return Double(a) }
    let fraction = UInt64(a.bitPattern & 0x7F_FFFF) << 29
    return Double(
      bitPattern: UInt64(a.bitPattern >> 31) << 63 | 0x7FF << 52 | fraction | 1 << 51)
  }

  private func truncate<From: WasmFloat, To: FixedWidthInteger>(
    _ value: From
  ) throws(PlainTrap) -> To {
    if value.isNaN { throw PlainTrap(.invalidConversionToInteger) }
    guard let result = To(exactly: value.rounded(.towardZero)) else {
      throw PlainTrap(.integerOverflow)
    }
    return result
  }

  // MARK: Saturating

  /// The conversions behind 0xFC, in the order of their codes.
  mutating func truncateSaturating(_ code: Int) {
    switch code {
    case 0: pushInteger(UInt32(bitPattern: Self.saturate(popFloat(Float.self))))
    case 1: pushInteger(Self.saturate(popFloat(Float.self)) as UInt32)
    case 2: pushInteger(UInt32(bitPattern: Self.saturate(popFloat(Double.self))))
    case 3: pushInteger(Self.saturate(popFloat(Double.self)) as UInt32)
    case 4: pushInteger(UInt64(bitPattern: Self.saturate(popFloat(Float.self))))
    case 5: pushInteger(Self.saturate(popFloat(Float.self)) as UInt64)
    case 6: pushInteger(UInt64(bitPattern: Self.saturate(popFloat(Double.self))))
    default: pushInteger(Self.saturate(popFloat(Double.self)) as UInt64)
    }
  }

  static func saturate<From: WasmFloat, To: FixedWidthInteger>(_ value: From) -> To {
    if value.isNaN { return 0 }
    return To(exactly: value.rounded(.towardZero)) ?? (value < 0 ? To.min : To.max)
  }
}
