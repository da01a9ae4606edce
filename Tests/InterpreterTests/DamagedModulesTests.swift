import ModuleMutants
import TestKit
import Testing
import TrapAnywhere

/// What `tools/fuzz modules` does at length.
@Suite struct DamagedModulesTests {
  @Test func `A damaged module is valid and runs, or is refused with a reason`() {
    let mutants = ModuleMutants(of: (1...60).map { RandomModule.bytes(seed: $0) })
    var verdicts: [MutantOutcome.Verdict: Int] = [:]
    for number in 1...1500 {
      let outcome = mutants.play(number)
      #expect(outcome.finding == nil, "mutant \(number)")
      verdicts[outcome.verdict, default: 0] += 1
    }
    #expect(verdicts[.accepted, default: 0] > 100)
    #expect(verdicts[.refused, default: 0] > 500)
  }

  @Test func `The same number makes the same mutant`() {
    let pool = (1...5).map { RandomModule.bytes(seed: $0) }
    for number in 1...50 {
      #expect(ModuleMutants(of: pool).bytes(number) == ModuleMutants(of: pool).bytes(number))
    }
  }
}
