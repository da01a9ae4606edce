/// A shift register of 16 bits, whose lowest bit is the noise.
///
/// Source: wasm4.md 5.3.
struct NoiseGenerator {
  private var seed: UInt16 = 1
  /// The last sign, 0 before the first.
  private(set) var last: Int16 = 0

  /// Steps that are cheaper walked than looked up.
  private static let longestWalk: UInt64 = 64
  /// After so many steps every state but 0, which is never reached, has come once.
  static let period = 65_535

  /// Takes so many steps, one or more.
  mutating func advance(by steps: UInt64) {
    if steps <= Self.longestWalk {
      for _ in 0..<steps { seed = Self.successor(seed) }
    } else {
      let place = UInt64(Self.cycle.places[Int(seed)]) + steps % UInt64(Self.period)
      seed = Self.cycle.states[Int(place % UInt64(Self.period))]
    }
    last = 2 * Int16(seed & 1) - 1
  }

  static func successor(_ seed: UInt16) -> UInt16 {
    var seed = seed
    seed ^= seed >> 7
    seed ^= seed << 9
    seed ^= seed >> 13
    return seed
  }

  /// All states in their order from 1, and the place of each: a tone of 60 kHz takes thousands of
  /// steps a sample.
  private static let cycle: (states: [UInt16], places: [UInt16]) = {
    var states: [UInt16] = []
    var places = [UInt16](repeating: 0, count: 1 << 16)
    var seed: UInt16 = 1
    for place in 0..<period {
      states.append(seed)
      places[Int(seed)] = UInt16(place)
      seed = successor(seed)
    }
    return (states, places)
  }()
}
