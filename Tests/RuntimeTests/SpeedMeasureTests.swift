import Engine
import Runtime
import TestKit
import Testing

/// What code generation does for speed: the same results as without it, in every way of making code.
@Suite struct SpeedMeasureTests {
  /// What function 0, of the given types and body, gives or traps with.
  private func run(
    _ mode: CodegenMode, _ parameters: [ValueType], _ result: ValueType,
    locals: [(UInt32, ValueType)] = [], _ code: [UInt8], _ calls: [[Value]]
  ) throws -> [String] {
    var builder = ModuleBuilder()
    builder.add(parameters, [result], locals: locals, code)
    builder.memory(pages: 1)
    builder.data(at: 65528, [7, 0, 0, 0, 9, 0, 0, 0])
    let instance = try mode.instantiate(builder.bytes)
    let function = try #require(instance.function(0))
    return calls.map { arguments in
      do throws(Trap) {
        return try "\(instance.call(function, arguments))"
      } catch {
        return error.message
      }
    }
  }

  // MARK: Division

  private static let divisors: [UInt64] =
    [
      3, 5, 6, 7, 9, 10, 11, 25, 60, 100, 125, 641, 1000, 0x7FFF, 0xFFFF, 0x1_0001, 1_000_003,
      0x7FFF_FFFF, 0x8000_0001, 0xFFFF_FFFD, 0xFFFF_FFFF, 0x1_0000_0001, 10_000_000_000,
      0x5555_5555_5555_5555, 0x7FFF_FFFF_FFFF_FFFF, 0x8000_0000_0000_0001, 0xFFFF_FFFF_FFFF_FFFD,
      .max,
    ]
  private static let dividends: [UInt64] = {
    var list: [UInt64] = [0, 1, 2, 99, 100, 101]
    for d in divisors {
      for k in [1, 2, 3, 1000] as [UInt64] { list += [d &* k &- 1, d &* k, d &* k &+ 1] }
    }
    for bit in stride(from: 7, to: 64, by: 8) { list += [1 << UInt64(bit), 0 &- 1 << UInt64(bit)] }
    return list
  }()

