import Glibc

/// How loud a sound is left and right.
///
/// Source: firefly.md 6.2.
struct Panorama {
  private let left: Float
  private let right: Float

  /// The weights for a place from -1, left, to 1, right.
  init(_ place: Float) {
    // Not by min and max, which lose a NaN.
    let place = place < -1 ? -1 : place > 1 ? 1 : place
    let angle = (place + 1) * (.pi / 4)
    left = cosf(angle)
    right = sinf(angle)
  }

  /// Mono sound stays mono and gets the weight of the left.
  func weigh(_ block: SoundBlock) -> SoundBlock {
    SoundBlock(block.left * left, block.right.map { $0 * right })
  }
}
