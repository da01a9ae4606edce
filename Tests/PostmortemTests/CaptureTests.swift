import Engine
import Postmortem
import Runtime
import TestKit
import Testing

@Suite("A coredump of a crash") struct CaptureTests {
  private static let refFunc: UInt8 = 0xD2

  /// Calls `run`, which traps, and captures what is left.
  private func capture(
    _ module: ModuleBuilder, _ arguments: [Value] = [], imports: Imports = Imports(),
    limits: CoredumpLimits = CoredumpLimits(), stackBytes: UInt64 = 1 << 20
  ) throws -> Coredump {
    let store = Store(limits: StoreLimits(stackBytes: stackBytes))
    let instance = try Instance(
      CompiledModule(compiling: Module(decoding: module.bytes)), imports: imports, store: store)
    let function = try #require(instance.export(named: "run")?.function)
    let trap = try #require(throws: Trap.self) { try function.call(arguments) }
    let origin = CoredumpOrigin(
      name: "a.b", title: "Title", consoleVersion: "7", callback: .init(name: "update", frame: 5))
    let (dump, contents) = Coredump.capture(trap, origin: origin, limits: limits)
    var file: [UInt8] = []
    CoredumpWriter(dump, contents: contents).write { file.append(contentsOf: $0) }
    #expect(try CoredumpReader(file).dump == dump)
    return dump
  }

  /// Descends as often as its argument says, then traps.
  private var descent: ModuleBuilder {
    var module = ModuleBuilder()
    module.add(
      [.i32], [.i32], export: "run",
      Op.localGet(0) + Op.i32eqz + Op.ifElse(0x40, Op.unreachable, Op.nop)
        + Op.localGet(0) + Op.localGet(0) + Op.i32(1) + Op.i32sub + Op.call(0) + Op.i32add)
    return module
  }

  @Test func `Locals and operands of every frame are in it`() throws {
    let frames = try #require(try capture(descent, [.i32(40)]).threads.first).frames
    #expect(frames.map(\.locals) == (0...40).map { [.i32($0)] })
    #expect(frames.map(\.stack) == (0...40).map { $0 == 0 ? [] : [.i32($0)] })
  }

  @Test func `Data that nobody has read is in it`() throws {
    var module = ModuleBuilder()
    module.memory(pages: 9)
    module.data(at: 70_000, [UInt8](repeating: 6, count: 200_000))
    module.add(export: "run", Op.unreachable)
    let instance = try Instance(
      CompiledModule(compiling: Module(decoding: module.bytes)), imports: Imports(),
      store: Store())
    let function = try #require(instance.export(named: "run")?.function)
    let trap = try #require(throws: Trap.self) { _ = try function.call() }
    let (dump, contents) = Coredump.capture(
      trap, origin: CoredumpOrigin(name: "a.b", consoleVersion: "7"))
    var file: [UInt8] = []
    CoredumpWriter(dump, contents: contents).write { file.append(contentsOf: $0) }
    #expect(file.count { $0 == 6 } >= 200_000)
  }

  @Test func `Ten thousand frames are whole`() throws {
    let dump = try capture(descent, [.i32(9999)], stackBytes: 8 << 20)
    #expect(dump.threads.first?.frames.map(\.locals) == (0...9999).map { [.i32(UInt32($0))] })
    #expect(dump.stop?.framesLeftOut == 0)
  }

  @Test func `Of more frames the youngest and the oldest five thousand are kept`() throws {
    let dump = try capture(descent, [.i32(12_000)], stackBytes: 8 << 20)
    let kept = Array(0..<5000) + Array(7001...12_000)
    #expect(dump.threads.first?.frames.map(\.locals) == kept.map { [.i32(UInt32($0))] })
    #expect(dump.stop?.framesLeftOut == 2001)
    #expect(dump.stop?.framesBeforeGap == 5000)
  }

  @Test func `Beyond a number of values frames are empty, and counted`() throws {
    var limits = CoredumpLimits()
    limits.values = 8
    let dump = try capture(descent, [.i32(10)], limits: limits)
    let frames = try #require(dump.threads.first).frames
    // One local of the youngest, then a local and an operand each.
    #expect(frames.map(\.locals.count) == [1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0])
    #expect(dump.stop?.framesWithoutValues == 7)
  }

