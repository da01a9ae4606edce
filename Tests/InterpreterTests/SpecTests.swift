import Interpreter
import Testing

/// The proof that the oracle is one: it does what the specification's test suite says.
@Suite(
  "The interpreter and the specification's test suite",
  .enabled(
    if: !SpecFolder.scripts.isEmpty,
    "the test suite's data is missing: no ../shared/spec/wasm-2.0"))
struct SpecTests {
  @Test("All commands of a script pass", arguments: SpecFolder.scripts)
  func script(_ name: String) throws {
    var player = SpecPlayer(try SpecFolder.script(name))
    let outcome = player.play()
    #expect(outcome.misses == [])
  }

  @Test("All scripts are there") func count() { #expect(SpecFolder.scripts.count == 148) }
}
