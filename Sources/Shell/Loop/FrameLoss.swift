/// Notices that a cart is too slow for its 60 frames a second.
struct FrameLoss {
  /// Frames lost in a second that a player wonders about: a quarter.
  private static let noticeable = 15
  private static let second: UInt64 = 1_000_000_000

  private var count = 0
  /// When the second under way began, in nanoseconds of the monotonic clock; 0 before the first.
  private var start: UInt64 = 0

  /// Takes over how many frames were lost since the cart began; once a second it may know how many
  /// frames there were in it, where they were noticeably few.
  mutating func take(droppedFrames: Int, now: UInt64) -> Int? {
    guard now &- start > Self.second else { return nil }
    let lost = max(0, droppedFrames - count)
    let isFirst = start == 0
    count = droppedFrames
    start = now
    return lost < Self.noticeable || isFirst ? nil : max(0, 60 - lost)
  }
}
