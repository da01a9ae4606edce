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

  @Test(
    "What 3.0 adds does what its suite says",
    arguments: [
      "return_call", "return_call_indirect", "throw", "throw_ref", "address1", "align0",
      "memory_copy1", "memory_init0", "memory_fill0", "memory_grow64", "memory_copy64", "load64",
      "table_grow64", "table_copy_mixed",
    ])
  func thirdScript(_ name: String) throws {
    var player = SpecPlayer(try SpecFolder.thirdScript(name))
    let outcome = player.play()
    #expect(outcome.misses == [])
  }

  @Test("All scripts are there") func count() { #expect(SpecFolder.scripts.count == 148) }
}
