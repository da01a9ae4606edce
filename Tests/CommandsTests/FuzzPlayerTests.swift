import Engine
import Foundation
import Testing

@testable import Commands

/// The comparison with another engine must see each kind of difference.
@Suite("Comparing with another engine") struct FuzzPlayerTests {
  private let player = FuzzPlayer(config: .host)

  /// What wasmtime made of `TestModules.logging`.
  private func expected() throws -> FuzzExpectation.Module {
    let json = """
      {"seed": 1, "file": "1.wasm",
       "calls": [{"export": "f", "args": [{"type": "f64", "value": "4609434218613702656"}],
                  "result": [{"type": "f32", "value": "1069547520"}]}],
       "memories": [{"pages": 1, "crc32": 688284456}],
       "globals": [{"export": "g", "type": "i64", "value": "5"}],
       "logs": {"count": 1, "crc32": 706405437}}
      """
    return try JSONDecoder().decode(FuzzExpectation.Module.self, from: Data(json.utf8))
  }

  @Test("The same run is the same") func same() throws {
    #expect(player.play(try expected(), TestModules.logging) == .same)
  }

  @Test("Each kind of difference is seen") func difference() throws {
    let changes: [(String, (inout FuzzExpectation.Module) -> Void)] = [
      ("result", { $0.calls[0].result?[0].value = "0" }),
      ("trap", { $0.calls[0].trap = "unreachable" }),
      ("argument", { $0.calls[0].args[0].value = "0" }),
      ("pages", { $0.memories?[0].pages = 2 }),
      ("memory", { $0.memories?[0].crc32 = 0 }),
      ("global", { $0.globals?[0].value = "6" }),
      ("log count", { $0.logs?.count = 2 }),
      ("log line", { $0.logs?.crc32 = 0 }),
      ("instantiation", { $0.instantiate = "unreachable" }),
    ]
    for (name, change) in changes {
      var changed = try expected()
      change(&changed)
      guard case .different = player.play(changed, TestModules.logging) else {
        Issue.record("\(name): not seen")
        continue
      }
    }
  }

  @Test("A wrong verdict on a damaged module is seen, and one on threads skipped") func damaged() {
    func judge(_ bytes: [UInt8], _ verdict: DamagedModules.Verdict) -> FuzzPlayer.Verdict {
      player.judge(DamagedModules.Module(id: 0, kind: "bit", verdict: verdict, bytes: Data(bytes)))
    }
    var invalid = TestModules.arithmetic
    invalid[0x80] = 0x92
    #expect(judge(TestModules.arithmetic, .valid) == .same)
    #expect(judge(invalid, .invalid) == .same)
    guard case .different = judge(TestModules.arithmetic, .invalid),
      case .different = judge(invalid, .valid)
    else {
      Issue.record("a wrong verdict was not seen")
      return
    }
    // A shared memory.
    let shared: [UInt8] = [0, 0x61, 0x73, 0x6D, 1, 0, 0, 0, 5, 4, 1, 3, 1, 1]
    #expect(judge(shared, .valid) == .skipped("threads"))
  }
}