  @Test(arguments: CodegenMode.allCases)
  func `division by a constant gives what division gives`(_ mode: CodegenMode) throws {
    for d in Self.divisors {
      for (isRemainder, opcode) in [(false, 0x80), (true, 0x82)] as [(Bool, UInt8)] {
        let unsigned = try run(
          mode, [.i64], .i64, Op.localGet(0) + Op.i64(Int64(bitPattern: d)) + [opcode],
          Self.dividends.map { [.i64($0)] })
        #expect(
          unsigned == Self.dividends.map { "\([Value.i64(isRemainder ? $0 % d : $0 / d)])" },
          "\(d)")
        let s = Int64(bitPattern: d)
        guard s > 2 else { continue }
        let signed = try run(
          mode, [.i64], .i64, Op.localGet(0) + Op.i64(s) + [opcode - 1],
          Self.dividends.map { [.i64($0)] })
        #expect(
          signed
            == Self.dividends.map {
              let x = Int64(bitPattern: $0)
              return "\([Value.i64(UInt64(bitPattern: isRemainder ? x % s : x / s))])"
            }, "\(s)")
      }
      let narrow = UInt32(truncatingIfNeeded: d)
      guard narrow > 2 else { continue }
      let words = Self.dividends.map { UInt32(truncatingIfNeeded: $0) }
      for (isRemainder, code) in [(false, Op.i32divU), (true, Op.i32remU)] {
        let unsigned = try run(
          mode, [.i32], .i32, Op.localGet(0) + Op.i32(bits: narrow) + code, words.map { [.i32($0)] }
        )
        #expect(
          unsigned == words.map { "\([Value.i32(isRemainder ? $0 % narrow : $0 / narrow)])" },
          "\(narrow)")
      }
    }
  }

  @Test(arguments: CodegenMode.allCases)
  func `a remainder may go where its dividend was, or where nothing was before`(
    _ mode: CodegenMode
  ) throws {
    let rem = Op.localGet(0) + Op.i64(1_000_000_007) + [0x82]
    for code in [
      rem + Op.localSet(0) + Op.localGet(0),
      rem + Op.localTee(1) + Op.localGet(1) + [0x7C] + Op.i64(2) + [0x80],
    ] {
      #expect(
        try run(mode, [.i64], .i64, locals: [(1, .i64)], code, [[.i64(12_345_678_901_234)]])
          == ["\([Value.i64(12_345_678_901_234 % 1_000_000_007)])"])
    }
  }

  // MARK: Flags

  @Test(arguments: CodegenMode.allCases)
  func `a comparison that is kept in a local still decides the branch behind it`(
    _ mode: CodegenMode
  ) throws {
    // 10 times the comparison if it branches, 10 times and 1 more if not.
    let body =
      Op.block(
        Op.localGet(0) + Op.i32(5) + Op.i32ltU + Op.localTee(1) + Op.brIf(0)
          + Op.localGet(1) + Op.i32(10) + Op.i32mul + Op.i32(1) + Op.i32add + [0x0F])
      + Op.localGet(1) + Op.i32(10) + Op.i32mul
    #expect(
      try run(mode, [.i32], .i32, locals: [(1, .i32)], body, [[.i32(4)], [.i32(5)]])
        == ["\([Value.i32(10)])", "\([Value.i32(1)])"])
    let selected =
      Op.i32(20) + Op.i32(30) + Op.localGet(0) + Op.localGet(1) + [0x48] + Op.localTee(0)
      + Op.select + Op.localGet(0) + Op.i32add
    #expect(
      try run(mode, [.i32, .i32], .i32, selected, [[.i32(1), .i32(2)], [.i32(2), .i32(1)]])
        == ["\([Value.i32(21)])", "\([Value.i32(30)])"])
  }

  @Test(arguments: CodegenMode.allCases)
  func `what an operation left in the flags counts on the path that it lies on alone`(
    _ mode: CodegenMode
  ) throws {
    // On one path local 0 has just been decremented; on the other the flags are those of local 1.
    let body =
      Op.block(
        Op.localGet(1) + Op.brIf(0) + Op.localGet(0) + Op.i32(-1) + Op.i32add + Op.localSet(0))
      + Op.localGet(0) + Op.ifElse(0x7F, Op.i32(1), Op.i32(2))
    #expect(
      try run(
        mode, [.i32, .i32], .i32, body,
        [[.i32(1), .i32(0)], [.i32(2), .i32(0)], [.i32(0), .i32(1)], [.i32(1), .i32(1)]])
        == ([2, 1, 2, 1] as [UInt32]).map { "\([Value.i32($0)])" })
    // A loop's head is reached from below with other flags.
    let loop =
      Op.localGet(0) + Op.i32(7) + Op.i32and + Op.localSet(0)
      + Op.loop(
        Op.block(
          Op.localGet(0) + Op.i32eqz + Op.brIf(0) + Op.localGet(1) + Op.i32(1) + Op.i32add
            + Op.localSet(1) + Op.localGet(0) + Op.i32(1) + Op.i32sub + Op.localSet(0)
            + Op.localGet(1) + Op.i32(100) + Op.i32ltU + Op.brIf(1)))
      + Op.localGet(1)
    #expect(
      try run(mode, [.i32], .i32, locals: [(1, .i32)], loop, [[.i32(8)], [.i32(13)]])
        == ([0, 5] as [UInt32]).map { "\([Value.i32($0)])" })
    // The upper half is not zero where the lower is.
    let wide =
      Op.localGet(0) + Op.i64(-1) + Op.i64add + Op.localTee(0) + Op.i32wrap
      + Op.ifElse(0x7F, Op.i32(1), Op.i32(2))
    #expect(
      try run(mode, [.i64], .i32, wide, [[.i64(1 << 32 + 1)], [.i64(2)]])
        == ([2, 1] as [UInt32]).map { "\([Value.i32($0)])" })
  }

  @Test(arguments: CodegenMode.allCases)
  func `a choice may go into either of its operands, its condition, or a local of its own`(
    _ mode: CodegenMode
  ) throws {
    for type in [ValueType.i32, .f64] {
      for target in [0, 1, 3] {
        let body =
          Op.localGet(0) + Op.localGet(1) + Op.localGet(2) + Op.select + Op.localSet(target)
          + Op.localGet(target) + Op.localGet(0) + Op.localGet(1)
          + (type == .i32 ? Op.i32sub + Op.i32add : [0xA1] + Op.f64add)
        func value(_ x: Int) -> Value {
          type == .i32 ? .i32(UInt32(bitPattern: Int32(x))) : .f64(Double(x).bitPattern)
        }
        for (a, b) in [(50, 8), (8, 50)] {
          for condition in [0, 1] {
            let chosen = condition == 1 ? a : b
            let (x, y) = (target == 0 ? chosen : a, target == 1 ? chosen : b)
            #expect(
              try run(
                mode, [type, type, .i32], type, locals: [(1, type)], body,
                [[value(a), value(b), .i32(UInt32(condition))]])
                == ["\([value(chosen + x - y)])"], "\(type) \(target) \(a) \(condition)")
          }
        }
      }
    }
  }

  // MARK: Operands in memory

  @Test(arguments: CodegenMode.allCases)
  func `an operation that reads memory leaves its local alone where the load traps`(
    _ mode: CodegenMode
  ) throws {
    let operations: [([UInt8], (UInt32, UInt32) -> UInt32)] = [
      (Op.i32add, { $0 &+ $1 }), (Op.i32sub, { $0 &- $1 }), (Op.i32mul, { $0 &* $1 }),
      (Op.i32and, { $0 & $1 }), (Op.i32or, { $0 | $1 }), (Op.i32xor, { $0 ^ $1 }),
      (Op.i32ltU, { $0 < $1 ? 1 : 0 }), (Op.i32eq, { $0 == $1 ? 1 : 0 }),
    ]
    for (code, value) in operations {
      for left in [Op.localGet(0), Op.i32(100), Op.localGet(0) + Op.i32(3) + Op.i32xor] {
        for target in [0, 2] {
          let body =
            left + Op.localGet(1) + Op.i32load(offset: 4) + code + Op.localSet(target)
            + Op.localGet(target)
          let x: UInt32 = left == Op.i32(100) ? 100 : (left == Op.localGet(0) ? 12 : 15)
          #expect(
            try run(
              mode, [.i32, .i32], .i32, locals: [(1, .i32)], body,
              [[.i32(12), .i32(65524)], [.i32(12), .i32(65528)], [.i32(12), .i32(65530)]])
              == [
                "\([Value.i32(value(x, 7))])", "\([Value.i32(value(x, 9))])",
                "out of bounds memory access",
              ])
        }
      }
    }
  }

  @Test(arguments: CodegenMode.allCases)
  func `a change in place stores what load, operation and store would, or nothing at all`(
    _ mode: CodegenMode
  ) throws {
    let address = Op.localGet(0)
    for (operand, amount) in [(Op.i32(5), 5), (Op.localGet(1), 6)] as [([UInt8], UInt32)] {
      for (code, value) in [
        (Op.i32add, { $0 &+ $1 }), (Op.i32sub, { $0 &- $1 }), (Op.i32and, { $0 & $1 }),
        (Op.i32or, { $0 | $1 }), (Op.i32xor, { $0 ^ $1 }),
      ] as [([UInt8], (UInt32, UInt32) -> UInt32)] {
        for (load, store, mask) in [(0x28, 0x36, .max), (0x2D, 0x3A, 0xFF)]
          as [(UInt8, UInt8, UInt32)]
        {
          let body =
            address + address + Op.memory(load, offset: 4) + operand + code
            + Op.memory(store, offset: 4) + Op.i32(0) + Op.i32load(offset: 65532)
          let after: UInt32 = value(9, amount) & mask
          #expect(
            try run(mode, [.i32, .i32], .i32, body, [[.i32(65528), .i32(6)]])
              == ["\([Value.i32(after)])"])
        }
      }
    }
    // Half of the word lies outside: none of it changes.
    let body =
      address + address + Op.i32load() + Op.i32(1) + Op.i32add + Op.i32store() + Op.i32(0)
    #expect(
      try run(mode, [.i32], .i32, body, [[.i32(65534)]]) == ["out of bounds memory access"])
  }

  @Test(arguments: CodegenMode.allCases)
  func `a local that changes in place leaves its old value to who has read it before`(
    _ mode: CodegenMode
  ) throws {
    let operations: [([UInt8], (UInt64, UInt64) -> UInt64)] = [
      ([0x7C], { $0 &+ $1 }), ([0x7D], { $0 &- $1 }), ([0x83], { $0 & $1 }),
      ([0x84], { $0 | $1 }), (Op.i64xor, { $0 ^ $1 }),
    ]
    for (code, value) in operations {
      for (right, amount) in [
        (Op.i64(3), 3), (Op.localGet(1), 6), (Op.i64(0x1_2345_6789), 0x1_2345_6789),
      ] as [([UInt8], UInt64)] {
        for isSwapped in [false, true] where !isSwapped || code != [0x7D] {
          let operands = isSwapped ? right + Op.localGet(0) : Op.localGet(0) + right
          let body =
            Op.localGet(0) + operands + code + Op.localSet(0) + Op.i64(1000) + Op.plain(0x7E)
            + Op.localGet(0) + Op.i64xor
          let expected = (50 &* 1000) ^ value(50, amount)
          #expect(
            try run(mode, [.i64, .i64], .i64, body, [[.i64(50), .i64(6)]])
              == ["\([Value.i64(expected)])"])
        }
      }
    }
  }

  // MARK: Copies and fills

  /// A module whose function 0 runs `code` with (target, source).
  ///
  /// The bytes 1 to 255 lie at 256 and at the memory's end.
  private func bulk(_ mode: CodegenMode, _ code: [UInt8]) throws -> Instance {
    var builder = ModuleBuilder()
    builder.add([.i32, .i32], [], code)
    builder.memory(pages: 1)
    let bytes = (1...255).map { UInt8($0) }
    builder.data(at: 256, bytes)
    builder.data(at: 65536 - 255, bytes)
    return try mode.instantiate(builder.bytes)
  }

  private func contents(_ instance: Instance) throws -> [UInt8] {
    Array(try #require(instance.export(named: "memory")?.memory).contents.all)
  }

  @Test(arguments: CodegenMode.allCases)
  func `a copy of a constant length moves what it should, overlapping or not, or nothing`(
    _ mode: CodegenMode
  ) throws {
    for length in 1...66 {
      let code = Op.localGet(0) + Op.localGet(1) + Op.i32(Int32(length)) + Op.memoryCopy
      let end = 65536 - length
      for (target, source) in [
        (512, 256), (257, 256), (256, 257), (300, 291), (end, 256), (256, end), (end + 1, 256),
        (256, end + 1), (end - 3, end), (65536, 256), (-1, 256),
      ] {
        let instance = try bulk(mode, code)
        var expected = try contents(instance)
        let fits = target >= 0 && max(target, source) <= end
        if fits {
          expected.replaceSubrange(
            target..<target + length, with: Array(expected[source..<source + length]))
        }
        let function = try #require(instance.function(0))
        var trapped = false
        do throws(Trap) {
          _ = try instance.call(
            function, [.i32(UInt32(bitPattern: Int32(target))), .i32(UInt32(source))])
        } catch {
          trapped = error.kind == .memoryOutOfBounds
        }
        #expect(trapped == !fits, "\(length) \(target) \(source)")
        #expect(try contents(instance) == expected, "\(length) \(target) \(source)")
      }
    }
  }

  @Test(arguments: CodegenMode.allCases)
  func `a fill of a constant length writes its bytes and no others, or nothing`(
    _ mode: CodegenMode
  ) throws {
    for length in 1...70 {
      for value in [0, 0xAB, 0x1FF] as [Int32] {
        let code = Op.localGet(0) + Op.i32(value) + Op.i32(Int32(length)) + Op.memoryFill
        for target in [300, 65536 - length, 65537 - length] {
          let instance = try bulk(mode, code)
          var expected = try contents(instance)
          let fits = target + length <= 65536
          if fits {
            let byte = UInt8(truncatingIfNeeded: value)
            for i in target..<target + length { expected[i] = byte }
          }
          let function = try #require(instance.function(0))
          var trapped = false
          do throws(Trap) {
            _ = try instance.call(function, [.i32(UInt32(target)), .i32(0)])
          } catch {
            trapped = error.kind == .memoryOutOfBounds
          }
          #expect(trapped == !fits, "\(length) \(target)")
          #expect(try contents(instance) == expected, "\(length) \(target)")
        }
      }
    }
  }
}
