import Engine
import Runtime
import TestKit
import Testing

/// Bits of a variable number that are set, cleared and flipped.
@Suite struct BitChangeTests {
  private struct Change {
    var code: [UInt8]
    var value: (UInt64, UInt64) -> UInt64
  }

  /// What follows the operand; `n` pushes the bit's number.
  private static func changes(wide: Bool, _ n: [UInt8]) -> [Change] {
    let one = wide ? Op.i64(1) : Op.i32(1)
    let others = wide ? Op.i64(-2) : Op.i32(-2)
    let shift: UInt8 = wide ? 0x86 : 0x74
    let rotation: UInt8 = wide ? 0x89 : 0x77
    let and: UInt8 = wide ? 0x83 : 0x71
    return [
      Change(code: one + n + [shift, and + 1], value: { $0 | $1 }),
      Change(code: one + n + [shift, and + 2], value: { $0 ^ $1 }),
      Change(code: others + n + [rotation, and], value: { $0 & ~$1 }),
      // These are no such changes, though they begin alike.
      Change(code: one + n + [shift, and], value: { $0 & $1 }),
      Change(code: others + n + [rotation, and + 1], value: { $0 | ~$1 }),
      Change(code: one + n + [rotation, and + 2], value: { $0 ^ $1 }),
    ]
  }

  @Test(arguments: CodegenMode.allCases)
  func `The bit counts by its number's lowest bits, and no other one changes`(
    _ mode: CodegenMode
  ) throws {
    for wide in [false, true] {
      let type: ValueType = wide ? .i64 : .i32
      let mask: UInt64 = wide ? .max : 0xFFFF_FFFF
      func value(_ x: UInt64) -> Value {
        wide ? .i64(x) : .i32(UInt32(truncatingIfNeeded: x))
      }
      let xor: [UInt8] = wide ? Op.i64(5) + Op.i64xor : Op.i32(5) + Op.i32xor
      for n in [Op.localGet(1), Op.localGet(1) + xor + xor] {
        for (operand, flips) in [(Op.localGet(0), 0), (Op.localGet(0) + xor, 5)]
          as [([UInt8], UInt64)]
        {
          for change in Self.changes(wide: wide, n) {
            for target in [nil, 0, 1, 2] as [Int?] {
              let end = target.map { Op.localSet($0) + Op.localGet($0) } ?? []
              var builder = ModuleBuilder()
              builder.add([type, type], [type], locals: [(1, type)], operand + change.code + end)
              let instance = try mode.instantiate(builder.bytes)
              let function = try #require(instance.function(0))
              for x in [0, 0x9ABC_DEF0_1234_5678, .max] as [UInt64] {
                for number in [0, 1, 7, 31, 32, 45, 63, 64, 0xFFFF_FFFF_FFFF_FFE3] as [UInt64] {
                  let bit = (1 as UInt64) << (number & (wide ? 63 : 31))
                  #expect(
                    try instance.call(function, [value(x), value(number)])
                      == [value(change.value((x ^ flips) & mask, bit))],
                    "\(wide) \(change.code) \(x) \(number)")
                }
              }
            }
          }
        }
      }
    }
  }

  @Test(arguments: CodegenMode.allCases)
  func `The local with the number may be the one with the bits`(_ mode: CodegenMode) throws {
    for change in Self.changes(wide: false, Op.localGet(0)) {
      var builder = ModuleBuilder()
      builder.add([.i32], [.i32], Op.localGet(0) + change.code + Op.localSet(0) + Op.localGet(0))
      let instance = try mode.instantiate(builder.bytes)
      let function = try #require(instance.function(0))
      for x in [0, 3, 35, 0xFFFF_FFFF] as [UInt64] {
        #expect(
          try instance.call(function, [.i32(UInt32(x))])
            == [.i32(UInt32(truncatingIfNeeded: change.value(x, 1 << (x & 31))))])
      }
    }
  }
}
