/// Numbers that follow from a seed alone (SplitMix64).
struct RandomNumbers: RandomNumberGenerator {
  private var state: UInt64

  /// Numbers of a seed; `stream` tells uses of the same seed apart.
  init(seed: Int, stream: UInt64 = 0) {
    state = UInt64(bitPattern: Int64(seed)) &* 0x9E37_79B9_7F4A_7C15 &+ stream
    _ = next()
  }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
    return z ^ z >> 31
  }

  /// A number below `bound`.
  mutating func below(_ bound: Int) -> Int { Int.random(in: 0..<bound, using: &self) }

  /// True once in `odds` times.
  mutating func once(in odds: Int) -> Bool { below(odds) == 0 }

  mutating func one<T>(of items: [T]) -> T { items[below(items.count)] }
}
