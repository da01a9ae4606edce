import Glibc

/// A wave that repeats: sine, square, sawtooth, triangle.
///
/// Source: firefly.md 6.2.
struct Oscillator {
  enum Wave {
    case sine
    case square
    case sawtooth
    case triangle
  }

  private let wave: Wave
  private let start: Float
  /// In cycles; within -1...1 but for a first sample whose phase the cart chose.
  private var phase: Float
  /// Cycles a sample.
  private var step: Float

  /// A wave of a frequency in hertz that begins at a phase in cycles.
  init(_ wave: Wave, frequency: Float, phase: Float) {
    self.wave = wave
    self.phase = phase
    start = phase
    step = frequency * Sampling.duration
  }

  mutating func set(frequency: Float) { step = frequency * Sampling.duration }

  mutating func reset() { phase = start }

  mutating func next() -> SoundBlock {
    var phases = SoundBlock.Samples()
    for lane in phases.indices {
      phases[lane] = phase
      phase = fraction(phase + step)
    }
    switch wave {
    case .sine:
      let angles = phases * Sampling.fullCircle
      for lane in phases.indices { phases[lane] = sinf(angles[lane]) }
    case .square:
      for lane in phases.indices { phases[lane] = fraction(phases[lane]) >= 0.5 ? 1 : -1 }
    case .sawtooth:
      phases = phases * 2 - 1
    case .triangle:
      phases = phases * 4 - 2
      for lane in phases.indices { phases[lane] = abs(phases[lane]) - 1 }
    }
    return SoundBlock(phases)
  }
}

/// What is behind the point; it keeps the number's sign.
private func fraction(_ number: Float) -> Float {
  // Larger ones are whole; infinities become NaN here, and NaN stays.
  guard abs(number) < 8_388_608 else { return number - number.rounded(.towardZero) }
  return number - Float(Int32(number))
}
