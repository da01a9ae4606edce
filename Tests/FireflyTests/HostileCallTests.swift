import Console
import Engine
import Testing

@testable import Firefly

@Suite("Hostile arguments")
struct HostileCallTests {
  /// Addresses, lengths and numbers at every edge of a memory of 65,536 bytes, and of 32 bits.
  static let words: [UInt64] = [
    0, 1, 3, 4, 0xFF, 0x100, 0xFFFC, 0xFFFF, 0x10000, 0x10001, 0x7FFF_FFFF, 0x8000_0000,
    0xFFFF_0000, 0xFFFF_FFFC, 0xFFFF_FFFF,
  ]

  /// A cheap, repeatable choice.
  private struct Choice {
    var state: UInt64
    mutating func next() -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return words[Int(state >> 33) % words.count]
    }
  }

  @Test(
    "never stop the host, whatever the function",
    arguments: HostModule.all.flatMap { module in
      module.functions.indices.map { (module: module.name, index: $0) }
    })
  func neverStopHost(module: String, index: Int) throws {
    let host = try #require(HostModule.all.first { $0.name == module })
    let function = host.functions[index]
    let bench = try HostBench(
      files: ["f": [1, 2, 3]], system: MemoryStorage(["data/f/f/f": [1]]))
    // Something that passes as image, font, file name and list of buffers here and there.
    for address in stride(from: UInt32(0), to: 0x10000, by: 256) {
      bench.write([0x22, 8, 0, 0xFF, 8, 2, 16, 0] + Array(repeating: 0x5A, count: 40), at: address)
    }
    bench.write(Array("f".utf8), at: 3)
    var choice = Choice(state: UInt64(index))
    let parameters = function.type.parameters.count
    let clock = ContinuousClock()
    for round in 0..<max(1, parameters * 60) {
      var arguments = (0..<parameters).map { _ in choice.next() }
      if round < Self.words.count * parameters {
        // One argument takes each value in turn, the others are harmless.
        arguments = arguments.indices.map {
          $0 == round % parameters ? Self.words[round / parameters] : 8
        }
      }
      let before = bench.state.screen.copy.allSatisfy { $0 < 16 }
      let time = clock.measure {
        // Only proc_exit throws.
        _ = try? bench.call(function, of: host, arguments)
      }
      #expect(before)
      #expect(time < .seconds(1), "\(function.name)\(arguments)")
    }
    #expect(bench.state.screen.copy.allSatisfy { $0 < 16 })
  }
}
