import Engine
import Foundation
import Runtime
import TestKit
import Testing

/// Carts that do not return, stopped from outside.
@Suite(.serialized) struct RunawayTests {
  /// Exports that never return: `loop`, `recursion`, `host` and `fill`; and `sum`, which does.
  static let cart: [UInt8] = {
    var module = ModuleBuilder()
    let nothing = module.importFunction("host", "nothing")
    module.memory(pages: 3200)
    module.add(export: "loop", Op.loop(Op.br(0)))
    // Two functions that call each other down to depth 0, again and again.
    module.add(
      [.i32], export: "even",
      Op.localGet(0)
        + Op.ifElse(
          0x40, Op.localGet(0) + Op.i32(1) + Op.i32sub + Op.call(3), Op.nop))
    module.add(
      [.i32], export: "odd",
      Op.localGet(0)
        + Op.ifElse(
          0x40, Op.localGet(0) + Op.i32(1) + Op.i32sub + Op.call(2), Op.nop))
    module.add(export: "recursion", Op.loop(Op.i32(50) + Op.call(2) + Op.br(0)))
    module.add(export: "host", Op.loop(Op.call(nothing) + Op.br(0)))
    module.add(
      export: "fill", Op.loop(Op.i32(0) + Op.i32(1) + Op.i32(200 << 20) + Op.memoryFill + Op.br(0)))
    module.add(
      [.i32, .i32], [.i32], export: "sum", Op.localGet(0) + Op.localGet(1) + Op.i32add)
    return module.bytes
  }()

  static func start(_ mode: CodegenMode = .host) throws -> Instance {
    var imports = Imports()
    imports.define(
      module: "host", name: "nothing",
      HostFunction("nothing", type: FuncType()) {
        (_: Caller, _: UnsafeMutablePointer<UInt64>) throws(HostError) in
      })
    return try mode.instantiate(cart, imports: imports)
  }

  private func expectInterrupted(_ instance: Instance, _ name: String) throws {
    let trap = try #require(throws: Trap.self) {
      try instance.export(named: name)?.function?.call()
    }
    #expect(trap.kind == .interrupted)
    #expect(trap.frames.last?.name == name)
    #expect(trap.frames.allSatisfy { ["even", "odd", name].contains($0.name) })
    let sum = try #require(instance.export(named: "sum")?.function)
    #expect(try sum.call([.i32(40), .i32(2)]) == [.i32(42)])
  }

  @Test(arguments: CodegenMode.allCases, ["loop", "recursion", "host", "fill"])
  func `A call that does not return is stopped from another thread at once`(
    mode: CodegenMode, name: String
  ) throws {
    let instance = try Self.start(mode)
    let stop = instance.store.interruptHandle
    for _ in 0..<3 {
      let asked = PlainThread {
        Thread.sleep(forTimeInterval: 0.05)
        let time = ContinuousClock.now
        stop()
        return time
      }
      try expectInterrupted(instance, name)
      // Generous, for a loaded machine that runs other tests beside.
      #expect(ContinuousClock.now - asked.join() < .seconds(1))
    }
  }

  @Test(arguments: ["loop", "recursion", "host", "fill"])
  func `A call that exceeds its CPU time is stopped, and the next has all of its own`(
    name: String
  ) throws {
    let instance = try Self.start()
    instance.store.callbackLimit = 0.1
    for _ in 0..<2 { try expectInterrupted(instance, name) }
    // Many short calls together may take longer than the limit.
    let sum = try #require(instance.export(named: "sum")?.function)
    let end = ContinuousClock.now + .milliseconds(300)
    while ContinuousClock.now < end { #expect(try sum.call([.i32(1), .i32(2)]) == [.i32(3)]) }
    instance.store.callbackLimit = nil
  }

  @Test func `A stop that comes when nothing runs has no effect`() throws {
    let instance = try Self.start()
    let sum = try #require(instance.export(named: "sum")?.function)
    let stop = instance.store.interruptHandle
    for _ in 0..<5000 {
      stop()
      #expect(try sum.call([.i32(40), .i32(2)]) == [.i32(42)])
    }
  }

  @Test func `A stop asked for in one call never reaches the next`() throws {
    var module = ModuleBuilder()
    let host = module.importFunction("host", "stop")
    module.add(export: "asks", Op.call(host))
    module.add([], [.i32], export: "seven", Op.i32(7))
    final class Box: @unchecked Sendable { var stop: (@Sendable () -> Void)? }
    let box = Box()
    var imports = Imports()
    imports.define(
      module: "host", name: "stop",
      HostFunction("stop", type: FuncType()) {
        (_: Caller, _: UnsafeMutablePointer<UInt64>) throws(HostError) in box.stop?()
      })
    let instance = try CodegenMode.host.instantiate(module.bytes, imports: imports)
    box.stop = instance.store.interruptHandle
    let asks = try #require(instance.export(named: "asks")?.function)
    let seven = try #require(instance.export(named: "seven")?.function)
    for _ in 0..<500 {
      let trap = try #require(throws: Trap.self) { try asks.call() }
      #expect(trap.kind == .interrupted && trap.frames.count == 1)
      for _ in 0..<20 { #expect(try seven.call() == [.i32(7)]) }
    }
  }

  @Test func `A stop handle that outlives its store does nothing`() throws {
    var instance: Instance? = try Self.start()
    let stop = try #require(instance).store.interruptHandle
    instance = nil
    stop()
  }
}
