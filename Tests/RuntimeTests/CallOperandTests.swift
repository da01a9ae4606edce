import Engine
import Runtime
import TestKit
import Testing

/// Operands that wait below the arguments of a call.
@Suite struct CallOperandTests {
  /// Function 0: `x * 2 + 1`, with its own values in every register that a callee preserves.
  private var doubling: [UInt8] {
    var body = [UInt8]()
    for local in 1...12 {
      body += Op.localGet(0) + Op.i32(Int32(local)) + Op.i32xor + Op.localSet(local)
    }
    body += Op.loop(
      (1...12).flatMap { Op.localGet($0) + Op.localGet($0 % 12 + 1) + Op.i32add + Op.localSet($0) }
        + Op.localGet(0) + Op.i32(0) + Op.brIf(0) + Op.drop)
    return body + Op.localGet(0) + Op.i32(2) + Op.i32mul + Op.i32(1) + Op.i32add
  }

  /// The difference of all operands, from the right; for each value of the parameter.
  ///
  /// Locals wait on the stack, some of them in registers and some not; after each call one of those
  /// that wait gets another value.
  private func run(
    _ mode: CodegenMode, locals count: Int, step: Int, _ parameters: [UInt32]
  ) throws {
    var builder = ModuleBuilder()
    builder.add([.i32], [.i32], locals: [(12, .i32)], doubling)
    var body = [UInt8]()
    for local in 1...count {
      body += Op.localGet(0) + Op.i32(Int32(local)) + Op.i32mul + Op.localSet(local)
    }
    var operands = 0
    for local in 1...count {
      body += Op.localGet(local)
      operands += 1
      guard local % step == 0 else { continue }
      body += Op.localGet(local) + Op.call(0) + Op.i32(Int32(local)) + Op.localSet(local - 1)
      operands += 1
    }
    for _ in 1..<operands { body += Op.i32sub }
    // What the locals are now matters too.
    for local in 1...count { body += Op.localGet(local) + Op.i32xor }
    builder.add([.i32], [.i32], locals: [(UInt32(count), .i32)], body)
    let instance = try mode.instantiate(builder.bytes)
    let function = try #require(instance.function(1))
    for parameter in parameters {
      var locals = (0...count).map { parameter &* UInt32($0) }
      var waiting = [UInt32]()
      for local in 1...count {
        waiting.append(locals[local])
        guard local % step == 0 else { continue }
        waiting.append(locals[local] &* 2 &+ 1)
        locals[local - 1] = UInt32(local)
      }
      var result = waiting.removeLast()
      for value in waiting.reversed() { result = value &- result }
      for local in 1...count { result ^= locals[local] }
      #expect(try instance.call(function, [.i32(parameter)]) == [.i32(result)])
    }
  }

  @Test(arguments: CodegenMode.allCases, [2, 3, 7])
  func `operands that equal locals keep their values over calls and changes of the locals`(
    _ mode: CodegenMode, _ step: Int
  ) throws {
    for count in [4, 8, 30] {
      try run(mode, locals: count, step: step, [0, 1, 77, 0xFFFF_FFFF])
    }
  }

  @Test(arguments: CodegenMode.allCases)
  func `an operand of each type waits for a call and for a fill`(_ mode: CodegenMode) throws {
    var builder = ModuleBuilder()
    builder.add([.i32], [.i32], locals: [(12, .i32)], doubling)
    let other = Op.localGet(0) + Op.call(0) + Op.drop
    // fill(target, value, length) below whose arguments others wait, too
    let fill = Op.i32(64) + Op.localGet(0) + Op.i32(300) + Op.memoryFill
    let set = Op.f64(2) + Op.localSet(1) + Op.i64(3) + Op.localSet(2) + Op.f32(4) + Op.localSet(3)
    builder.add(
      [.i32, .f64, .i64, .f32], [.f64],
      Op.localGet(1) + Op.localGet(2) + Op.localGet(3) + Op.localGet(0) + other + fill + set
        + other
        + Op.plain(0xB7)  // f64.convert_i32_s
        + Op.localGet(1) + Op.f64add + Op.localSet(1)
        + Op.plain(0xBB) + Op.localGet(1) + Op.f64add + Op.localSet(1)  // f64.promote_f32
        + Op.plain(0xB9) + Op.localGet(1) + Op.f64add  // f64.convert_i64_s
        + Op.f64add)
    builder.memory(pages: 1)
    let instance = try mode.instantiate(builder.bytes)
    let arguments: [Value] = [
      .i32(5), .f64(Double(0.5).bitPattern), .i64(1 << 40), .f32(Float(0.25).bitPattern),
    ]
    let found = try instance.call(#require(instance.function(1)), arguments)
    #expect(found == [.f64((0.5 + 0x1p40 + 0.25 + 5 + 2).bitPattern)])
  }
}
