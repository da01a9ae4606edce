import Interpreter
import Testing
import TrapAnywhere

/// Both engines at traps put into random modules; `tools/trap-anywhere` does the same at length.
@Suite struct TrapAnywhereTests {
  @Test(
    "Frames at traps anywhere in random modules are the interpreter's", arguments: 0..<8)
  func randomModules(_ seed: Int) {
    var campaign = Campaign(seed: seed, fuel: 20_000)
    for i in 0..<5 {
      let seed = 100 * seed + i
      campaign.run(
        Subject(name: "random \(seed)", bytes: RandomModule.bytes(seed: seed)), placements: 8)
    }
    #expect(campaign.tally.differences.map(\.text) == [])
    #expect(campaign.tally.refused == [])
    #expect(campaign.tally.reached >= 20)
  }
}
