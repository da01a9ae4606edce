/// How long the window waits for a callback before it asks the player what to do.
///
/// All times are nanoseconds of the monotonic clock.
struct Patience {
  /// A callback that takes longer brings the question.
  private static let usual: UInt64 = 2_000_000_000
  /// How long "keep waiting" keeps the question away.
  private static let further: UInt64 = 10_000_000_000

  /// Before this moment nobody is asked.
  private var end: UInt64 = 0

  /// Whether to ask about a callback that began at `start`; nil is none.
  func isOver(callbackStart start: UInt64?, now: UInt64) -> Bool {
    guard let start else { return false }
    return now > start && now - start > Self.usual && now > end
  }

  /// The player wants to wait.
  mutating func extend(now: UInt64) { end = now + Self.further }

  /// The player wants the callback stopped, which may take a moment.
  mutating func renew(now: UInt64) { end = now + Self.usual }
}
