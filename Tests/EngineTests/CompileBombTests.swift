import Glibc
import TestKit
import Testing

@testable import Engine

/// Small modules made to cost much: time and memory stay linear in their size.
@Suite struct CompileBombTests {
  /// Refuses a family of modules whose cost grows faster than their size.
  ///
  /// Other work on the machine only ever adds time, so one good comparison of several is enough:
  /// quadratic cost fails all of them.
  private func expectLinear(_ size: Int, _ module: (Int) -> ModuleBuilder) throws {
    let small = try Module(decoding: module(size).bytes)
    let large = try Module(decoding: module(4 * size).bytes)
    var comparisons: [(small: Double, large: Double)] = []
    for _ in 0..<6 {
      let pair = (small: try seconds(small), large: try seconds(large))
      comparisons.append(pair)
      // Four times the size may take up to eight times as long: caches, growing arenas.
      if pair.large < max(8 * pair.small, 0.02) { return }
    }
    Issue.record("seconds by size, never in proportion: \(comparisons)")
  }

  private func seconds(_ module: Module) throws -> Double {
    let begin = threadSeconds()
    try module.validateBodies()
    return threadSeconds() - begin
  }

  private func threadSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
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
