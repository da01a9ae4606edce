/// Error correction over bytes, with the polynomial x^8 + x^4 + x^3 + x^2 + 1.
///
/// Source: ISO/IEC 18004 section 7.5.2 and annex A.
struct ReedSolomon {
  /// Coefficients of the generator, without the leading 1, from the highest power.
  private let generator: [UInt8]

  /// A code with this many words of correction.
  init(checkWords: Int) {
    var generator = [UInt8](repeating: 0, count: checkWords)
    if checkWords > 0 { generator[checkWords - 1] = 1 }
    var root: UInt8 = 1
    for _ in 0..<checkWords {
      for index in generator.indices {
        let next = index + 1 < checkWords ? generator[index + 1] : 0
        generator[index] = Self.product(generator[index], root) ^ next
      }
      root = Self.product(root, 2)
    }
    self.generator = generator
  }

  /// The remainder of the data divided by the generator.
  func checkWords(_ data: ArraySlice<UInt8>) -> [UInt8] {
    var remainder = [UInt8](repeating: 0, count: generator.count)
    for byte in data {
      let factor = byte ^ (remainder.first ?? 0)
      for index in generator.indices {
        let next = index + 1 < remainder.count ? remainder[index + 1] : 0
        remainder[index] = next ^ Self.product(generator[index], factor)
      }
    }
    return remainder
  }

  private static func product(_ a: UInt8, _ b: UInt8) -> UInt8 {
    var result: UInt8 = 0
    for bit in (0..<8).reversed() {
      let carry = result & 0x80 != 0
      result = result << 1 ^ (carry ? 0x1D : 0)
      if b >> UInt8(bit) & 1 != 0 { result ^= a }
    }
    return result
  }
}
