import Engine
import Foundation
import Runtime
import TestKit
import Testing

/// Ten thousand stop signals a second, wherever they land.
@Suite(.serialized) struct SignalStormTests {
  /// A function and what it must return when no stop hits it.
  private struct Load {
    var instance: Instance
    var function: Function
    var arguments: [Value]
    var result: Value
    /// Names that may stand in a backtrace; the last of them is the oldest frame's.
    var names: [String]
  }

  private static func recursion(_ mode: CodegenMode) throws -> Load {
    var module = ModuleBuilder()
    module.add(
      [.i32], [.i32], export: "fib",
      Op.localGet(0) + Op.i32(2) + Op.i32ltU
        + Op.ifElse(
          0x7F, Op.localGet(0),
          Op.localGet(0) + Op.i32(1) + Op.i32sub + Op.call(0) + Op.localGet(0) + Op.i32(2)
            + Op.i32sub + Op.call(0) + Op.i32add))
    let instance = try mode.instantiate(module.bytes)
    return Load(
      instance: instance, function: try #require(instance.export(named: "fib")?.function),
      arguments: [.i32(13)], result: .i32(233), names: ["fib"])
  }

  /// Sums what `call` returns for 1 to 300.
  private static func summing(_ call: [UInt8], name: String, _ module: inout ModuleBuilder) {
    module.add(
      [], [.i32], locals: [(2, .i32)], export: name,
      Op.loop(
        Op.localGet(0) + Op.i32(1) + Op.i32add + Op.localTee(0) + call + Op.localGet(1)
          + Op.i32add + Op.localSet(1) + Op.localGet(0) + Op.i32(300) + Op.i32ltU + Op.brIf(0))
        + Op.localGet(1))
  }

  private static func hostCalls(_ mode: CodegenMode) throws -> Load {
    var module = ModuleBuilder()
    let host = module.importFunction("host", "twice", [.i32], [.i32])
    summing(Op.call(host), name: "host-calls", &module)
    var imports = Imports()
    imports.define(
      module: "host", name: "twice",
      HostFunction("twice", type: FuncType(parameters: [.i32], results: [.i32])) {
        (_: Caller, words: UnsafeMutablePointer<UInt64>) throws(HostError) in words[0] *= 2
      })
    let instance = try mode.instantiate(module.bytes, imports: imports)
    return Load(
      instance: instance, function: try #require(instance.export(named: "host-calls")?.function),
      arguments: [], result: .i32(90300), names: ["host-calls"])
  }

  private static func otherInstances(_ mode: CodegenMode) throws -> Load {
    var inner = ModuleBuilder()
    inner.memory(pages: 1)
    inner.add([.i32], [.i32], export: "thrice", Op.localGet(0) + Op.i32(3) + Op.i32mul)
    let provider = try mode.instantiate(inner.bytes)
    var module = ModuleBuilder()
    let thrice = module.importFunction("inner", "thrice", [.i32], [.i32])
    module.memory(pages: 1)
    summing(Op.call(thrice), name: "foreign", &module)
    var imports = Imports()
    imports.define(module: Array("inner".utf8), exportsOf: provider)
    let instance = try Instance(
      CompiledModule(compiling: Module(decoding: module.bytes), config: mode.config),
      imports: imports, store: provider.store)
    return Load(
      instance: instance, function: try #require(instance.export(named: "foreign")?.function),
      arguments: [], result: .i32(135450), names: ["thrice", "foreign"])
  }

  private static func bulk(_ mode: CodegenMode) throws -> Load {
    var module = ModuleBuilder()
    module.memory(pages: 2)
    // Fills 1 KiB with the number at hand, copies it, and returns a byte of the copy.
    let copy = module.add(
      [.i32], [.i32], export: "piece",
      Op.i32(0) + Op.localGet(0) + Op.i32(1024) + Op.memoryFill + Op.i32(70000) + Op.i32(0)
        + Op.i32(1024) + Op.memoryCopy + Op.i32(71023) + Op.memory(0x2D))
    summing(Op.call(copy), name: "bulk", &module)
    let instance = try mode.instantiate(module.bytes)
    let sum = (1...300).reduce(UInt32(0)) { $0 + UInt32($1 & 0xFF) }
    return Load(
      instance: instance, function: try #require(instance.export(named: "bulk")?.function),
      arguments: [], result: .i32(sum), names: ["piece", "bulk"])
  }

  @Test(arguments: [CodegenMode.host, .flippedCode, .explicitBounds], 0..<4)
  func `Stops leave whole backtraces and right values`(mode: CodegenMode, number: Int) throws {
    let load = try [Self.recursion, Self.hostCalls, Self.otherInstances, Self.bulk][number](mode)
    let stop = load.instance.store.interruptHandle
    let flag = Flag()
    let storm = PlainThread {
      var sent = 0
      while !flag.isSet {
        stop()
        sent += 1
        var pause = timespec(tv_sec: 0, tv_nsec: 20_000)
        nanosleep(&pause, nil)
      }
      return sent
    }
    let start = ContinuousClock.now
    var returned = 0
    var stopped = 0
    // Longer where other work leaves little time to this thread or the storm's.
    while ContinuousClock.now - start < .seconds(stopped > 20 ? 1 : 20) {
      do {
        #expect(try load.function.call(load.arguments) == [load.result])
        returned += 1
      } catch {
        stopped += 1
        #expect(error.kind == .interrupted)
        // None when the stop came before the first instruction.
        #expect(error.frames.allSatisfy { $0.name.map { load.names.contains($0) } ?? false })
        if let oldest = error.frames.last { #expect(oldest.name == load.names.last) }
        #expect(error.frames.count <= 14)
      }
    }
    flag.set()
    let sent = storm.join()
    #expect(stopped > 20, "\(sent) sent, \(returned) calls returned")
    for _ in 0..<100 { #expect(try load.function.call(load.arguments) == [load.result]) }
  }
}
