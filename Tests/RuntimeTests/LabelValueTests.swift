import Engine
import Runtime
import TestKit
import Testing

/// Several values of one label, wherever the compiler lets them travel.
@Suite struct LabelValueTests {
  /// What function 0, `(i32) -> (i32)`, gives for each argument; `code` learns how types are numbered.
  private func run(
    _ mode: CodegenMode, locals: [(UInt32, ValueType)], _ arguments: [UInt32],
    _ code: (inout ModuleBuilder) -> [UInt8]
  ) throws -> [UInt32] {
    var builder = ModuleBuilder()
    let body = code(&builder)
    builder.add([.i32], [.i32], locals: locals, body)
    let instance = try mode.instantiate(builder.bytes)
    let function = try #require(instance.function(0))
    return try arguments.map {
      guard case .i32(let value) = try instance.call(function, [.i32($0)])[0] else { return .max }
      return value
    }
  }

  /// A block or loop of a type of the module, with its end.
  private func framed(_ opcode: UInt8, _ type: Int, _ body: [UInt8]) -> [UInt8] {
    [opcode] + ModuleBuilder.leb(type) + body + Op.end
  }

  /// Three operands as one number of three digits, by way of locals.
  private func digits(_ a: Int, _ b: Int) -> [UInt8] {
    Op.localSet(a) + Op.localSet(b) + Op.i32(100) + Op.i32mul + Op.localGet(b) + Op.i32(10)
      + Op.i32mul
      + Op.i32add + Op.localGet(a) + Op.i32add
  }

  private func countDown() -> [UInt8] {
    Op.localGet(0) + Op.i32(1) + Op.i32sub + Op.localTee(0)
  }

  @Test(arguments: CodegenMode.allCases, [0, 40])
  func `a loop's parameters may change places on the way back, while the loop ends with them`(
    _ mode: CodegenMode, _ others: UInt32
  ) throws {
    // Rotated by each pass. With many other locals that weigh more, these have no registers.
    for isWrapped in [false, true] {
      let found = try run(mode, locals: [(3, .i32), (others, .i32)], [1, 2, 3, 4]) { builder in
        let type = builder.type([.i32, .i32, .i32], [.i32])
        var body = Op.localSet(3) + Op.localSet(2) + Op.localSet(1)
        if isWrapped {
          // The setting stands in a block that takes the parameters over.
          let taking = builder.type([.i32, .i32, .i32], [])
          body = framed(0x02, taking, body)
        }
        for local in 4..<4 + Int(others) {
          for _ in 0..<4 { body += Op.localGet(local) + Op.i32(1) + Op.i32add + Op.localSet(local) }
        }
        return Op.i32(1) + Op.i32(2) + Op.i32(3)
          + framed(
            0x03, type,
            body + Op.localGet(2) + Op.localGet(3) + Op.localGet(1) + countDown() + Op.brIf(0)
              + digits(1, 2))
      }
      #expect(found == [231, 312, 123, 231], "\(isWrapped)")
    }
  }

  @Test(arguments: CodegenMode.allCases)
  func `a loop's parameters of all types come round, set to locals or not`(
    _ mode: CodegenMode
  ) throws {
    let found = try run(
      mode, locals: [(1, .i64), (1, .f64), (1, .f32), (1, .i32)], [1, 5, 9]
    ) { builder in
      let type = builder.type([.i64, .f32, .f64, .i32], [.i32])
      // The last one is set, the others stay operands for a while.
      let body =
        Op.localTee(4) + Op.i32(7) + Op.i32mul + Op.localSet(4)
        + Op.localSet(2) + Op.localSet(3) + Op.localSet(1)
        + Op.localGet(1) + Op.i64(3) + Op.i64add
        + Op.localGet(3) + Op.localGet(3) + [0x92]
        + Op.localGet(2) + Op.f64(0.5) + Op.f64add
        + Op.localGet(4) + Op.i32(1) + Op.i32add
        + countDown() + Op.brIf(0)
        + Op.localSet(4) + Op.localSet(2) + Op.localSet(3)
        + Op.i32wrap + Op.localGet(4) + Op.i32add
        + Op.localGet(2) + Op.i32truncF64S + Op.i32add
        + Op.localGet(3) + [0xA8] + Op.i32add
      return Op.i64(1) + Op.f32(1) + Op.f64(0) + Op.i32(1) + framed(0x03, type, body)
    }
    let expected = [1, 5, 9].map { rounds -> UInt32 in
      var (a, b, c, d) = (1 as UInt64, 1 as Float, 0.0, 1 as UInt32)
      for _ in 0..<rounds { (a, b, c, d) = (a + 3, b + b, c + 0.5, d &* 7 &+ 1) }
      return UInt32(truncatingIfNeeded: a) &+ d &+ UInt32(c) &+ UInt32(b)
    }
    #expect(found == expected)
  }

  @Test(arguments: CodegenMode.allCases)
  func `one set twice at a loop's head ends with the lower parameter`(
    _ mode: CodegenMode
  ) throws {
    let found = try run(mode, locals: [(2, .i32)], [1, 3]) { builder in
      let type = builder.type([.i32, .i32], [.i32])
      return Op.i32(10) + Op.i32(20)
        + framed(
          0x03, type,
          Op.localSet(1) + Op.localSet(1) + Op.localGet(1) + Op.i32(1) + Op.i32add + Op.i32(99)
            + countDown() + Op.brIf(0) + Op.localSet(2))
    }
    #expect(found == [11, 13])
  }

