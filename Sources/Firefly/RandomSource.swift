/// The numbers of `get_random`.
///
/// Source: firefly.md 10.2: random until a seed is set, then xorshift32.
struct RandomSource {
  private var console: UInt64
  private var seed: UInt32?

  /// Until a cart sets its seed, all numbers come from the console's.
  init(console seed: UInt64) {
    console = seed
  }

  mutating func set(_ seed: UInt32) {
    self.seed = seed
  }

  mutating func next() -> UInt32 {
    guard let seed else { return nextOfConsole() }
    var x = seed == 0 ? 1 : seed
    x ^= x << 13
    x ^= x >> 17
    x ^= x << 5
    self.seed = x
    return x
  }

  /// SplitMix64, the upper half.
  private mutating func nextOfConsole() -> UInt32 {
    console &+= 0x9E37_79B9_7F4A_7C15
    var z = console
    z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
    return UInt32(truncatingIfNeeded: (z ^ z >> 31) >> 32)
  }
}
