/// The interval to which samples are cut.
///
/// Source: firefly.md 6.2.
struct ClipWindow {
  var low: Float
  var high: Float

  /// Moves the whole window.
  mutating func move(toLow low: Float) {
    let width = high - self.low
    self.low = low
    high = low + width
  }

  /// First not below `low`, then not above `high`, also where the two are the wrong way round.
  func cut(_ samples: SoundBlock.Samples) -> SoundBlock.Samples {
    let low = SoundBlock.Samples(repeating: low)
    let high = SoundBlock.Samples(repeating: high)
    let raised = low.replacing(with: samples, where: samples .> low)
    return high.replacing(with: raised, where: raised .< high)
  }
}
