import TestKit
import Testing

@testable import Engine

/// Small modules made to cost much: time and memory stay linear in their size.
@Suite struct CompileBombTests {
  private let clock = ContinuousClock()

  /// Refuses a family of modules whose cost grows faster than their size.
  private func expectLinear(_ size: Int, _ module: (Int) -> ModuleBuilder) throws {
    func seconds(_ size: Int) throws -> Double {
      let module = try Module(decoding: module(size).bytes)
      let best = try (0..<3).map { _ in
        try clock.measure { try module.validateBodies() }
      }.min()
      return (best ?? .zero) / .seconds(1)
    }
    let small = try seconds(size)
    let large = try seconds(4 * size)
    // Four times the size may take up to eight times as long: noise, caches, growing arenas.
    #expect(large < max(8 * small, 0.02), "\(small) s, then \(large) s")
  }

  @Test func `Deep nesting`() throws {
    try expectLinear(25_000) {
      .function(code: times($0, [0x02, 0x40]) + times($0, [0x0B]) + [0x0B])
    }
  }

  @Test func `Deep loops that all carry locals`() throws {
    try expectLinear(10_000) {
      .function(
        [.i32], code: times($0, [0x03, 0x40, 0x20, 0, 0x1A]) + times($0, [0x0B]) + [0x0B])
    }
  }

  @Test func `Loops in a row with one local`() throws {
    try expectLinear(15_000) {
      .function([.i32], code: times($0, [0x03, 0x40, 0x20, 0, 0x1A, 0x0B]) + [0x0B])
    }
  }

  @Test func `Functions with many declared locals`() throws {
    try expectLinear(500) {
      ModuleBuilder(
        types: [FuncType()],
        functions: Array(
          repeating: .init(type: 0, locals: [(50_000, .i64)], code: [0x20, 0, 0x1A, 0x0B]),
          count: $0))
    }
  }

  @Test func `Calls with a thousand results`() throws {
    let many = FuncType(results: Array(repeating: .i32, count: 1000))
    try expectLinear(500) {
      ModuleBuilder(
        types: [many, FuncType()],
        functions: [
          .init(type: 0, code: [0x00, 0x0B]),
          .init(type: 1, code: times($0, [0x02, 0x40, 0x10, 0, 0x0C, 0, 0x0B]) + [0x0B]),
        ])
    }
  }

  @Test func `Branch tables with many targets`() throws {
    try expectLinear(15_000) {
      .function(
        code: [0x41, 0, 0x0E] + ModuleBuilder.leb($0) + times($0 + 1, [0]) + [0x0B])
    }
  }
}
