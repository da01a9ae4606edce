/// Eight samples of sound, the unit in which the graph works.
///
/// Source: firefly.md 6.1 and 6.2.
struct SoundBlock {
  /// Samples of one channel; 1 is full scale, more is cut only at the very end.
  typealias Samples = SIMD8<Float>
  static let length = Samples.scalarCount

  var left: Samples
  /// Nil for mono sound, which both loudspeakers play.
  var right: Samples?

  init(_ left: Samples, _ right: Samples? = nil) {
    self.left = left
    self.right = right
  }

  static let silence = SoundBlock(.zero)

  /// The sum; where one side is mono, its samples count for both channels.
  static func + (a: SoundBlock, b: SoundBlock) -> SoundBlock {
    guard a.right != nil || b.right != nil else { return SoundBlock(a.left + b.left) }
    return SoundBlock(a.left + b.left, (a.right ?? a.left) + (b.right ?? b.left))
  }

  static func / (block: SoundBlock, divisor: Float) -> SoundBlock {
    SoundBlock(block.left / divisor, block.right.map { $0 / divisor })
  }

  /// The same change to each channel, the left one first.
  func mapChannels(_ change: (Samples) -> Samples) -> SoundBlock {
    let left = change(left)
    return SoundBlock(left, right.map(change))
  }
}

/// How sound is sampled, as the graph's formulas use it.
enum Sampling {
  static let rate: Float = 44_100
  /// Seconds from one sample to the next.
  static let duration: Float = 1 / rate
  static let fullCircle: Float = 2 * .pi
}
