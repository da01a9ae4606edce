import Engine
import Foundation
import Interpreter
import Testing
import TrapAnywhere

/// Compiled code and the interpreter at traps put anywhere; `tools/trap-anywhere` does the same at
/// length.
@Suite struct TrapAnywhereTests {
  private static func random(_ seed: Int) -> Subject {
    Subject(name: "random \(seed)", bytes: RandomModule.bytes(seed: seed))
  }

  @Test(arguments: 0..<8)
  func `Every local and operand of every frame is the interpreter's, in random modules`(
    seed: Int
  ) {
    var campaign = Campaign(seed: seed, fuel: 20_000)
    for i in 0..<5 { campaign.run(Self.random(100 * seed + i), placements: 8) }
    #expect(campaign.tally.differences.map(\.text) == [])
    #expect(campaign.tally.refused == [])
    #expect(campaign.tally.reached >= 30)
    #expect(campaign.tally.values > 1000)
  }

  @Test(arguments: 0..<6)
  func `Every local and operand of every frame is the interpreter's, with no register free`(
    seed: Int
  ) {
    var campaign = Campaign(seed: seed, fuel: 20_000)
    for i in 0..<3 {
      let bytes = RandomModule.bytes(seed: 100 * seed + i, style: .pressing)
      campaign.run(Subject(name: "pressing \(100 * seed + i)", bytes: bytes), placements: 4)
    }
    #expect(campaign.tally.differences.map(\.text) == [])
    #expect(campaign.tally.refused == [])
    #expect(campaign.tally.values > 1000)
  }

  @Test(arguments: ["crash/crash", "shapes/shapes", "night-catch/night-catch", "glowworm/glowworm"])
  func `Every local and operand of every frame is the interpreter's, in our carts`(
    cart: String
  ) throws {
    let roms = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("roms")
    let file = roms.appendingPathComponent(cart + ".wasm")
    var campaign = Campaign(seed: 1, fuel: 20_000)
    campaign.run(
      Subject(name: cart, bytes: [UInt8](try Data(contentsOf: file))), placements: 10)
    #expect(campaign.tally.differences.map(\.text) == [])
    #expect(campaign.tally.reached >= 5)
  }

  @Test func `The comparison finds what code without the recorder's rules has lost`() {
    var campaign = Campaign(seed: 1, modes: [.withoutRules], fuel: 20_000)
    for seed in 0..<3 { campaign.run(Self.random(seed), placements: 8) }
    #expect(!campaign.tally.differences.isEmpty)
  }
}

/// A function compiled again, as a trap does, gives the same bytes; `tools/trap-anywhere recompile`
/// asks that of any module.
@Suite struct RecompilationTests {
  @Test(
    .enabled(
      if: !SpecFolder.scripts.isEmpty,
      "the test suite's data is missing: no ../shared/spec/wasm-2.0"),
    arguments: SpecFolder.scripts)
  func `All functions of the specification's test suite`(script: String) throws {
    var recompilation = Recompilation()
    for module in try SpecFolder.script(script).modules {
      recompilation.add(module.name, module.bytes)
    }
    #expect(recompilation.mismatches == [])
  }

  @Test func `All functions of random modules`() {
    var recompilation = Recompilation()
    for seed in 0..<20 { recompilation.add("random \(seed)", RandomModule.bytes(seed: seed)) }
    #expect(recompilation.mismatches == [])
    #expect(recompilation.functions > 100)
  }
}
