/// A steady 60 Hz clock over a monotonic one, independent of what a display claims.
///
/// A late frame is made up for by shorter waits, so that 60 frames take a second on the average;
/// what is later than `maximumLag` (a slow cart, a suspended machine) is given up.
public struct FramePacing: Sendable {
  /// Nanoseconds between two frames.
  public static let period: UInt64 = 16_666_667
  /// The most lag that is caught up, in nanoseconds.
  public static let maximumLag: UInt64 = 4 * period

  /// When the next frame is due, in nanoseconds of the same clock.
  public private(set) var due: UInt64
  /// Frames given up since the start.
  public private(set) var droppedFrames = 0

  /// A clock whose first frame is due at once.
  public init(now: UInt64) { due = now }

  /// Sets the time of the frame after the one that is done now.
  ///
  /// A clock that stepped back only makes the wait longer than a period if it did so by itself.
  public mutating func advance(now: UInt64) {
    due &+= Self.period
    if now > due, now - due > Self.maximumLag {
      droppedFrames += Int(clamping: (now - due) / Self.period)
      due = now
    } else if due > now, due - now > Self.period {
      due = now &+ Self.period
    }
  }

  /// Forgets all lag, after a pause.
  public mutating func resume(now: UInt64) { due = now }
}
