import Engine
import Runtime
import TestKit
import Testing

/// Results that one more operation brings to a local, and that are made in its register.
@Suite struct RegistersAheadTests {
  /// For each step a function that does it in three passes of a loop; the step sets local 2, and local
  /// 4 gathers what it was.
  private func module(_ steps: [[UInt8]], _ type: ValueType = .i32) -> [UInt8] {
    let isWide = type == .i64
    let hash =
      Op.localGet(4) + (isWide ? Op.i64(31) + [0x7E] : Op.i32(31) + Op.i32mul) + Op.localGet(2)
      + (isWide ? Op.i64add : Op.i32add) + Op.localSet(4)
    let next = Op.localGet(3) + Op.i32(-1) + Op.i32add + Op.localTee(3) + Op.brIf(0)
    let start = (isWide ? Op.i64(77) : Op.i32(77)) + Op.localSet(2) + Op.i32(3) + Op.localSet(3)
    var builder = ModuleBuilder()
    for step in steps {
      builder.add(
        [type, type], [type], locals: [(1, type), (1, .i32), (1, type)],
        start + Op.loop(step + hash + next) + Op.localGet(4))
    }
    builder.memory(pages: 1)
    builder.data(at: 64, (1...64).map { UInt8(truncatingIfNeeded: $0 * 37) })
    return builder.bytes
  }

  /// Expects of each step what it gives where every value is made by itself.
  private func check(
    _ mode: CodegenMode, _ steps: [[UInt8]], _ type: ValueType, _ arguments: [Value]
  ) throws {
    let bytes = module(steps, type)
    let instance = try mode.instantiate(bytes)
    let reference = try CodegenMode.unfolded.instantiate(bytes)
    for i in steps.indices {
      let value = try instance.call(#require(instance.function(i)), arguments)
      let expected = try reference.call(#require(reference.function(i)), arguments)
      if value != expected { Issue.record("\(steps[i]): \(value), not \(expected)") }
    }
  }

  /// What makes a first result of locals 0 and 1, in 32 bits.
  private static let makers: [[UInt8]] = {
    let a = Op.localGet(0)
    let b = Op.localGet(1)
    var list = [a + Op.i32(3) + Op.i32shrU, a + Op.i32load(offset: 4), b + Op.i32eqz]
    list.append(a + Op.i32(64) + Op.i32add + Op.memory(0x2D))
    list.append(a + Op.i32(100) + Op.i32mul)
    list.append(a + Op.i32(9) + Op.i32mul)
    list.append(a + b + Op.i32shl)
    list.append(a + Op.i32(5) + Op.i32rotl)
    list.append(a + b + Op.i32ltU)
    list.append(a + b + Op.i32add + [0xC0])
    list.append(a + Op.i32(-1) + Op.i32add)
    list.append(Op.i32(0) + a + Op.i32sub)
    list.append(Op.localGet(2) + Op.i32(7) + Op.i32xor)
    list.append(a + Op.i32(7) + Op.i32divU)
    list.append(a + Op.i32(10) + Op.i32remU)
    list.append(a + b + Op.i32(1) + Op.i32or + Op.i32divS)
    return list
  }()
  private static let operations: [[UInt8]] = [
    Op.i32add, Op.i32sub, Op.i32mul, Op.i32and, Op.i32or, Op.i32xor, Op.i32shl, Op.i32shrS,
    Op.i32shrU, Op.i32rotl, Op.i32rotr,
  ]

  @Test(arguments: CodegenMode.allCases)
  func `Two operations on the way to a local give what they give one by one`(
    _ mode: CodegenMode
  ) throws {
    let others = [Op.i32(11), Op.localGet(1), Op.localGet(0), Op.localGet(2), Op.localGet(3)]
    for maker in Self.makers {
      var steps: [[UInt8]] = []
      for operation in Self.operations {
        for other in others {
          steps.append(maker + other + operation + Op.localSet(2))
          steps.append(other + maker + operation + Op.localSet(2))
          steps.append(other + Op.i32(5) + Op.i32xor + maker + operation + Op.localSet(2))
        }
        // The local's old value waits on the stack.
        steps.append(
          Op.localGet(2) + maker + Op.i32(11) + operation + Op.localTee(2) + Op.i32mul
            + Op.localSet(2))
        // The result is a branch's condition, too.
        steps.append(Op.block(maker + Op.i32(12) + operation + Op.localTee(2) + Op.brIf(0)))
      }
      try check(mode, steps, .i32, [.i32(72), .i32(13)])
    }
  }

  @Test(arguments: CodegenMode.allCases)
  func `Two operations on 64 bits do too`(_ mode: CodegenMode) throws {
    var steps: [[UInt8]] = []
    for maker in [Op.localGet(0) + Op.i64(3) + [0x88], Op.localGet(0) + Op.i32wrap + Op.i64extendU]
    {
      for operation in [0x7C, 0x7D, 0x7E, 0x83, 0x84, 0x85, 0x86, 0x87, 0x88, 0x89, 0x8A] as [UInt8]
      {
        for other in [Op.i64(11), Op.i64(1 << 40), Op.localGet(1), Op.localGet(2)] {
          steps.append(maker + other + [operation] + Op.localSet(2))
          steps.append(other + maker + [operation] + Op.localSet(2))
        }
      }
    }
    try check(mode, steps, .i64, [.i64(0x1234_5678_9ABC_DEF0), .i64(45)])
  }

  @Test(arguments: CodegenMode.allCases)
  func `A load that traps leaves the local that its value was for as it was`(
    _ mode: CodegenMode
  ) throws {
    // The first pass reads 37 * 1 at 64, the second one reads beyond the memory.
    let step =
      Op.localGet(0) + Op.memory(0x2D) + Op.i32(0x7F) + Op.i32and + Op.localSet(2)
      + Op.localGet(0) + Op.i32(65536) + Op.i32add + Op.localSet(0)
    let instance = try mode.instantiate(module([step]))
    let function = try #require(instance.function(0))
    let trap = try #require(throws: Trap.self) {
      try instance.call(function, [.i32(64), .i32(13)])
    }
    let frame = try #require(Array(trap.frameValues).first)
    #expect(frame.locals == [.i32(65600), .i32(13), .i32(37), .i32(2), .i32(37)])
  }
}
