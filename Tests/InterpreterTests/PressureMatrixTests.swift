import Engine
import TestKit
import Testing
import TrapAnywhere

/// Every instruction that makes one value, with live values of each class below it, and a local that is
/// set for the first time right behind it: the result may be made where that local will live.
@Suite struct PressureMatrixTests {
  private static let letters: [Character: ValueType] = [
    "i": .i32, "l": .i64, "f": .f32, "d": .f64, "v": .v128,
  ]
  /// The globals, by their index: values that differ in all bytes.
  private static let globals: [ValueType] = [.i32, .i64, .f32, .f64, .v128]

  /// How a value is made that has a register to itself, and how two become one.
  private struct Class {
    var type: ValueType
    var make: @Sendable (Int) -> [UInt8]
    var join: [UInt8]
  }

  private static let classes = [
    Class(type: .i64, make: { Op.globalGet(1) + Op.i64(Int64($0 * 77)) + Op.i64xor }, join: [0x7C]),
    Class(type: .f64, make: { Op.globalGet(3) + Op.f64(Double($0) + 0.5) + [0xA2] }, join: [0xA0]),
    Class(
      type: .v128,
      make: { Op.globalGet(1) + Op.i64(Int64($0 * 77)) + Op.i64xor + [0xFD, 0x12] },
      join: [0xFD, 0x51]),
  ]

  private static func function(
    _ row: Instruction, _ sides: [Substring], _ kind: Class, live: Int,
    _ module: inout ModuleBuilder
  ) {
    let result = letters[sides[1].first!]!
    let operands = sides[0].compactMap { letters[$0] }
    // One operand comes from a local, one from a register.
    let source = operands.first ?? .i32
    var code = Op.globalGet(globals.firstIndex(of: source)!) + Op.localSet(1)
    for number in 0..<live { code += kind.make(number) }
    for (index, type) in operands.enumerated() {
      code +=
        index == 0 && live % 2 == 1
        ? Op.localGet(1) : Op.globalGet(globals.firstIndex(of: type)!)
    }
    code += row.prefix == 0 ? [UInt8(row.code)] : [row.prefix] + ModuleBuilder.leb(Int(row.code))
    switch row.immediates {
    case .lane: code.append(row.lanes - 1)
    case .shuffle: code += (0..<16).map { UInt8($0 * 5 % 32) }
    default: break
    }
    code += Op.localSet(0)
    for _ in 0..<max(0, live - 1) { code += kind.join }
    code += Op.localGet(0) + Op.localGet(1)
    module.add(
      [], (live > 0 ? [kind.type] : []) + [result, source],
      locals: [(1, result), (1, source)], export: "\(row.mnemonic) \(kind.type)", code)
  }

  private static func module(live: Int) -> [UInt8] {
    var module = ModuleBuilder()
    module.global(.i32, Op.i32(0x1234_5679))
    module.global(.i64, Op.i64(0x0123_4567_89AB_CDEF))
    module.global(.f32, Op.f32(-1234.75))
    module.global(.f64, Op.f64(-98765.4375))
    module.global(.v128, [0xFD, 0x0C] + (0..<16).map { UInt8($0 * 7 + 1) })
    for row in InstructionTable.rows {
      guard let sides = row.signature?.split(separator: ":", omittingEmptySubsequences: false),
        sides.count == 2, let result = sides[1].first, letters[result] != nil, !sides[0].isEmpty,
        row.immediates == .none || row.immediates == .lane || row.immediates == .shuffle
      else { continue }
      for kind in classes { function(row, sides, kind, live: live, &module) }
    }
    return module.bytes
  }

  /// Numbers of live values; a build without optimisation takes few.
  private static let counts: [Int] = {
    #if DEBUG
      [2, 3]
    #else
      [0, 1, 2, 3, 4, 5, 7, 10, 14]
    #endif
  }()

  @Test(arguments: counts)
  func `An instruction's result is right however many values live below it`(live: Int) {
    var campaign = Campaign(seed: live, fuel: 10_000_000)
    campaign.run(Subject(name: "pressure", bytes: Self.module(live: live)), placements: 0)
    #expect(campaign.tally.differences.map(\.text) == [])
    #expect(campaign.tally.refused == [])
    #expect(campaign.tally.instructions > 5000)
  }
}
