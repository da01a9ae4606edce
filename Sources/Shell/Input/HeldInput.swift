/// Repeats what is held down on a controller, as a keyboard does: after a while, then steadily.
///
/// All times are nanoseconds of the monotonic clock.
package struct HeldInput: Sendable {
  /// How long something is held before it counts again.
  package static let delay: UInt64 = 350_000_000
  /// From then on it counts once in this time.
  package static let period: UInt64 = 60_000_000

  /// What went down last, if it is still down.
  private var held: PadInput?
  /// When it counts again.
  private var next: UInt64 = 0

  /// Nothing is held.
  package init() {}

  /// Something went down and has counted once; it takes the place of what was held before.
  package mutating func press(_ input: PadInput, now: UInt64) {
    held = input
    next = now &+ Self.delay
  }

  /// Something went up.
  package mutating func release(_ input: PadInput) {
    if held == input { held = nil }
  }

  /// Whatever is down counts no more until it is pressed anew.
  package mutating func releaseAll() { held = nil }

  /// What counts once more now; a late call gets no more than one.
  package mutating func due(now: UInt64) -> PadInput? {
    guard let held, now >= next else { return nil }
    next = max(next &+ Self.period, now)
    return held
  }

  /// Nanoseconds until something counts again; nil if nothing is held.
  package func wait(now: UInt64) -> UInt64? {
    held == nil ? nil : next > now ? next - now : 0
  }
}
