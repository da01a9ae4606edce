import Engine
import Runtime
import TestKit
import Testing

/// More operands at once than there are registers, in loops and around divisions.
@Suite struct TemporaryTests {
  private func get(_ locals: Int...) -> [UInt8] { locals.flatMap { Op.localGet($0) } }

  /// `(i32) -> (i32)` of five locals: a loop in which two sums of two temporaries wait for two
  /// divisions by sums.
  private var divisions: [UInt8] {
    let (a, b, c, d) = (1, 2, 3, 4)
    let waiting =
      get(a) + Op.i32(3) + Op.i32mul + get(b, c) + Op.i32xor + Op.i32add
      + get(b) + Op.i32(5) + Op.i32mul + get(a, c) + Op.i32xor + Op.i32add
    let quotients =
      get(a, b) + Op.i32xor + get(c) + Op.i32(0xFFFF) + Op.i32and + Op.i32(3) + Op.i32add
      + Op.i32divU
      + get(b) + Op.i32(7) + Op.i32add + get(c) + Op.i32(9) + Op.i32add + Op.i32remU
      + get(a) + Op.i32(3) + Op.i32mul + get(b) + Op.i32add + get(a) + Op.i32(1) + Op.i32or
      + Op.i32divS
      + get(b) + get(a, c) + Op.i32xor + get(b) + Op.i32add + Op.i32(1) + Op.i32or + Op.i32remS
    return get(0) + Op.i32(1) + Op.i32add + Op.localSet(a)
      + get(0) + Op.i32(3) + Op.i32mul + Op.i32(7) + Op.i32add + Op.localSet(b)
      + Op.i32(5) + Op.localSet(c)
      + Op.loop(
        waiting + quotients + Op.i32xor + Op.i32add + Op.i32add + Op.i32xor + Op.i32add
          + get(d) + Op.i32(31) + Op.i32mul + Op.i32add + Op.localSet(d)
          + get(a) + Op.i32(1_664_525) + Op.i32mul + Op.i32(1_013_904_223) + Op.i32add
          + Op.localSet(a)
          + get(b, a) + Op.i32(7) + Op.i32shrU + Op.i32xor + Op.localSet(b)
          + get(c) + Op.i32(11) + Op.i32add + Op.localSet(c)
          + get(0) + Op.i32(1) + Op.i32sub + Op.localTee(0) + Op.brIf(0))
      + get(d)
  }

  /// What `divisions` gives.
  private func divided(_ count: UInt32) -> UInt32 {
    var (a, b, c, d) = (count &+ 1, count &* 3 &+ 7, UInt32(5), UInt32(0))
    func signed(_ x: UInt32) -> Int32 { Int32(bitPattern: x) }
    for _ in 0..<count {
      let first = a &* 3 &+ (b ^ c)
      let second = b &* 5 &+ (a ^ c)
      let x = (a ^ b) / ((c & 0xFFFF) &+ 3)
      let y = (b &+ 7) % (c &+ 9)
      let z = UInt32(bitPattern: signed(a &* 3 &+ b) / signed(a | 1))
      let w = UInt32(bitPattern: signed(b) % signed(((a ^ c) &+ b) | 1))
      d = first &+ (second ^ (x &+ (y &+ (z ^ w)))) &+ d &* 31
      a = a &* 1_664_525 &+ 1_013_904_223
      b ^= a >> 7
      c &+= 11
    }
    return d
  }

  @Test(arguments: CodegenMode.allCases)
  func `operands wait for divisions, and the caller's locals survive them`(
    _ mode: CodegenMode
  ) throws {
    var builder = ModuleBuilder()
    builder.add([.i32], [.i32], locals: [(4, .i32)], divisions)
    // Function 1: as many locals as registers are preserved, all live over the calls in a loop.
    var body = [UInt8]()
    for local in 1...6 { body += get(0) + Op.i32(Int32(local)) + Op.i32mul + Op.localSet(local) }
    body += Op.loop(
      (1...6).flatMap { get($0, 0) + Op.call(0) + Op.i32add + Op.localSet($0) }
        + get(0) + Op.i32(1) + Op.i32sub + Op.localTee(0) + Op.brIf(0))
    body += get(1) + (2...6).flatMap { Op.i32(33) + Op.i32mul + get($0) + Op.i32xor }
    builder.add([.i32], [.i32], locals: [(6, .i32)], body)
    let instance = try mode.instantiate(builder.bytes)
    let (inner, outer) = try (
      #require(instance.function(0)), #require(instance.function(1))
    )
    for count: UInt32 in [1, 2, 3, 50] {
      #expect(try instance.call(inner, [.i32(count)]) == [.i32(divided(count))])
      var locals = (1...6).map { count &* UInt32($0) }
      for left in (1...count).reversed() {
        for i in 0..<6 { locals[i] &+= divided(left) }
      }
      let mixed = locals.dropFirst().reduce(locals[0]) { $0 &* 33 ^ $1 }
      #expect(try instance.call(outer, [.i32(count)]) == [.i32(mixed)])
    }
  }

  @Test(arguments: CodegenMode.allCases)
  func `a division by a sum that is zero traps with its operands in place`(
    _ mode: CodegenMode
  ) throws {
    var builder = ModuleBuilder()
    let body =
      get(0) + Op.i32(3) + Op.i32mul + get(0, 1) + Op.i32xor + Op.i32add
      + get(1) + get(0) + Op.i32(7) + Op.i32sub
    builder.add([.i32, .i32], [.i32], body + Op.i32divU + Op.i32add)
    builder.add([.i32, .i32], [.i32], body + Op.i32remS + Op.i32add)
    let instance = try mode.instantiate(builder.bytes)
    for index in 0...1 {
      let function = try #require(instance.function(index))
      let result: UInt32 = 27 &+ (9 ^ 100) &+ (index == 0 ? 50 : 0)
      #expect(try instance.call(function, [.i32(9), .i32(100)]) == [.i32(result)])
      do throws(Trap) {
        _ = try instance.call(function, [.i32(7), .i32(100)])
        Issue.record("no trap")
      } catch {
        #expect(error.kind == .integerDivideByZero)
      }
    }
  }
}