  @Test func `References are missing in the stack and known beside it`() throws {
    var module = ModuleBuilder()
    _ = module.importFunction("env", "f")
    let callee = module.add([.externref], locals: [(1, .funcref)], export: "callee", Op.unreachable)
    module.export("f", function: 0)
    module.add(
      [.externref], locals: [(2, .funcref), (1, .i32)], export: "run",
      [Self.refFunc, 0] + Op.localSet(1) + [Self.refFunc, 1] + Op.localGet(0) + Op.call(callee)
        + Op.drop)
    var imports = Imports(missing: .trap)
    imports.define(
      module: "env", name: "f",
      HostFunction("env.f", type: FuncType()) {
        (_: Caller, _: UnsafeMutablePointer<UInt64>) throws(HostError) in
      })
    let dump = try capture(module, [.externref(77)], imports: imports)
    let frames = try #require(dump.threads.first).frames
    #expect(frames[1].locals == [.missing, .missing, .missing, .i32(0)])
    #expect(frames[1].stack == [.missing])
    #expect(
      dump.wideValues == [
        .init(place: .local(frame: 0, index: 0), value: .externref(.host(77))),
        .init(place: .local(frame: 0, index: 1), value: .funcref(.null)),
        .init(place: .local(frame: 1, index: 0), value: .externref(.host(77))),
        .init(place: .local(frame: 1, index: 1), value: .funcref(.hostFunction("env.f"))),
        .init(place: .local(frame: 1, index: 2), value: .funcref(.null)),
        .init(
          place: .operand(frame: 1, index: 0), value: .funcref(.function(instance: 0, index: 1))),
      ])
  }

  @Test func `Vectors stand beside the stack, and in globals as constants`() throws {
    var module = ModuleBuilder()
    let constant: [UInt8] = [0xFD, 0x0C] + (0..<16).map { UInt8($0) }
    module.global(.v128, constant)
    module.add(
      [.v128], locals: [(1, .v128)], export: "run",
      Op.localGet(0) + constant + [0xFD, 0x51] + Op.localTee(1) + Op.unreachable)
    let dump = try capture(module, [.v128(.max)])
    let (low, high) = (0x0706_0504_0302_0100 as UInt64, 0x0F0E_0D0C_0B0A_0908 as UInt64)
    #expect(dump.globals.map(\.value) == [.v128(low: low, high: high)])
    #expect(dump.threads.first?.frames.first?.locals == [.missing, .missing])
    #expect(
      dump.wideValues == [
        .init(place: .local(frame: 0, index: 0), value: .v128(low: .max, high: .max)),
        .init(place: .local(frame: 0, index: 1), value: .v128(low: ~low, high: ~high)),
        .init(place: .operand(frame: 0, index: 0), value: .v128(low: ~low, high: ~high)),
      ])
  }

  @Test func `Host functions stand between the wasm frames`() throws {
    var module = ModuleBuilder()
    _ = module.importFunction("env", "refuse")
    _ = module.importFunction("env", "again")
    module.add(export: "inner", Op.call(0))
    module.add(export: "run", Op.call(1))
    final class Callback: @unchecked Sendable { var function: Function? }
    let callback = Callback()
    var imports = Imports()
    imports.define(
      module: "env", name: "refuse",
      HostFunction("env.refuse", type: FuncType()) {
        (_: Caller, _: UnsafeMutablePointer<UInt64>) throws(HostError) in
        throw HostError("no")
      })
    imports.define(
      module: "env", name: "again",
      HostFunction("env.again", type: FuncType()) { [unowned callback] _, _ in
        try callback.function?.call() ?? []
      })
    let store = Store()
    let instance = try Instance(
      CompiledModule(compiling: Module(decoding: module.bytes)), imports: imports, store: store)
    callback.function = instance.export(named: "inner")?.function
    defer { callback.function = nil }
    let trap = try #require(throws: Trap.self) {
      try instance.export(named: "run")?.function?.call()
    }
    let dump = Coredump.capture(trap, origin: CoredumpOrigin(name: "a.b")).dump
    #expect(dump.threads.first?.frames.map(\.function) == [2, 3])
    #expect(
      dump.hostFrames == [
        .init(position: 0, name: "env.refuse"), .init(position: 1, name: "env.again"),
      ])
  }

  @Test func `It tells the trap, its instruction and the access`() throws {
    var module = ModuleBuilder()
    module.memory(pages: 1)
    module.add([.i32], export: "run", Op.localGet(0) + Op.i32load(offset: 8) + Op.drop)
    let stop = try #require(try capture(module, [.i32(.max)]).stop)
    #expect(stop.kind == "memory-out-of-bounds")
    #expect(stop.message == "out of bounds memory access")
    #expect(stop.opcode == [0x28])
    #expect(stop.mnemonic == "i32.load")
    #expect(
      stop.access
        == MemoryFault(address: 0xFFFF_FFFF + 8, accessSize: 4, memorySize: 65_536))
    #expect(!stop.isApproximate)
  }

  @Test func `It tells in which memory an access failed`() throws {
    var module = ModuleBuilder()
    module.memory(pages: 3)
    module.anotherMemory(pages: 1, maximum: 2)
    module.add(
      [.i32], export: "run", Op.localGet(0) + Op.memory(0x29, offset: 4, memory: 1) + Op.drop)
    let stop = try #require(try capture(module, [.i32(70_000)]).stop)
    #expect(
      stop.access
        == MemoryFault(address: 70_004, accessSize: 8, memorySize: 65_536, memory: 1))
  }

  @Test func `Exceptions are told with their tags, values and those that they carry`() throws {
    var module = ModuleBuilder()
    module.tag([.i32, .v128], export: "error")
    module.tag([.exnref])
    module.global(.exnref, [0xD0, 0x69])
    // Catches the inner exception, throws it on within another, and keeps that.
    let vector: [UInt8] = [0xFD, 0x0C] + (0..<16).map { UInt8($0) }
    let inner = Op.block(
      Op.tryTable([Op.catchAll(ref: true, label: 0)], Op.i32(-7) + vector + Op.throwTag(0))
        + Op.unreachable, result: 0x69)
    let outer = Op.block(
      Op.tryTable([Op.catchAll(ref: true, label: 0)], inner + Op.throwTag(1)) + Op.unreachable,
      result: 0x69)
    module.add(
      locals: [(2, .exnref)], export: "run",
      outer + Op.localTee(0) + Op.globalSet(0) + Op.unreachable)
    let dump = try capture(module)
    #expect(dump.threads.first?.frames.first?.locals == [.missing, .missing])
    #expect(dump.globals.map(\.value) == [.externref])
    #expect(
      dump.wideValues == [
        .init(place: .global(0), value: .exnref(.exception(0))),
        .init(place: .local(frame: 0, index: 0), value: .exnref(.exception(0))),
        .init(place: .local(frame: 0, index: 1), value: .exnref(.null)),
      ])
    let (low, high) = (0x0706_0504_0302_0100 as UInt64, 0x0F0E_0D0C_0B0A_0908 as UInt64)
    #expect(
      dump.exceptions == [
        .init(tag: nil, values: [.wide(.exnref(.exception(1)))]),
        .init(
          tag: "error", values: [.plain(.i32(0xFFFF_FFF9)), .wide(.v128(low: low, high: high))]),
      ])
    var limits = CoredumpLimits()
    limits.exceptions = 1
    #expect(
      try capture(module, limits: limits).exceptions == [
        .init(tag: nil, values: [.wide(.exnref(.missing))])
      ])
  }

  @Test func `An instruction behind a prefix is told with it`() throws {
    var module = ModuleBuilder()
    module.memory(pages: 1)
    module.add(export: "run", Op.i32(-1) + Op.i32(0) + Op.i32(1) + Op.memoryFill)
    let stop = try #require(try capture(module).stop)
    #expect(stop.opcode == [0xFC, 11])
    #expect(stop.mnemonic == "memory.fill")
  }

  @Test func `It tells which module ran, where`() throws {
    var module = ModuleBuilder()
    module.add(export: "run", Op.unreachable)
    module.customs = [("build_id", [9, 8, 7])]
    let dump = try capture(module)
    let build = try #require(dump.build)
    #expect(build.console == "7")
    #expect(build.cartID == "a.b")
    #expect(build.cartTitle == "Title")
    #expect(build.modules.map(\.byteCount) == [UInt64(module.bytes.count)])
    #expect(build.modules.map(\.buildID) == [[9, 8, 7]])
    #expect(build.modules.map(\.sha256.count) == [32])
    #expect(build.cpuFeatures.contains("avx") == CPUFeatures.host.contains(.avx))
    #expect(dump.callback == Coredump.Callback(name: "update", frame: 5))
  }

  @Test func `Tables are told as runs, and segments that are left`() throws {
    var module = ModuleBuilder()
    module.table(size: 20, elements: [0, 0, 0])
    module.add(export: "run", Op.unreachable)
    module.memory(pages: 1)
    // Two passive segments: one of three bytes and an empty one.
    module.sections[11] = [2, 1, 3, 1, 2, 3, 1, 0]
    let dump = try capture(module)
    #expect(
      dump.tables == [
        .init(
          element: .funcref, maximum: nil,
          runs: [
            .init(count: 3, reference: .function(instance: 0, index: 0)),
            .init(count: 17, reference: .null),
          ])
      ])
    #expect(
      dump.links == [.init(tables: [0], liveDataSegments: [0], liveElementSegments: [])])
  }

  @Test func `What is behind the last run of a large table is said to be missing`() throws {
    var module = ModuleBuilder()
    module.table(size: 20, elements: [0, 1, 0, 1, 0])
    module.add(export: "run", Op.unreachable)
    module.add(export: "other", Op.nop)
    var limits = CoredumpLimits()
    limits.tableRuns = 4
    let runs = try #require(try capture(module, limits: limits).tables.first).runs
    #expect(runs.map(\.count) == [1, 1, 1, 17])
    #expect(runs.last?.reference == .missing)
  }
}
