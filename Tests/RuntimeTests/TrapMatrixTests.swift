import Engine
import Runtime
import TestKit
import Testing

/// Every kind of trap from every place, as compiled from real modules.
@Suite struct TrapMatrixTests {
  /// File offsets that wasmtime 50.0.1 prints for the modules of `TrapCarts`, by kind: of the
  /// trapping instruction, and of the calls in `mid-`, `nested-`, `entering-`, `indirect-` and
  /// `cross-`. (Of a stack that is exhausted it prints 20 frames only; the offsets of the calls
  /// below are by analogy.)
  private static let offsets:
    [(top: Int, mid: Int, nested: Int, entering: Int, indirect: Int, cross: Int)] = [
      (1664, 1671, 1681, 1691, 1699, 681), (1713, 1723, 1733, 1743, 1751, 688),
      (1765, 1774, 1784, 1794, 1802, 695), (1819, 1828, 1838, 1848, 1856, 702),
      (1870, 1879, 1889, 1899, 1907, 709), (1923, 1931, 1941, 1951, 1959, 716),
      (1979, 1987, 1997, 2007, 2015, 723), (2036, 2044, 2054, 2064, 2072, 730),
      (2085, 2094, 2104, 2114, 2122, 737), (2135, 2143, 2153, 2163, 2171, 744),
    ]

  /// What a backtrace shows of a frame.
  private struct Line: Equatable {
    var instance: Int
    var function: Int
    var name: String?
    var offset: Int

    init(_ instance: Int, _ function: Int, _ name: String, _ offset: Int) {
      (self.instance, self.function, self.name, self.offset) = (instance, function, name, offset)
    }

    init(_ frame: TrapFrame) {
      (instance, function, name, offset) = (
        frame.instance, frame.functionIndex, frame.name, frame.offset
      )
    }
  }

  /// The frames below the trap's own, youngest first.
  private static func callers(_ place: TrapPlace, _ kind: Int) -> [Line] {
    let name = TrapCarts.kinds[kind].name
    let at = offsets[kind]
    let top = 3 + 5 * kind
    let nested = [
      Line(0, top + 1, "mid-\(name)", at.mid), Line(0, top + 2, "nested-\(name)", at.nested),
    ]
    switch place {
    case .top: return []
    case .nested: return nested
    case .entering: return [Line(0, top + 3, "entering-\(name)", at.entering)]
    case .indirect: return [Line(0, top + 4, "indirect-\(name)", at.indirect)]
    case .cross: return nested + [Line(1, 10 + kind, "cross-\(name)", at.cross)]
    }
  }

  @Test(arguments: CodegenMode.allCases, TrapPlace.allCases)
  func `Each kind of trap gives wasmtime's backtrace, and the host goes on`(
    mode: CodegenMode, place: TrapPlace
  ) throws {
    // A small stack has fewer frames to compare.
    var limits = mode.limits
    limits.stackBytes = 64 << 10
    let pair = try TrapCarts.start(mode.config, limits: limits)
    let sum = try #require(pair.first.export(named: "sum")?.function)
    for (number, kind) in TrapCarts.kinds.enumerated() {
      let function = try #require(pair.function(place, kind))
      let trap = try #require(throws: Trap.self) { try function.call() }
      #expect(trap.kind == kind, "\(kind.name)")
      #expect(trap.message == (kind == .hostError ? "the cart asked for it" : kind.message))
      let lines = trap.frames.map { Line($0) }
      let name = "top-\(kind.name)"
      let own = Line(0, 3 + 5 * number, name, Self.offsets[number].top)
      let callers = Self.callers(place, number)
      if kind == .callStackExhausted {
        // wasmtime has no offset for the youngest frame; ours is its first instruction.
        #expect(lines.first == Line(0, own.function, name, own.offset - 5))
        #expect(lines.count > 1000)
        #expect(lines.dropFirst().dropLast(callers.count).allSatisfy { $0 == own })
        #expect(lines.suffix(callers.count) == callers[...])
      } else {
        #expect(lines == [own] + callers, "\(kind.name)")
      }
      #expect((trap.fault != nil) == (kind == .memoryOutOfBounds))
      // The same instance, and another module in the same process, still work.
      #expect(try sum.call([.i32(40), .i32(2)]) == [.i32(42)])
      let next = try mode.instantiate(
        {
          var module = ModuleBuilder()
          module.add([], [.i32], export: "it", Op.i32(7))
          return module.bytes
        }())
      #expect(try next.export(named: "it")?.function?.call() == [.i32(7)])
    }
  }

  @Test func `A frame's offset in its function counts from the byte after the body's size`() throws
  {
    let pair = try TrapCarts.start()
    let function = try #require(pair.function(.top, .unreachable))
    let trap = try #require(throws: Trap.self) { try function.call() }
    // One group of locals takes 3 bytes, i64.const and local.set 4.
    #expect(trap.frames.map(\.funcOffset) == [7])
  }

  @Test func `A host function may catch a trap and go on, and the next trap is its own`() throws {
    var module = ModuleBuilder()
    let host = module.importFunction("host", "try", [], [.i32])
    module.memory(pages: 1)
    let inner = module.add(export: "inner", Op.i32(-1) + Op.i32load() + Op.drop)
    module.add([], [.i32], export: "caught", Op.call(host))
    module.add(export: "after", Op.call(host) + Op.drop + Op.unreachable)
    _ = inner
    for mode in CodegenMode.allCases {
      final class Box: @unchecked Sendable { weak var instance: Instance? }
      let box = Box()
      var imports = Imports()
      imports.define(
        module: "host", name: "try",
        HostFunction("try", type: FuncType(results: [.i32])) { _, _ in
          do {
            _ = try box.instance?.export(named: "inner")?.function?.call()
            return [.i32(0)]
          } catch let trap as Trap {
            return [.i32(trap.frames.count == 2 && trap.fault != nil ? 1 : 2)]
          }
        })
      let instance = try mode.instantiate(module.bytes, imports: imports)
      box.instance = instance
      #expect(try instance.export(named: "caught")?.function?.call() == [.i32(1)])
      let trap = try #require(throws: Trap.self) {
        try instance.export(named: "after")?.function?.call()
      }
      #expect(trap.kind == .unreachable && trap.fault == nil && trap.frames.count == 1)
    }
  }
}
