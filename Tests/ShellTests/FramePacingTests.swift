import Shell
import Testing

@Suite("Frame pacing")
struct FramePacingTests {
  private let period = FramePacing.period

  @Test func `The first frame is due at once and sixty take a second`() {
    var pacing = FramePacing(now: 1_000)
    #expect(pacing.due == 1_000)
    for _ in 0..<60 { pacing.advance(now: pacing.due) }
    #expect(abs(Int(pacing.due) - 1_000_001_000) < 100)
  }

  @Test func `A frame that is late by less than four periods is caught up`() {
    var pacing = FramePacing(now: 0)
    pacing.advance(now: 3 * period)
    #expect(pacing.due == period)
    for _ in 0..<3 { pacing.advance(now: 3 * period + 1_000_000) }
    #expect(pacing.due == 4 * period)
    #expect(pacing.droppedFrames == 0)
  }

  @Test func `An hour of sleep is not caught up`() {
    var pacing = FramePacing(now: 0)
    let hour: UInt64 = 3_600_000_000_000
    pacing.advance(now: hour)
    #expect(pacing.due == hour)
    #expect(pacing.droppedFrames > 200_000)
    pacing.advance(now: hour)
    #expect(pacing.due == hour + period)
  }

  @Test func `A clock that steps back never makes the wait longer than a period`() {
    var pacing = FramePacing(now: 1_000_000_000_000)
    pacing.advance(now: 5)
    #expect(pacing.due == 5 + period)
  }

  @Test func `A pause leaves no lag`() {
    var pacing = FramePacing(now: 0)
    pacing.advance(now: 0)
    pacing.resume(now: 10_000_000_000)
    #expect(pacing.due == 10_000_000_000)
    #expect(pacing.droppedFrames == 0)
  }
}
