import Glibc

/// A curve over time that drives a parameter of a node.
///
/// Source: firefly.md 6.3.
enum Modulator {
  case linear(start: UInt32, end: UInt32)
  case hold(time: UInt32)
  case adsr(attack: UInt32, decay: UInt32, sustain: UInt32, level: Float, release: UInt32)
  case sine(frequency: Float)
  case square(period: UInt32)
  case sawtooth(period: UInt32)

  /// The curve at a time in samples.
  ///
  /// - Returns: 0...1, where the cart's numbers are finite and a level is in that range too.
  func value(at time: UInt32) -> Float {
    switch self {
    case .linear(let start, let end):
      if time <= start { return 0 }
      if time >= end { return 1 }
      return ratio(time - start, end - start)
    case .hold(let end):
      return time < end ? 0 : 1
    case .adsr(let attack, let decay, let sustain, let level, let release):
      if time <= attack { return ratio(time, attack) }
      if time <= decay { return (1 - level) * ratio(decay - time, decay - attack) + level }
      if time <= sustain { return level }
      if time <= release { return level * ratio(release - time, release - sustain) }
      return 0
    case .sine(let frequency):
      let step = Sampling.fullCircle * frequency * Sampling.duration
      return (sinf(step * Float(time)) + 1) / 2
    case .square(let period):
      return period == 0 || time % period < period / 2 ? 0 : 1
    case .sawtooth(let period):
      return period == 0 ? 0 : ratio(time % period, period)
    }
  }

  private func ratio(_ a: UInt32, _ b: UInt32) -> Float { Float(a) / Float(b) }
}

/// A modulator at a parameter of a node, with its own clock.
struct Modulation {
  let parameter: Int
  private let modulator: Modulator
  private let low: Float
  private let range: Float
  /// Blocks since it was attached or reset.
  private var blocks: UInt32 = 0

  init(_ modulator: Modulator, parameter: Int, low: Float, high: Float) {
    self.modulator = modulator
    self.parameter = parameter
    self.low = low
    range = high - low
  }

  mutating func reset() { blocks = 0 }

  /// The parameter's value for the next block.
  mutating func next() -> Float {
    // The official clock goes round as well, after 27 hours.
    defer { blocks &+= 1 }
    return modulator.value(at: blocks &* UInt32(SoundBlock.length)) * range + low
  }
}
