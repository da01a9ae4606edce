import Replay
import ReplayMutants
import TestKit
import Testing

/// What `tools/fuzz replays` does at length.
@Suite struct DamagedReplayTests {
  @Test func `A damaged replay is one that can be played, or is refused with a reason`() throws {
    let mutants = try ReplayMutants()
    var refused = 0
    for number in 1...600 {
      let outcome = mutants.play(number)
      #expect(outcome.finding == nil, "mutant \(number)")
      refused += outcome.verdict == .refused ? 1 : 0
    }
    #expect((300..<600).contains(refused))
  }
}
