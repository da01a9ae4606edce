/// How much a masked code looks like what readers search for.
///
/// Source: firefly.md 3.12, which differs from ISO/IEC 18004 section 7.8.3 in details.
enum QRPenalty {
  /// The penalty of `size` rows of modules, 1 for dark.
  static func of(_ modules: [UInt8], size: Int) -> Int {
    modules.withUnsafeBufferPointer { modules in
      var penalty = 0
      for line in 0..<size {
        penalty += ofLine(modules, start: line * size, step: 1, size: size)
        penalty += ofLine(modules, start: line, step: size, size: size)
      }
      return penalty + ofBlocks(modules, size: size) + ofBalance(modules, size: size)
    }
  }

  /// Runs of five and more, and marks of readers with light beside them.
  private static func ofLine(
    _ modules: UnsafeBufferPointer<UInt8>, start: Int, step: Int, size: Int
  ) -> Int {
    var penalty = 0
    var run = 0
    // The last fifteen modules, the latest in bit 0; light beyond both ends.
    var window = 0
    for place in 0..<size + 4 {
      let module = place < size ? Int(modules[start + place * step]) : 0
      if place < size {
        run = place > 0 && module == window & 1 ? run + 1 : 1
        if run == 5 { penalty += 3 } else if run > 5 { penalty += 1 }
      }
      window = (window << 1 | module) & 0x7FFF
      // The mark stands in the bits 4...10, four modules back.
      if place >= 10, window >> 4 & 0x7F == 0b101_1101,
        window & 0xF == 0 || window >> 11 & 0xF == 0
      {
        penalty += 40
      }
    }
    return penalty
  }

  private static func ofBlocks(_ modules: UnsafeBufferPointer<UInt8>, size: Int) -> Int {
    var blocks = 0
    for y in 0..<size - 1 {
      for x in 0..<size - 1 {
        let place = y * size + x
        let sum =
          modules[place] + modules[place + 1] + modules[place + size] + modules[place + size + 1]
        if sum == 0 || sum == 4 { blocks += 1 }
      }
    }
    return 3 * blocks
  }

  private static func ofBalance(_ modules: UnsafeBufferPointer<UInt8>, size: Int) -> Int {
    let dark = modules.reduce(0) { $0 + Int($1) }
    return abs(dark * 200 / (size * size) - 100)
  }
}
