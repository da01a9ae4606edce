import Engine
import Interpreter
import TestKit
import Testing

/// What the interpreter says about its frames, where it can be told by hand.
@Suite struct FrameTests {
  /// `outer` has local 3 and operands 11 and 12 when it calls; `inner` gets 99.
  private static func module(inner: [UInt8]) -> ModuleBuilder {
    var builder = ModuleBuilder()
    let host = builder.importFunction("host", "look", [.f32], [.i32])
    #expect(host == 0)
    builder.add([.i32], [.i32], locals: [(1, .i64)], export: "inner", inner)
    builder.add([], [.i32], locals: [(1, .i32)], export: "outer", Self.outer)
    return builder
  }
  private static let beforeCall =
    Op.i32(3) + Op.localSet(0) + Op.i32(11) + Op.i32(12) + Op.i32(99)
  private static let outer = beforeCall + Op.call(1) + Op.i32add + Op.i32add

  private static let beforeTrap =
    Op.i64(5) + Op.localSet(1) + Op.i32(7) + Op.localGet(0) + Op.i32(0)
  private static let beforeLook = Op.i64(5) + Op.localSet(1) + Op.i32(7) + Op.f32(1.5)

  /// The frames of `outer` while it calls `inner`, and of `inner`, whose operands are these.
  private static func frames(
    _ module: Module, innerOffset: Int, _ operands: [PlainValue]
  ) -> [PlainFrame] {
    // One group of locals takes three bytes.
    [
      PlainFrame(
        instance: 0, function: 1, offset: module.bodies[0].bodyOffset + 3 + innerOffset,
        locals: [PlainValue(.i32, 99), PlainValue(.i64, 5)], operands: operands),
      PlainFrame(
        instance: 0, function: 2, offset: module.bodies[1].bodyOffset + 3 + beforeCall.count,
        locals: [PlainValue(.i32, 3)], operands: [PlainValue(.i32, 11), PlainValue(.i32, 12)]),
    ]
  }

  private static func call(
    _ module: Module, look: @escaping PlainFunction.Host
  ) throws -> [PlainValue] {
    let store = PlainStore()
    defer { store.close() }
    var machine = Machine()
    let instance = try PlainInstance.instantiate(module, in: store, on: &machine) { item in
      guard case .function(let type) = item.kind else { return nil }
      return .function(store.makeFunction(module.types[type], look))
    }
    return try machine.call(instance.functions[2], [])
  }

  @Test func `A trap has the operands of its instruction, a caller those below the arguments`()
    throws
  {
    let inner = Self.beforeTrap + Op.i32divU + Op.i32add
    let module = try Module(decoding: Self.module(inner: inner).bytes)
    let trap = try #require(throws: PlainTrap.self) {
      try Self.call(module) { (_, _) throws(PlainTrap) in [] }
    }
    #expect(trap.kind == .integerDivideByZero)
    let operands = [PlainValue(.i32, 7), PlainValue(.i32, 99), PlainValue(.i32, 0)]
    #expect(
      trap.frames == Self.frames(module, innerOffset: Self.beforeTrap.count, operands))
  }

  @Test func `A host function sees the frames below its own arguments`() throws {
    let inner = Self.beforeLook + Op.call(0) + Op.i32add
    let module = try Module(decoding: Self.module(inner: inner).bytes)
    var seen: [PlainFrame] = []
    let results = try Self.call(module) { (machine, arguments) throws(PlainTrap) in
      #expect(arguments == [PlainValue(.f32, UInt64(Float(1.5).bitPattern))])
      seen = machine.frames
      return [PlainValue(.i32, 1000)]
    }
    #expect(results == [PlainValue(.i32, 11 + 12 + 7 + 1000)])
    #expect(
      seen
        == Self.frames(module, innerOffset: Self.beforeLook.count, [PlainValue(.i32, 7)]))
  }
}
