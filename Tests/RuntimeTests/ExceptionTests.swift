import Engine
import Runtime
import TestKit
import Testing

/// Exceptions as an embedder and a developer see them; `TrapAnywhere` compares all values.
@Suite struct ExceptionTests {
  static let configs: [CodegenConfig] = [
    .host, CodegenConfig(features: []),
    CodegenConfig(bounds: .explicit, switches: .spillEverything),
  ]

  private static func instantiate(
    _ module: ModuleBuilder, _ config: CodegenConfig = .host, _ imports: Imports = Imports(),
    in store: Store = Store()
  ) throws -> Instance {
    try Instance(
      CompiledModule(compiling: Module(decoding: module.bytes), config: config), imports: imports,
      store: store)
  }

  private static func function(_ instance: Instance, _ name: String) throws -> Function {
    try #require(instance.export(named: name)?.function)
  }

  /// `thrower(i)` throws its argument and a float, unless it is zero; `catcher(i)` has forty locals
  /// of all classes, adds up what they hold after a catch, and what was caught.
  private static var module: ModuleBuilder {
    var module = ModuleBuilder()
    module.tag([.i32, .f64], export: "error")
    let throwing: [UInt8] = Op.localGet(0) + Op.f64(0.5) + Op.throwTag(0)
    module.add([.i32], [], export: "thrower", Op.localGet(0) + [0x04, 0x40] + throwing + Op.end)
    let type = module.type([], [.i32, .f64])
    var code: [UInt8] = []
    for i in 0..<20 {
      code += Op.localGet(0) + Op.i32(Int32(i)) + Op.i32mul + Op.localSet(1 + i)
      code += Op.f64(Double(i)) + Op.localSet(21 + i)
    }
    code += [0x02] + ModuleBuilder.leb(type)
    code += Op.tryTable([Op.catchTag(0, label: 0)], Op.localGet(0) + Op.call(0))
    code += Op.i32(1000) + Op.f64(0) + Op.end
    // The float is 0.5 if something was caught: twice that is added.
    code += Op.f64(2) + Op.plain(0xA2) + Op.i32truncF64S + Op.i32add
    for i in 0..<20 {
      code += Op.localGet(1 + i) + Op.i32add
      code += Op.localGet(21 + i) + Op.i32truncF64S + Op.i32add
    }
    module.add([.i32], [.i32], locals: [(20, .i32), (20, .f64)], export: "catcher", code)
    return module
  }

  @Test(arguments: configs)
  func `After a catch every local holds what it held, and the values are there`(
    config: CodegenConfig
  ) throws {
    let catcher = try Self.function(try Self.instantiate(Self.module, config), "catcher")
    // The sum of 0...19 is 190.
    #expect(try catcher.call([.i32(0)]) == [.i32(1000 + 190)])
    for i in 1..<50 as Range<UInt32> {
      #expect(try catcher.call([.i32(i)]) == [.i32(i + 1 + 190 * i + 190)])
    }
  }

  @Test(arguments: configs)
  func `What nobody catches ends the call, with its values and its stack`(
    config: CodegenConfig
  ) throws {
    let instance = try Self.instantiate(Self.module, config)
    let thrower = try Self.function(instance, "thrower")
    let trap = try #require(throws: Trap.self) { _ = try thrower.call([.i32(7)]) }
    #expect(trap.kind == .uncaughtException)
    #expect(trap.message == "uncaught exception error(i32 7, f64 0.5)")
    #expect(trap.exception?.values == [.i32(7), .f64((0.5).bitPattern)])
    #expect(trap.frames.map(\.functionIndex) == [0])
    let frame = try #require(Array(trap.frameValues).first)
    #expect(frame.locals == [.i32(7)])
    #expect(frame.operands == [.i32(7), .f64((0.5).bitPattern)])
    // And the store goes on.
    #expect(try thrower.call([.i32(0)]) == [])
  }

  @Test func `A tag catches its own exceptions alone, across instances too`() throws {
    let store = Store()
    let first = try Self.instantiate(Self.module, in: store)
    var imports = Imports()
    imports.define(module: Array("a".utf8), exportsOf: first)
    var module = ModuleBuilder()
    let thrower = module.importFunction("a", "thrower", [.i32], [])
    module.importTag("a", "error", [.i32, .f64])
    module.tag([.i32, .f64])
    let opening: [UInt8] = [0x02] + ModuleBuilder.leb(module.type([], [.i32, .f64]))
    let call = Op.localGet(0) + Op.call(thrower)
    func ending(_ value: Int32) -> [UInt8] { Op.i32(value) + Op.f64(0) }
    var code = opening + Op.tryTable([Op.catchTag(0, label: 0)], call)
    code += ending(-1) + Op.end + Op.drop
    module.add([.i32], [.i32], export: "right", code)
    // The second tag has the same type, but is another one.
    code = Op.tryTable([Op.catchTag(1, label: 1), Op.catchAll(label: 0)], call)
    code = opening + Op.block(code + ending(-1) + Op.br(1))
    code += ending(-2) + Op.end + Op.drop
    module.add([.i32], [.i32], export: "wrong", code)
    let second = try Self.instantiate(module, .host, imports, in: store)
    let (right, wrong) = (
      try Self.function(second, "right"), try Self.function(second, "wrong")
    )
    #expect(try right.call([.i32(5)]) == [.i32(5)])
    #expect(try right.call([.i32(0)]) == [.i32(UInt32.max)])
    #expect(try wrong.call([.i32(5)]) == [.i32(UInt32.max - 1)])
    #expect(try wrong.call([.i32(0)]) == [.i32(UInt32.max)])
  }

