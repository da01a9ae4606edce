import Glibc

/// The arguments of a call of `tone`, as the cart gave them, and what their bits mean.
///
/// Source: wasm4.md 5.1.
struct ToneCall: Sendable, Equatable {
  let frequency: UInt32
  let duration: UInt32
  let volume: UInt32
  let flags: UInt32

  /// Pulse, pulse, triangle, noise.
  var channel: Int { Int(flags & 3) }

  var startFrequency: Float { hertz(UInt16(truncatingIfNeeded: frequency)) }

  /// 0 means no slide.
  var endFrequency: Float {
    let half = UInt16(truncatingIfNeeded: frequency >> 16)
    return half == 0 ? 0 : hertz(half)
  }

  // Lengths in frames.
  var sustain: UInt64 { UInt64(duration & 0xFF) }
  var release: UInt64 { UInt64(duration >> 8 & 0xFF) }
  var decay: UInt64 { UInt64(duration >> 16 & 0xFF) }
  var attack: UInt64 { UInt64(duration >> 24) }

  /// 0...100.
  var sustainVolume: Int32 { Int32(min(volume & 0xFF, 100)) }

  /// 1...100.
  var peakVolume: Int32 {
    let percent = Int32(min(volume >> 8 & 0xFF, 100))
    return percent == 0 ? 100 : percent
  }

  /// The part of a pulse that is high; the documentation's three quarters are a quarter.
  var dutyCycle: Float {
    switch flags >> 2 & 3 {
    case 0: 0.125
    case 2: 0.5
    default: 0.25
    }
  }

  var isHeardLeft: Bool { flags >> 4 & 3 != 2 }
  var isHeardRight: Bool { flags >> 4 & 3 != 1 }

  private func hertz(_ half: UInt16) -> Float {
    guard flags & 0x40 != 0 else { return Float(half) }
    let note = Float(half & 0xFF)
    let bend = Float(half >> 8)
    return powf(2, (note - 69 + bend / 256) / 12) * 440
  }
}
