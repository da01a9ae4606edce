import Console
import Engine
import Runtime
import TestKit
import Testing
import Wasm4

@Suite("Calls with whatever arguments")
struct HostileCallTests {
  private static let edges: [Int32] = [
    0, 1, -1, 3, 4, 7, 8, 15, 16, 159, 160, 161, 1023, 1024, 1025, 6400, 65_535, 65_536, 100_000,
    .max, .min, .max - 1, .min + 1, 0x0100_0000, 0x5555_5555,
  ]

  @Test(arguments: Wasm4Profile.hostFunctions.map(\.name))
  func `Nothing but the cart itself can crash`(name: String) throws {
    let function = try #require(Wasm4Profile.hostFunctions.first { $0.name == name })
    var random = SeededGenerator(state: UInt64(name.utf8.reduce(7) { $0 &* 31 &+ Int($1) }))
    for _ in 0..<150 {
      let arguments = function.type.parameters.map { _ in
        Bool.random(using: &random)
          ? Self.edges[Int.random(in: 0..<Self.edges.count, using: &random)]
          : Int32.random(in: -200...200, using: &random)
      }
      let cart = TestCart(
        .colors(Int32.random(in: 0...0xFFFF, using: &random)), .call(name, arguments),
        data: [(0x2000, Array("%s%d%f%c %x\n".utf8))])
      let console = try cart.console(storage: CountingStorage(["disk": [1, 2, 3]]))
      switch console.step(InputFrame()) {
      case .running: break
      case .crashed(let crash): #expect(crash.trap.message.contains("out of bounds"))
      default: Issue.record("\(name) \(arguments) ended the cart")
      }
      if let audio = console.audio {
        var samples = [Int16](repeating: 0, count: 2 * AudioFormat.samplesPerFrame)
        samples.withUnsafeMutableBufferPointer { audio.render(into: $0) }
      }
    }
  }
}
