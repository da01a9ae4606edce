import Engine
import Foundation
import Runtime
import TestKit
import Testing

/// What the system may refuse: address space for guard regions, and a second mapping of code.
@Suite struct FallbackTests {
  @Test func `With little address space, code compares addresses and all traps are as before`()
    async
  {
    await #expect(processExitsWith: .success) {
      var limit = rlimit(rlim_cur: 4 << 30, rlim_max: 4 << 30)
      #expect(setrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit) == 0)
      #expect(CodegenConfig.host.bounds == .explicit)
      let pair = try TrapCarts.start()
      for place in TrapPlace.allCases {
        for kind in TrapCarts.kinds {
          let trap = try #require(throws: Trap.self) { try pair.function(place, kind)?.call() }
          #expect(trap.kind == kind && !trap.frames.isEmpty)
        }
      }
      let runaway = try RunawayTests.start()
      runaway.store.callbackLimit = 0.05
      let trap = try #require(throws: Trap.self) {
        try runaway.export(named: "loop")?.function?.call()
      }
      #expect(trap.kind == .interrupted)
    }
  }
}
