import Console
import Synchronization

/// The sound chip: two pulse channels, a triangle and noise.
///
/// The cart's thread plays tones and ends frames; whoever renders takes both over, a frame every
/// 735 pairs of samples. So a run that renders after each frame gives the reference's stream to the
/// bit, and a device at its own pace gives the same with a frame of delay or two.
///
/// Source: wasm4.md section 5.
final class APU: AudioSource {
  /// Frames that may wait; with more than these the device is behind, and the oldest are skipped.
  static let largestBacklog = 4

  /// What was played in a frame.
  ///
  /// Only the first and last tone of a channel can be told: the first decides about the phase, the
  /// last about everything else.
  fileprivate struct Frame {
    var first = InlineArray<4, ToneCall?>(repeating: nil)
    var last = InlineArray<4, ToneCall?>(repeating: nil)
  }

  fileprivate struct State {
    var channels = (0..<4).map { Channel(isTriangle: $0 == 2) }
    var time: UInt64 = 0
    var tick: UInt64 = 0
    var current = Frame()
    var waiting: [Frame] = []
    /// Pairs until the next frame is due; below 0 it is late by so much.
    var remaining = 0
  }

  private let state = Mutex(State())

  /// Plays a tone in the frame that runs.
  func play(_ tone: ToneCall) {
    state.withLock {
      if $0.current.first[tone.channel] == nil { $0.current.first[tone.channel] = tone }
      $0.current.last[tone.channel] = tone
    }
  }

  /// Ends the frame.
  func endFrame() {
    state.withLock {
      $0.waiting.append($0.current)
      $0.current = Frame()
      if $0.waiting.count > Self.largestBacklog { $0.takeFrame() }
    }
  }

  /// Fills the buffer with what follows, frame by frame; where the next frame is late, what sounds
  /// goes on.
  func render(into samples: UnsafeMutableBufferPointer<Int16>) {
    state.withLock { $0.render(into: samples) }
  }
}

extension APU.State {
  /// Begins the oldest frame that waits.
  fileprivate mutating func takeFrame() {
    guard !waiting.isEmpty else { return }
    let frame = waiting.removeFirst()
    for channel in channels.indices {
      if let tone = frame.first[channel] { channels[channel].play(tone, time: time, tick: tick) }
      if let tone = frame.last[channel] { channels[channel].play(tone, time: time, tick: tick) }
    }
    tick += 1
  }

  fileprivate mutating func render(into samples: UnsafeMutableBufferPointer<Int16>) {
    var next = 0
    let end = samples.count / 2
    while next < end {
      if remaining <= 0, !waiting.isEmpty {
        takeFrame()
        remaining = AudioFormat.samplesPerFrame
      }
      // To the next frame, or to where it is late by a whole one.
      let isLate = remaining <= -Self.patience
      let count =
        isLate ? end - next : min(end - next, remaining + (remaining > 0 ? 0 : Self.patience))
      renderPart(samples, from: next, count: count, tick: isLate ? nil : tick)
      next += count
      remaining = max(remaining - count, -Self.patience)
    }
    if samples.count % 2 != 0 { samples[samples.count - 1] = 0 }
  }

  /// Pairs by which a frame may be late: while frames are missing ticks stand still, and a tone
  /// must not sound on for that.
  private static var patience: Int { AudioFormat.samplesPerFrame }

  private mutating func renderPart(
    _ samples: UnsafeMutableBufferPointer<Int16>, from first: Int, count: Int, tick: UInt64?
  ) {
    for pair in first..<first + count {
      var left: Int16 = 0
      var right: Int16 = 0
      for index in 0..<4 where channels[index].sounds(time: time, tick: tick) {
        let sample =
          switch index {
          case 0, 1: channels[index].nextPulse(time: time)
          case 2: channels[index].nextTriangle(time: time)
          default: channels[index].nextNoise(time: time)
          }
        if channels[index].isHeardLeft { left &+= sample }
        if channels[index].isHeardRight { right &+= sample }
      }
      samples[2 * pair] = left
      samples[2 * pair + 1] = right
      time += 1
    }
  }
}