  @Test(arguments: CodegenMode.allCases)
  func `a branch table brings values to loops and blocks alike`(_ mode: CodegenMode) throws {
    for way in 0..<2 {
      let found = try run(mode, locals: [(2, .i32)], [1, 2, 7]) { builder in
        let pair = builder.type([], [.i32, .i32])
        let loop = builder.type([.i32, .i32], [.i32, .i32])
        // Label 0 is the loop while the count is not used up, label 1 the block.
        let body =
          Op.localSet(2) + Op.localSet(1) + Op.i32(77) + Op.localGet(2)
          + Op.localGet(1) + Op.i32(3) + Op.i32add
          + countDown() + Op.i32eqz
          + (way == 0 ? [0x0E, 1, 0, 1] : Op.i32eqz + [0x0E, 1, 1, 0])
        return framed(
          0x02, pair, Op.i32(1) + Op.i32(2) + framed(0x03, loop, body + Op.unreachable))
          + Op.i32(1000) + Op.i32mul + Op.i32add
      }
      let expected = [1, 2, 7].map { rounds -> UInt32 in
        var (a, b) = (1 as UInt32, 2 as UInt32)
        for _ in 0..<rounds { (a, b) = (b, a + 3) }
        return a + 1000 * b
      }
      #expect(found == expected, "\(way)")
    }
  }

  @Test(arguments: CodegenMode.allCases)
  func `blocks and choices give three values each way out`(_ mode: CodegenMode) throws {
    let found = try run(mode, locals: [(2, .i32)], [0, 1, 2, 3]) { builder in
      let three = builder.type([], [.i32, .i32, .i32])
      let turned = builder.type([.i32, .i32, .i32], [.i32, .i32, .i32])
      let isArgument = { (n: Int32) in Op.localGet(0) + Op.i32(n) + Op.i32eq }
      let choice =
        isArgument(2) + [0x04] + ModuleBuilder.leb(three) + Op.i32(4) + Op.i32(5) + Op.i32(6)
        + Op.elseArm + Op.i32(7) + Op.i32(8) + Op.i32(9) + Op.end
      // Without an `else` the values pass through.
      let through =
        Op.localGet(0) + Op.i32(3) + Op.i32eq + [0x04] + ModuleBuilder.leb(turned)
        + Op.localSet(1) + Op.localSet(2) + Op.drop + Op.localGet(1) + Op.localGet(2) + Op.i32(0)
        + Op.end
      let body =
        Op.i32(50) + Op.i32(1) + Op.i32(2) + Op.localGet(0) + isArgument(0) + Op.brIf(0)
        + Op.drop + Op.drop + Op.drop + Op.drop
        + Op.localGet(0) + Op.i32(2) + Op.localGet(0) + isArgument(1) + Op.brIf(0)
        + Op.drop + Op.drop + Op.drop + choice + through
      return framed(0x02, three, body) + digits(1, 2)
    }
    #expect(found == [120, 121, 456, 980])
  }

  // MARK: Locals with the same bits

  @Test(arguments: CodegenMode.allCases)
  func `bits taken from a float stay what they were when the float changes`(
    _ mode: CodegenMode
  ) throws {
    let reinterpretF64: [UInt8] = [0xBF]
    let reinterpretI64: [UInt8] = [0xBD]
    let found = try run(mode, locals: [(2, .f64), (1, .i64), (1, .f64)], [3, 8]) { _ in
      // 1 = n, 3 = bits of 1, 1 = n + 100, 2 = 3 as a float; 4 likewise behind a loop's head.
      let start =
        Op.localGet(0) + [0xB8] + Op.localTee(1) + reinterpretI64 + Op.localSet(3)
        + Op.localGet(3) + reinterpretF64 + Op.localSet(2)
        + Op.localGet(1) + Op.f64(100) + Op.f64add + Op.localSet(1)
        + Op.localGet(3) + reinterpretF64 + Op.localGet(2) + Op.f64add + Op.localSet(2)
      let loop = Op.loop(
        Op.localGet(3) + reinterpretF64 + Op.localSet(4) + Op.localGet(1) + reinterpretI64
          + Op.localSet(3)
          + countDown() + Op.brIf(0))
      return start + loop + Op.localGet(1) + Op.localGet(2) + Op.f64add + Op.localGet(4) + Op.f64add
        + Op.i32truncF64S
    }
    #expect(found == [212, 232])
  }

  @Test(arguments: CodegenMode.allCases)
  func `a copy of a local stays what it was when the local changes`(_ mode: CodegenMode) throws {
    // Many copies, so that some have no register.
    let count = 30
    let found = try run(mode, locals: [(UInt32(count), .i32)], [5]) { _ in
      var code: [UInt8] = []
      for i in 1...count { code += Op.localGet(0) + Op.localSet(i) }
      code += Op.localGet(0) + Op.i32(1) + Op.i32add + Op.localSet(0)
      for i in 1...count / 2 { code += Op.localGet(0) + Op.localSet(i) }
      code += Op.i32(0) + Op.localSet(0)
      for i in 1...count { code += Op.localGet(0) + Op.localGet(i) + Op.i32add + Op.localSet(0) }
      return code + Op.localGet(0)
    }
    let expected = UInt32(15 * 6 + 15 * 5)
    #expect(found == [expected])
  }
}
