/// White noise from eight generators of random numbers, one a lane.
///
/// Source: firefly.md 6.2.
struct Noise {
  private var state: SIMD8<Int32>

  init(seed: Int32) {
    state = SIMD8(repeating: seed) &+ SIMD8(0, 1, 2, 3, 4, 5, 6, 7)
  }

  mutating func next() -> SoundBlock {
    state ^= state &<< 13
    // The sign comes along.
    state ^= state &>> 17
    state ^= state &<< 5
    return SoundBlock(SoundBlock.Samples(state) / Float(Int32.max))
  }
}
