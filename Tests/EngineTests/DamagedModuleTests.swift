import TestKit
import Testing

@testable import Engine

/// Hostile input: whatever the bytes are, the answer is a module or an error, never a crash.
@Suite(
  .enabled(if: SpecSuite.isPresent, "the test suite's data is missing: no ../shared/spec/wasm-2.0"))
struct DamagedModuleTests {
  @Test(arguments: 1...8 as ClosedRange<UInt64>)
  func `Damaged modules never crash the decoder or the validator`(_ seed: UInt64) throws {
    var random = SeededGenerator(state: seed)
    var refused = 0
    for name in SpecSuite.scripts.shuffled(using: &random).prefix(12) {
      for (_, file) in try SpecSuite.script(name).files.sorted(by: { $0.key < $1.key }).prefix(40) {
        guard file.count > 8 else { continue }
        for _ in 0..<5 {
          let bytes = damage([UInt8](file), &random)
          if fault(bytes) != nil { refused += 1 }
          read(bytes)
        }
      }
    }
    #expect(refused > 0, "seed \(seed)")
  }

  /// Goes through what a decoded module offers to listings.
  private func read(_ bytes: [UInt8]) {
    guard let module = try? Module(decoding: bytes) else { return }
    for index in module.bodies.indices.prefix(8) {
      for line in InstructionReader(module, function: index) { #expect(!line.text.isEmpty) }
    }
    _ = module.names?.functionName(0)
    _ = module.names?.localNames(inFunction: 0, count: 5)
  }

  private func damage(_ bytes: [UInt8], _ random: inout SeededGenerator) -> [UInt8] {
    var bytes = bytes
    for _ in 0..<Int.random(in: 1...4, using: &random) where bytes.count > 9 {
      let place = Int.random(in: 8..<bytes.count, using: &random)
      switch Int.random(in: 0..<6, using: &random) {
      case 0: bytes[place] = .random(in: 0...255, using: &random)
      case 1: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
      case 2: bytes.remove(at: place)
      case 3: bytes.insert(.random(in: 0...255, using: &random), at: place)
      case 4: bytes.removeSubrange(place...)
      default:
        let edge: [UInt8] = [0xFF, 0xFF, 0xFF, 0xFF, 0x0F]
        bytes.replaceSubrange(place..<min(place + 5, bytes.count), with: edge)
      }
    }
    return bytes
  }
}
