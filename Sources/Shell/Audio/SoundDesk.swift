import CSDL2
import Console

/// The window's side of sound: device, volume, and the recording.
final class SoundDesk {
  /// Seconds of sound that wait for the window thread, which may be busy, to be recorded.
  private static let patience = 8

  /// Where the cart's thread leaves its source.
  let feed: SoundFeed
  private let record: ((UnsafeBufferPointer<Int16>) -> Void)?
  private var volume: Volume
  /// The open device.
  private(set) var loudspeaker: Loudspeaker?

  init(_ options: ShellOptions) {
    volume = options.volume
    record = options.record
    let tap = record.map { _ in SoundTap(capacity: Self.patience * 2 * AudioFormat.rate) }
    feed = SoundFeed(gain: volume.gain, tap: tap)
  }

  /// For the player's menu.
  var text: String { volume.text + "   keys: M - +" }

  /// Opens the device.
  ///
  /// - Returns: Why there is no sound; nil if there is.
  func open() -> String? {
    do {
      loudspeaker = try Loudspeaker(feed)
      return nil
    } catch {
      feed.followFrames()
      return error.reason
    }
  }

  /// A device has gone; goes on with another one if it was ours.
  ///
  /// - Returns: Why there is no sound any more; nil if there is.
  func lost(_ number: SDL_AudioDeviceID) -> String? {
    guard loudspeaker?.number == number else { return nil }
    loudspeaker = nil
    return open()
  }

  /// Does what a key means for the volume.
  ///
  /// - Returns: What to tell the player; nil if the key means something else.
  func perform(_ action: ShellAction) -> String? {
    guard volume.perform(action) else { return nil }
    feed.gain = volume.gain
    return volume.text
  }

  /// Hands on what has been played since the last time.
  func recordNews() {
    guard let record else { return }
    feed.tap?.drain(record)
  }

  /// Closes the device and hands on the last samples.
  ///
  /// - Returns: Samples of the recording that are missing.
  func close() -> Int {
    loudspeaker = nil
    recordNews()
    return (feed.tap?.lostCount ?? 0) / 2
  }
}
