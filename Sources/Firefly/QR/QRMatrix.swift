/// The modules of a QR code.
///
/// Source: ISO/IEC 18004 sections 6.3, 7.7 to 7.10.
struct QRMatrix {
  /// Modules on a side.
  let size: Int
  /// Row by row; 1 is dark.
  private var modules: [UInt8]
  /// Modules that hold no data.
  private var isReserved: [Bool]
  private let version: QRVersion

  /// A code with the mask that looks least like the marks of a code.
  init(_ codewords: QRCodewords) {
    version = codewords.version
    size = version.size
    modules = Array(repeating: 0, count: size * size)
    isReserved = Array(repeating: false, count: size * size)
    placeMarks()
    place(codewords.words)
    let unmasked = modules
    var best = unmasked
    var lowest = Int.max
    for mask in 0..<8 {
      modules = unmasked
      apply(mask)
      let penalty = QRPenalty.of(modules, size: size)
      if penalty < lowest {
        lowest = penalty
        best = modules
      }
    }
    modules = best
  }

  /// Whether a module is dark; none is beyond the edges.
  func isDark(_ x: Int, _ y: Int) -> Bool {
    x >= 0 && y >= 0 && x < size && y < size && modules[y * size + x] != 0
  }

  private mutating func reserve(_ x: Int, _ y: Int, isDark: Bool) {
    guard x >= 0, y >= 0, x < size, y < size else { return }
    modules[y * size + x] = isDark ? 1 : 0
    isReserved[y * size + x] = true
  }

  // MARK: What is not data

  private mutating func placeMarks() {
    for (x, y) in [(3, 3), (size - 4, 3), (3, size - 4)] {
      // With the light frame around it.
      for dy in -4...4 {
        for dx in -4...4 {
          let ring = max(abs(dx), abs(dy))
          reserve(x + dx, y + dy, isDark: ring != 2 && ring != 4)
        }
      }
    }
    let centers = version.alignmentCenters
    for y in centers {
      for x in centers where !isReserved[y * size + x] {
        for dy in -2...2 {
          for dx in -2...2 { reserve(x + dx, y + dy, isDark: max(abs(dx), abs(dy)) != 1) }
        }
      }
    }
    for place in 8..<size - 8 {
      reserve(place, 6, isDark: place % 2 == 0)
      reserve(6, place, isDark: place % 2 == 0)
    }
    placeFormat(mask: 0)
    placeVersion()
  }

  /// Level M and the mask, twice, and the module that is always dark.
  private mutating func placeFormat(mask: Int) {
    let bits = Self.protected(mask, checkBits: 10, divisor: 0x537) ^ 0x5412
    for bit in 0..<15 {
      let isDark = bits >> bit & 1 != 0
      switch bit {
      case 0..<6: reserve(8, bit, isDark: isDark)
      case 6: reserve(8, 7, isDark: isDark)
      case 7: reserve(8, 8, isDark: isDark)
      case 8: reserve(7, 8, isDark: isDark)
      default: reserve(14 - bit, 8, isDark: isDark)
      }
      if bit < 8 {
        reserve(size - 1 - bit, 8, isDark: isDark)
      } else {
        reserve(8, size - 15 + bit, isDark: isDark)
      }
    }
    reserve(8, size - 8, isDark: true)
  }

  private mutating func placeVersion() {
    guard version.number >= 7 else { return }
    let bits = Self.protected(version.number, checkBits: 12, divisor: 0x1F25)
    for bit in 0..<18 {
      let isDark = bits >> bit & 1 != 0
      let (a, b) = (size - 11 + bit % 3, bit / 3)
      reserve(a, b, isDark: isDark)
      reserve(b, a, isDark: isDark)
    }
  }

  /// The value with the remainder of a division by a polynomial over bits behind it.
  private static func protected(_ value: Int, checkBits: Int, divisor: Int) -> Int {
    var remainder = value
    for _ in 0..<checkBits {
      remainder = remainder << 1 ^ (remainder >> (checkBits - 1)) * divisor
    }
    return value << checkBits | remainder
  }

  // MARK: Data

  /// In columns of two from the right, up and down in turn; the timing column is left out.
  private mutating func place(_ words: [UInt8]) {
    var bit = 0
    var right = size - 1
    var isUpward = true
    while right > 0 {
      if right == 6 { right = 5 }
      for step in 0..<size {
        let y = isUpward ? size - 1 - step : step
        for x in [right, right - 1] where !isReserved[y * size + x] && bit < 8 * words.count {
          modules[y * size + x] = words[bit / 8] >> UInt8(7 - bit % 8) & 1
          bit += 1
        }
      }
      isUpward.toggle()
      right -= 2
    }
  }

  private mutating func apply(_ mask: Int) {
    for y in 0..<size {
      for x in 0..<size where !isReserved[y * size + x] && Self.inverts(mask, x, y) {
        modules[y * size + x] ^= 1
      }
    }
    placeFormat(mask: mask)
  }

  private static func inverts(_ mask: Int, _ x: Int, _ y: Int) -> Bool {
    switch mask {
    case 0: (x + y) % 2 == 0
    case 1: y % 2 == 0
    case 2: x % 3 == 0
    case 3: (x + y) % 3 == 0
    case 4: (x / 3 + y / 2) % 2 == 0
    case 5: x * y % 2 + x * y % 3 == 0
    case 6: (x * y % 2 + x * y % 3) % 2 == 0
    default: ((x + y) % 2 + x * y % 3) % 2 == 0
    }
  }
}
