import Console
import Synchronization

/// What the loudspeakers get: the cart's sound, as loud as the player wants it, or silence.
///
/// The device's thread fills its buffers here. It never waits for a cart: a late frame leaves the
/// sound as it is, it goes on by itself. While the game is not on the screen the source is not
/// asked, so that its time stands still.
final class SoundFeed: Sendable {
  private struct State {
    var source: (any AudioSource)?
    /// How loud the end of the last buffer was; nil before the first.
    var gain: Float?
  }

  private let state = Mutex(State())
  private let wantedGain: Atomic<UInt32>
  private let isOn = Atomic(true)
  private let isWithoutDevice = Atomic(false)
  /// Where all samples of the source go as well, as they are before they are made less loud.
  let tap: SoundTap?

  /// A feed without a source.
  init(gain: Float, tap: SoundTap?) {
    wantedGain = Atomic(gain.bitPattern)
    self.tap = tap
  }

  /// How loud the source is made, 0...1.
  var gain: Float {
    get { Float(bitPattern: wantedGain.load(ordering: .relaxed)) }
    set { wantedGain.store(newValue.bitPattern, ordering: .relaxed) }
  }

  /// Whether the source goes on; while it does not there is silence.
  var isPlaying: Bool {
    get { isOn.load(ordering: .relaxed) }
    set { isOn.store(newValue, ordering: .relaxed) }
  }

  /// Changes the source; from the cart's thread, which then owns the last reference to the old one.
  func play(_ source: (any AudioSource)?) {
    let old = state.withLock { state in
      defer { state.source = source }
      return state.source
    }
    withExtendedLifetime(old) {}
  }

  /// Nobody will fill buffers, so that what is recorded follows the frames.
  func followFrames() { isWithoutDevice.store(true, ordering: .relaxed) }

  /// A frame of the cart is over.
  func endFrame() {
    guard tap != nil, isWithoutDevice.load(ordering: .relaxed) else { return }
    withUnsafeTemporaryAllocation(of: Int16.self, capacity: 2 * AudioFormat.samplesPerFrame) {
      fill($0)
    }
  }

  /// Fills a buffer; on the device's thread.
  func fill(_ samples: UnsafeMutableBufferPointer<Int16>) {
    nonisolated(unsafe) let samples = samples
    let target = isPlaying ? gain : 0
    state.withLock { state in
      let start = state.gain ?? target
      state.gain = target
      // The buffer after the last one of the game fades out.
      guard let source = state.source, isPlaying || start > 0 else {
        samples.update(repeating: 0)
        return
      }
      source.render(into: samples)
      tap?.append(UnsafeBufferPointer(samples))
      scale(samples, from: start, to: target)
    }
  }

  /// Goes from one loudness to another in steps too small to be heard.
  private func scale(
    _ samples: UnsafeMutableBufferPointer<Int16>, from start: Float, to end: Float
  ) {
    guard start != 1 || end != 1 else { return }
    let step = (end - start) / Float(max(1, samples.count))
    for index in samples.indices {
      let gain = max(0, min(1, start + step * Float(index + 1)))
      samples[index] = Int16(Float(samples[index]) * gain)
    }
  }
}
