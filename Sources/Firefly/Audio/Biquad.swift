import Glibc

/// A low-pass or high-pass filter of second order.
///
/// Its recursion reaches back whole blocks, each lane on its own: it runs on every eighth sample,
/// as on the official console. Both channels share the state.
///
/// Source: firefly.md 6.2.
struct Biquad {
  enum Kind {
    case lowPass
    case highPass
  }

  private struct Coefficients {
    var b0: Float
    var b1: Float
    var b2: Float
    var a1: Float
    var a2: Float

    init(_ kind: Kind, frequency: Float, q: Float) {
      let angle = Sampling.fullCircle * frequency / Sampling.rate
      let cosine = cosf(angle)
      let alpha = sinf(angle) / (2 * q)
      let a0 = 1 + alpha
      switch kind {
      case .lowPass:
        b1 = 1 - cosine
        b0 = b1 / 2
      case .highPass:
        b0 = (1 + cosine) / 2
        b1 = -1 - cosine
      }
      b0 /= a0
      b1 /= a0
      b2 = b0
      a1 = -2 * cosine / a0
      a2 = (1 - alpha) / a0
    }
  }

  private let kind: Kind
  private let q: Float
  private var frequency: Float
  private var coefficients: Coefficients
  // Input and output of the last block and the one before.
  private var x1 = SoundBlock.Samples()
  private var x2 = SoundBlock.Samples()
  private var y1 = SoundBlock.Samples()
  private var y2 = SoundBlock.Samples()

  init(_ kind: Kind, frequency: Float, q: Float) {
    self.kind = kind
    self.frequency = frequency
    self.q = q
    coefficients = Coefficients(kind, frequency: frequency, q: q)
  }

  mutating func set(frequency: Float) {
    guard frequency != self.frequency else { return }
    self.frequency = frequency
    coefficients = Coefficients(kind, frequency: frequency, q: q)
  }

  mutating func reset() {
    x1 = .zero
    x2 = .zero
    y1 = .zero
    y2 = .zero
  }

  mutating func filter(_ x: SoundBlock.Samples) -> SoundBlock.Samples {
    let c = coefficients
    let feedForward = x * c.b0 + x1 * c.b1 + x2 * c.b2
    let y = feedForward - y1 * c.a1 - y2 * c.a2
    x2 = x1
    x1 = x
    y2 = y1
    y1 = y
    return y
  }
}
