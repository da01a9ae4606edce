import Engine
import Foundation
import Runtime
import TestKit
import Testing

/// Locals and operands of frames at traps: in builtins, of every kind, and on deep stacks.
@Suite(.serialized) struct FrameValuesAtTrapsTests {
  @Test(arguments: CodegenMode.allCases)
  func `Parameters that are not used outlast the values of a label`(mode: CodegenMode) throws {
    var module = ModuleBuilder()
    let results: [ValueType] = [.i32, .f64, .i32, .f64, .i32, .f64, .i32]
    let type = module.type([], results)
    let arm = (1...7).flatMap { $0 % 2 == 0 ? Op.f64(Double($0)) : Op.i32(Int32($0)) }
    module.add(
      [.i32, .i32, .i32, .i32, .f64, .f64, .f64], export: "it",
      Op.localGet(3) + [0x04] + ModuleBuilder.leb(type) + arm + Op.elseArm + arm + Op.end
        + Op.unreachable)
    let instance = try mode.instantiate(module.bytes)
    for condition: UInt32 in [0, 1] {
      let arguments: [Value] =
        [.i32(11), .i32(12), .i32(13), .i32(condition)]
        + [0.5, 0.25, 0.125].map { .f64($0.bitPattern) }
      let trap = try #require(throws: Trap.self) {
        try instance.export(named: "it")?.function?.call(arguments)
      }
      let frame = try #require(trap.frameValues.first { _ in true })
      let operands: [Value] = (1...7).map {
        $0 % 2 == 0 ? Value.f64(Double($0).bitPattern) : Value.i32(UInt32($0))
      }
      #expect(frame.locals == arguments.map(Optional.some))
      #expect(frame.operands == operands.map(Optional.some))
    }
  }

  // MARK: Builtins

  /// A call of a builtin that traps: what is pushed, the instruction, and the operands it has.
  private struct Refusal: CustomTestStringConvertible {
    var name: String
    var code: [UInt8]
    var operands: [Value]
    var testDescription: String { name }
  }

  private static let refusals: [Refusal] = {
    let three = Op.localGet(0) + Op.i32(-5) + Op.localGet(1)
    let operands: [Value] = [.i32(10), .i32(UInt32(bitPattern: -5)), .i32(1 << 20)]
    return [
      Refusal(name: "memory.fill", code: three + Op.memoryFill, operands: operands),
      Refusal(name: "memory.copy", code: three + Op.memoryCopy, operands: operands),
      Refusal(name: "memory.init", code: three + [0xFC, 8, 0, 0], operands: operands),
      Refusal(name: "table.copy", code: three + [0xFC, 14, 0, 0], operands: operands),
      Refusal(name: "table.init", code: three + [0xFC, 12, 0, 0], operands: operands),
      Refusal(
        name: "table.fill", code: Op.localGet(1) + [0xD0, 0x70] + Op.localGet(0) + [0xFC, 17, 0],
        operands: [.i32(1 << 20), .funcref(nil), .i32(10)]),
      Refusal(
        name: "table.get", code: Op.localGet(1) + [0x25, 0] + Op.drop, operands: [.i32(1 << 20)]),
      Refusal(
        name: "table.set", code: Op.localGet(1) + [0xD0, 0x70] + [0x26, 0],
        operands: [.i32(1 << 20), .funcref(nil)]),
    ]
  }()

  @Test(arguments: CodegenMode.allCases, refusals)
  private func `A bulk operation out of bounds shows its operands`(
    mode: CodegenMode, refusal: Refusal
  ) throws {
    var module = ModuleBuilder()
    module.memory(pages: 1)
    module.table(size: 4, elements: [0])
    // A passive element segment and a passive data segment, both empty, and the data count.
    module.sections[9] = [1, 1, 0, 0]
    module.sections[12] = [1]
    module.sections[11] = [1, 1, 0]
    module.add(
      [.i32, .i32, .f64], [.f64], locals: [(1, .i64)], export: "it",
      Op.i64(-9) + Op.localSet(3) + Op.i32(40) + refusal.code + Op.drop + Op.localGet(3) + Op.drop
        + Op.localGet(2))
    let instance = try mode.instantiate(module.bytes)
    let trap = try #require(throws: Trap.self) {
      try instance.export(named: "it")?.function?
        .call([.i32(10), .i32(1 << 20), .f64(1.5.bitPattern)])
    }
    #expect(
      trap.frameValues.map { ShownFrame($0) } == [
        ShownFrame(
          "it", [.i32(10), .i32(1 << 20), .f64(1.5.bitPattern), .i64(UInt64(bitPattern: -9))],
          [.i32(40)] + refusal.operands)
      ])
  }

  // MARK: Values of every kind

  @Test(arguments: CodegenMode.allCases)
  func `Unevaluated sums, flags, constants and references are evaluated`(mode: CodegenMode) throws {
    var module = ModuleBuilder()
    module.table(size: 1, elements: [0])
    module.add(
      [.i32, .i64, .funcref, .externref], locals: [(1, .f32), (1, .funcref), (1, .externref)],
      export: "it",
      Op.localGet(0) + Op.i32(-1) + Op.i32add  // wraps around in 32 bits
        + Op.localGet(1) + Op.localGet(1) + Op.i64add
        + Op.f32(-0.0) + [0xD0, 0x6F] + Op.localGet(2) + Op.localGet(3) + [0xD2, 0]
        + Op.localGet(0) + Op.i32(1) + Op.i32ltU + Op.unreachable)
    let instance = try mode.instantiate(module.bytes)
    let function = try #require(instance.export(named: "it")?.function)
    let own = Value.funcref(function.reference)
    let host = instance.store.makeFunction(HostFunction("host", type: FuncType()) { _, _ in [] })
    for reference in [own, .funcref(nil), .funcref(host.reference)] {
      let trap = try #require(throws: Trap.self) {
        try function.call([.i32(0), .i64(1 << 63 | 21), reference, .externref(7)])
      }
      #expect(
        trap.frameValues.map { ShownFrame($0) } == [
          ShownFrame(
            "it",
            [
              .i32(0), .i64(1 << 63 | 21), reference, .externref(7), .f32(0), .funcref(nil),
              .externref(nil),
            ],
            [
              .i32(.max), .i64(42), .f32(0x8000_0000), .externref(nil), reference, .externref(7),
              own, .i32(1),
            ])
        ])
    }
  }

  @Test(arguments: CodegenMode.allCases)
  func `A load out of bounds shows its index and what a store would have stored`(
    mode: CodegenMode
  ) throws {
    var module = ModuleBuilder()
    module.memory(pages: 1)
    module.add(
      [.i32, .i64], export: "store",
      Op.i32(5) + Op.localGet(0) + Op.i32(4) + Op.i32add + Op.localGet(1) + Op.memory(0x37)
        + Op.drop)
    module.add(
      [.i32, .i32], [.i32], export: "divide",
      Op.localGet(0) + Op.localGet(0) + Op.localGet(1) + Op.i32divS + Op.i32add)
    let instance = try mode.instantiate(module.bytes)
    func frames(_ name: String, _ arguments: [Value]) throws -> [ShownFrame] {
      let trap = try #require(throws: Trap.self) {
        try instance.export(named: name)?.function?.call(arguments)
      }
      return trap.frameValues.map { ShownFrame($0) }
    }
    let stored: [Value] = [.i32(0x1_0000), .i64(1 << 40)]
    #expect(
      try frames("store", stored)
        == [ShownFrame("store", stored, [.i32(5), .i32(0x1_0004), .i64(1 << 40)])])
    let divided: [Value] = [.i32(9), .i32(0)]
    #expect(try frames("divide", divided) == [ShownFrame("divide", divided, [.i32(9)] + divided)])
    let overflowing: [Value] = [.i32(1 << 31), .i32(.max)]
    #expect(
      try frames("divide", overflowing)
        == [ShownFrame("divide", overflowing, [.i32(1 << 31)] + overflowing)])
  }

  // MARK: Deep stacks

  /// Recursion without end; the first parameter counts calls, and all parameters live over them.
  private static let recursion: [UInt8] = {
    var module = ModuleBuilder()
    module.add(
      [.i32, .i64], [.i32], export: "it",
      Op.localGet(0) + Op.i32(1) + Op.i32add + Op.localGet(1) + Op.i64(-1) + Op.i64xor + Op.call(0)
        + Op.localGet(0) + Op.i32add + Op.localGet(1) + Op.i32wrap + Op.i32add)
    return module.bytes
  }()

  @Test(arguments: CodegenMode.allCases)
  func `Every frame of an exhausted stack has its own values`(mode: CodegenMode) throws {
    let instance = try mode.instantiate(Self.recursion, stackBytes: 256 << 10)
    let trap = try #require(throws: Trap.self) {
      try instance.export(named: "it")?.function?.call([.i32(0), .i64(99)])
    }
    #expect(trap.kind == .callStackExhausted)
    let count = trap.frames.count
    #expect(count > 1000)
    let frames = Array(trap.frameValues)
    #expect(frames.count == count)
    let isRight = frames.enumerated().allSatisfy { (position, frame) in
      let depth = count - 1 - position
      return frame.locals == [.i32(UInt32(depth)), .i64(depth % 2 == 0 ? 99 : ~99)]
        && frame.operands.isEmpty
    }
    #expect(isRight)
  }

  @Test func `Fifty thousand locals in each of many functions take bounded memory`() async throws {
    // In a process of its own, whose memory nobody else uses.
    await #expect(processExitsWith: .success) {
      var module = ModuleBuilder()
      module.add([.i32], locals: [(49_999, .i64)], export: "0", Op.unreachable)
      for i in 1..<200 {
        module.add(
          [.i32], locals: [(49_999, .i64)], export: "\(i)",
          Op.i64(Int64(i)) + Op.localSet(49_999) + Op.localGet(0) + Op.call(i - 1)
            + Op.localGet(49_999) + Op.drop)
      }
      let instance = try CodegenMode.host.instantiate(module.bytes)
      let trap = try #require(throws: Trap.self) {
        try instance.export(named: "199")?.function?.call([.i32(3)])
      }
      let before = residentBytes()
      var count: UInt64 = 0
      for frame in trap.frameValues {
        #expect(frame.locals.count == 50_000)
        #expect(frame.locals.first == .i32(3) && frame.locals.last == .i64(count))
        count += 1
      }
      #expect(count == 200)
      // All of them at once would be more than 200 MB.
      #expect(residentBytes() - before < 100 << 20)
    }
  }
}
