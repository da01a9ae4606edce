import Engine
import Runtime
import TestKit
import Testing

/// Tail calls: no frame stays, whatever the signatures, and whoever is called.
@Suite struct TailCallTests {
  static let configs = ExceptionTests.configs

  private static func instantiate(
    _ module: ModuleBuilder, _ config: CodegenConfig = .host, _ imports: Imports = Imports(),
    in store: Store = Store()
  ) throws -> Instance {
    try Instance(
      CompiledModule(compiling: Module(decoding: module.bytes), config: config), imports: imports,
      store: store)
  }

  /// `few(n, a)` and `many(n, a, ... )` call each other n times, the second with so many arguments
  /// that most travel on the stack; each adds 1 to the last.
  private static func module(arguments count: Int, indirect: Bool) -> ModuleBuilder {
    var module = ModuleBuilder()
    let many = [ValueType](repeating: .i64, count: count)
    let manyType = module.type([.i32] + many, [.i64])
    let fewType = module.type([.i32, .i64], [.i64])
    func tail(_ function: Int, _ type: Int) -> [UInt8] {
      indirect
        ? Op.i32(Int32(function)) + Op.returnCallIndirect(type: type) : Op.returnCall(function)
    }
    let next = Op.localGet(0) + Op.i32(1) + Op.i32sub
    func endingWith(_ local: Int) -> [UInt8] {
      Op.localGet(0) + Op.i32eqz + [0x04, 0x40] + Op.localGet(local) + Op.plain(0x0F) + Op.end
    }
    let increment = Op.i64(1) + Op.i64add
    var few = endingWith(1) + next
    for i in 0..<count - 1 { few += Op.i64(Int64(i)) }
    few += Op.localGet(1) + increment + tail(1, manyType)
    module.add([.i32, .i64], [.i64], export: "few", few)
    var sum = endingWith(count) + next + Op.localGet(count)
    // All arguments but the last are their numbers: the sum must come out right.
    for i in 0..<count - 1 {
      sum += Op.localGet(1 + i) + Op.i64add + Op.i64(Int64(-i)) + Op.i64add
    }
    module.add([.i32] + many, [.i64], export: "many", sum + increment + tail(0, fewType))
    module.table(size: 2, elements: [0, 1])
    return module
  }

  @Test(arguments: [1, 2, 4, 5, 9, 40], configs)
  func `A million tail calls need no stack, and arguments on it arrive`(
    arguments: Int, config: CodegenConfig
  ) throws {
    for indirect in [false, true] {
      let module = Self.module(arguments: arguments, indirect: indirect)
      let instance = try Self.instantiate(module, config)
      for name in ["few", "many"] {
        let function = try #require(instance.export(named: name)?.function)
        let extra = (0..<function.type.parameters.count - 2).map { Value.i64(UInt64($0)) }
        #expect(try function.call([.i32(1_000_000)] + extra + [.i64(3)]) == [.i64(1_000_003)])
      }
    }
  }

  @Test func `Tail calls between instances, and of host functions, leave no frame either`() throws {
    let store = Store()
    var first = ModuleBuilder()
    // Calls entry 1 of the table, which the other instance fills with its own function.
    let type = first.type([.i32], [.i32])
    let step = Op.localGet(0) + Op.i32(1) + Op.i32sub
    var body = Op.localGet(0) + Op.i32eqz + [0x04, 0x40] + Op.i32(42) + Op.plain(0x0F) + Op.end
    body += step + Op.i32(1) + Op.returnCallIndirect(type: type)
    first.add([.i32], [.i32], export: "ping", body)
    first.table(size: 2, elements: [0])
    let one = try Self.instantiate(first, in: store)
    var imports = Imports()
    imports.define(module: Array("a".utf8), exportsOf: one)
    var second = ModuleBuilder()
    let ping = second.importFunction("a", "ping", [.i32], [.i32])
    second.add([.i32], [.i32], export: "pong", step + Op.returnCall(ping))
    second.importTable("a", "table", size: 2)
    second.sections[9] = [1, 0, 0x41, 1, 0x0B, 1, 1]
    let two = try Self.instantiate(second, .host, imports, in: store)
    let pong = try #require(two.export(named: "pong")?.function)
    #expect(try pong.call([.i32(1_000_001)]) == [.i32(42)])
  }

  @Test func `A trap behind a tail call shows who is left`() throws {
    var module = ModuleBuilder()
    module.add([.i32], [.i32], Op.localGet(0) + Op.i32(0) + Op.i32divU)
    module.add([.i32], [.i32], Op.localGet(0) + Op.i32(1) + Op.i32add + Op.returnCall(0))
    module.add([.i32], [.i32], export: "outer", Op.localGet(0) + Op.call(1) + Op.i32(1) + Op.i32add)
    let instance = try Self.instantiate(module)
    let outer = try #require(instance.export(named: "outer")?.function)
    let trap = try #require(throws: Trap.self) { _ = try outer.call([.i32(5)]) }
    #expect(trap.kind == .integerDivideByZero)
    #expect(trap.frames.map(\.functionIndex) == [0, 2])
    #expect(Array(trap.frameValues).map(\.locals) == [[.i32(6)], [.i32(5)]])
  }
}