  @Test func `An exception goes through a host function that passes it on`() throws {
    let store = Store()
    var module = ModuleBuilder()
    let host = module.importFunction("host", "f", [.i32], [])
    module.tag([.i32])
    module.add([.i32], [], export: "inner", Op.localGet(0) + Op.throwTag(0))
    var code: [UInt8] = [0x02] + ModuleBuilder.leb(module.type([], [.i32]))
    code += Op.tryTable([Op.catchTag(0, label: 0)], Op.localGet(0) + Op.call(host))
    code += Op.i32(-1) + Op.end
    module.add([.i32], [.i32], export: "outer", code)
    var imports = Imports()
    let box = Box()
    imports.define(
      module: "host", name: "f",
      HostFunction("f", type: FuncType(parameters: [.i32], results: [])) { (_, arguments) in
        _ = try box.inner?.call(arguments)
        return []
      })
    let instance = try Self.instantiate(module, .host, imports, in: store)
    box.inner = try Self.function(instance, "inner")
    let outer = try Self.function(instance, "outer")
    for i in 0..<100 as Range<UInt32> { #expect(try outer.call([.i32(i)]) == [.i32(i)]) }
  }

  private final class Box: @unchecked Sendable {
    var inner: Function?
  }

  /// `keep(n)` makes n references and keeps the first in a local, which it throws again at the end.
  @Test func `References stay good while others are forgotten, and null cannot be thrown`() throws {
    var module = ModuleBuilder()
    module.tag([.i32])
    let made = module.type([], [.i32, .exnref])
    func catching(_ body: [UInt8]) -> [UInt8] {
      let table = Op.tryTable([Op.catchTag(0, ref: true, label: 0)], body)
      return [0x02] + ModuleBuilder.leb(made) + table + Op.unreachable + Op.end
    }
    let one = catching(Op.localGet(0) + Op.throwTag(0)) + Op.localSet(2) + Op.drop
    let count = Op.localGet(0) + Op.i32(1) + Op.i32sub + Op.localTee(0) + Op.brIf(0)
    var code = one + Op.localGet(2) + Op.localSet(1) + Op.loop(one + count)
    code += catching(Op.localGet(1) + Op.throwRef) + Op.drop
    module.add([.i32], [.i32], locals: [(2, .exnref)], export: "keep", code)
    module.add([], [], export: "null", [0xD0, 0x69] + Op.throwRef)
    let instance = try Self.instantiate(module)
    #expect(try Self.function(instance, "keep").call([.i32(20_000)]) == [.i32(20_000)])
    let trap = try #require(throws: Trap.self) { _ = try Self.function(instance, "null").call() }
    #expect(trap.kind == .nullReference)
  }

  @Test func `Exceptions that hold on to each other are limited in number`() throws {
    var module = ModuleBuilder()
    module.tag([.exnref])
    module.global(.exnref, [0xD0, 0x69])
    var code: [UInt8] = [0x02] + ModuleBuilder.leb(module.type([], [.exnref, .exnref]))
    code += Op.tryTable(
      [Op.catchTag(0, ref: true, label: 0)], Op.globalGet(0) + Op.throwTag(0))
    code += Op.unreachable + Op.end + Op.globalSet(0) + Op.drop
    module.add([], [], export: "chain", Op.loop(code + Op.br(0)))
    let instance = try Self.instantiate(module)
    let trap = try #require(throws: Trap.self) { _ = try Self.function(instance, "chain").call() }
    #expect(trap.kind == .hostError)
    #expect(trap.message == "the exceptions that are kept take more than 33554432 bytes")
  }

  @Test func `A handler that throws for ever can be stopped`() throws {
    var module = ModuleBuilder()
    module.tag()
    module.add(
      [], [], export: "spin",
      Op.loop(Op.tryTable([Op.catchAll(label: 0)], Op.throwTag(0))))
    let store = Store()
    store.callbackLimit = 0.2
    let instance = try Self.instantiate(module, in: store)
    let trap = try #require(throws: Trap.self) { _ = try Self.function(instance, "spin").call() }
    #expect(trap.kind == .interrupted)
  }
}
