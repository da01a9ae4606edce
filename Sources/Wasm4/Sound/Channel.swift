/// One of the four voices.
///
/// All arithmetic is of 32-bit floats in the order of the reference runtime, so that samples are
/// the same to the bit. Source: wasm4.md 5.2 and 5.3.
struct Channel {
  /// Samples of a frame.
  private static let frameLength: UInt64 = 735
  /// Samples that a triangle sounds on after a hard stop, so that it does not click.
  private static let softStop: UInt64 = 44

  private let isTriangle: Bool
  private var startFrequency: Float = 0
  private var endFrequency: Float = 0
  // Moments, in samples.
  private var start: UInt64 = 0
  private var attackEnd: UInt64 = 0
  private var decayEnd: UInt64 = 0
  private var sustainEnd: UInt64 = 0
  private var releaseEnd: UInt64 = 0
  /// The tick in which the tone still sounds, however the samples lie.
  private var endTick: UInt64 = 0
  private var sustainVolume: Int32 = 0
  private var peakVolume: Int32 = 0
  private var phase: Float = 0
  private var dutyCycle: Float = 0
  private var noise = NoiseGenerator()
  private(set) var isHeardLeft = true
  private(set) var isHeardRight = true

  init(isTriangle: Bool) { self.isTriangle = isTriangle }

  /// Begins a tone now.
  mutating func play(_ tone: ToneCall, time: UInt64, tick: UInt64) {
    if time > releaseEnd, tick != endTick { phase = isTriangle ? 0.25 : 0 }
    startFrequency = tone.startFrequency
    endFrequency = tone.endFrequency
    start = time
    attackEnd = start + Self.frameLength * tone.attack
    decayEnd = attackEnd + Self.frameLength * tone.decay
    sustainEnd = decayEnd + Self.frameLength * tone.sustain
    releaseEnd = sustainEnd + Self.frameLength * tone.release
    if isTriangle, tone.release == 0 { releaseEnd += Self.softStop }
    endTick = tick + tone.attack + tone.decay + tone.sustain + tone.release
    let loudest: Int32 = isTriangle ? 0x2000 : 0x1333
    sustainVolume = loudest * tone.sustainVolume / 100
    peakVolume = loudest * tone.peakVolume / 100
    dutyCycle = tone.dutyCycle
    isHeardLeft = tone.isHeardLeft
    isHeardRight = tone.isHeardRight
  }

  /// Whether there is anything to be heard.
  @inline(__always) func sounds(time: UInt64, tick: UInt64?) -> Bool {
    time < releaseEnd || tick == endTick
  }

  // MARK: Samples

  /// The next sample of a pulse wave with softened edges.
  mutating func nextPulse(time: UInt64) -> Int16 {
    let step = advance(time)
    let loudness = volume(time)
    if phase < dutyCycle {
      return truncated(
        Float(loudness) * Self.softened(phase / dutyCycle, step: step / dutyCycle))
    }
    let rest = 1 - dutyCycle
    return truncated(
      Float(-loudness) * Self.softened((phase - dutyCycle) / rest, step: step / rest))
  }

  /// The next sample of a triangle wave.
  mutating func nextTriangle(time: UInt64) -> Int16 {
    _ = advance(time)
    let bent = 2 * Double(abs(2 * phase - 1)) - 1
    return truncated(Double(volume(time)) * bent)
  }

  /// The next sample of noise.
  mutating func nextNoise(time: UInt64) -> Int16 {
    let frequency = frequency(time)
    phase += frequency * frequency / 1_000_000
    if phase > 0 {
      // As often taking 1 off as it is above 0; all but the last of these are exact.
      let steps = phase.rounded(.up)
      phase = phase - (steps - 1) - 1
      noise.advance(by: UInt64(steps))
    }
    return Int16(truncatingIfNeeded: volume(time)) &* noise.last
  }

  /// Moves the phase on and returns by how much.
  private mutating func advance(_ time: UInt64) -> Float {
    let step = frequency(time) / 44_100
    phase += step
    if phase >= 1 { phase -= 1 }
    return step
  }

  private func frequency(_ time: UInt64) -> Float {
    guard endFrequency > 0 else { return startFrequency }
    if time >= releaseEnd { return endFrequency }
    let way = Float(time - start) / Float(releaseEnd - start)
    return startFrequency + way * (endFrequency - startFrequency)
  }

  private func volume(_ time: UInt64) -> Int32 {
    if time >= sustainEnd, releaseEnd - sustainEnd > Self.softStop {
      return ramp(time, from: sustainVolume, to: 0, sustainEnd, releaseEnd)
    }
    if time >= decayEnd { return sustainVolume }
    if time >= attackEnd {
      return ramp(time, from: peakVolume, to: sustainVolume, attackEnd, decayEnd)
    }
    return ramp(time, from: 0, to: peakVolume, start, attackEnd)
  }

  private func ramp(
    _ time: UInt64, from first: Int32, to last: Int32, _ start: UInt64, _ end: UInt64
  ) -> Int32 {
    if time >= end { return last }
    let way = Float(time - start) / Float(end - start)
    // Volumes are thousands at most: the product fits.
    return Int32(Float(first) + way * Float(last - first))
  }

  /// Rounds the jump at the ends of a phase of 0...1 that moves by `step`.
  private static func softened(_ phase: Float, step: Float) -> Float {
    if phase < step {
      let t = phase / step
      return t + t - t * t
    }
    if phase > 1 - step {
      let t = (phase - (1 - step)) / step
      return 1 - (t + t - t * t)
    }
    return 1
  }
}

/// A float as the machine of the reference truncates it: by 32 bits, and what does not fit is 0.
///
/// A tone far above what can be heard runs its phase out of 0...1, and the sample out of range.
@inline(__always) private func truncated(_ value: Float) -> Int16 { truncated(Double(value)) }

@inline(__always) private func truncated(_ value: Double) -> Int16 {
  guard value > -2_147_483_649, value < 2_147_483_648 else { return 0 }
  return Int16(truncatingIfNeeded: Int32(value))
}
