import Engine
import Runtime
import TestKit
import Testing

/// Counted mode: a unit a function entry, a unit a pass of a loop.
@Suite struct FuelTests {
  private static func instantiate(
    _ module: ModuleBuilder, fuel: UInt64?, counts: Bool = true
  ) throws -> Instance {
    var config = CodegenConfig.host
    config.countsFuel = counts
    let store = Store()
    store.fuel = fuel
    let compiled = try CompiledModule(compiling: Module(decoding: module.bytes), config: config)
    return try Instance(compiled, imports: Imports(missing: .zero), store: store)
  }

  /// `spin` counts its passes in a local; `count(n)` ends after n passes; `down(n)` calls itself n
  /// times.
  private static var module: ModuleBuilder {
    var module = ModuleBuilder()
    let increment = Op.localGet(0) + Op.i32(1) + Op.i32add + Op.localSet(0)
    let decrement = Op.localGet(0) + Op.i32(-1) + Op.i32add
    module.add(
      [], [], locals: [(1, .i32)], export: "spin", Op.loop(Op.nop + increment + Op.br(0)))
    module.add([.i32], [], export: "count", Op.loop(decrement + Op.localTee(0) + Op.brIf(0)))
    module.add(
      [.i32], [], export: "down",
      Op.block(Op.localGet(0) + Op.i32eqz + Op.brIf(0) + decrement + Op.call(2)))
    return module
  }

  private func call(_ instance: Instance, _ name: String, _ argument: Int32? = nil) throws {
    let function = try #require(instance.export(named: name)?.function)
    _ = try function.call(argument.map { [.i32(UInt32(bitPattern: $0))] } ?? [])
  }

  @Test(arguments: [1, 2, 7, 1000] as [UInt64])
  func `An endless loop stops at the same place each time`(fuel: UInt64) throws {
    let instance = try Self.instantiate(Self.module, fuel: fuel)
    for _ in 0..<3 {
      let trap = try #require(throws: Trap.self) { try call(instance, "spin") }
      #expect(trap.kind == .fuelExhausted)
      #expect(trap.kind.name == "fuel-exhausted")
      #expect(trap.message == "all fuel consumed")
      let frames = Array(trap.frameValues)
      // The entry takes one unit, so that the loop stops after one pass less.
      #expect(frames.first?.locals == [.i32(UInt32(fuel - 1))])
      #expect(frames.first?.operands == [])
      #expect(trap.frames.map(\.functionIndex) == [0])
      #expect(trap.frames[0].funcOffset == (5))
    }
  }

  @Test func `Without fuel nothing begins`() throws {
    let instance = try Self.instantiate(Self.module, fuel: 0)
    let trap = try #require(throws: Trap.self) { try call(instance, "count", 3) }
    #expect(trap.kind == .fuelExhausted)
    #expect(Array(trap.frameValues).first?.locals == [.i32(3)])
  }

  @Test func `A call that just fits ends, and each call starts anew`() throws {
    let instance = try Self.instantiate(Self.module, fuel: 11)
    for _ in 0..<5 { try call(instance, "count", 10) }
    #expect(throws: Trap.self) { try call(instance, "count", 11) }
    try call(instance, "down", 10)
    let trap = try #require(throws: Trap.self) { try call(instance, "down", 11) }
    #expect(trap.kind == .fuelExhausted)
    #expect(trap.frames.count == 12)
    #expect(Array(trap.frameValues).map { $0.locals[0] } == (0...11).map { .i32($0) })
  }

  @Test func `Without a limit code that counts runs on, and other code never stops`() throws {
    try call(try Self.instantiate(Self.module, fuel: nil), "count", 1_000_000)
    try call(try Self.instantiate(Self.module, fuel: 3, counts: false), "count", 1_000_000)
  }
}
