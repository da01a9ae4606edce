import Engine
import Runtime
import TestKit
import Testing

/// Every vector instruction with more values alive than there are registers, in all ways to compile.
@Suite struct VectorPressureTests {
  /// How many locals, and how many operands below the instruction's own, are alive.
  private static let pressures: [(locals: Int, operands: Int)] = [
    (0, 0), (14, 0), (0, 14), (14, 7),
  ]

  private static let letters: [Character: ValueType] = [
    "i": .i32, "l": .i64, "f": .f32, "d": .f64, "v": .v128,
  ]

  private static func vector(_ code: UInt16) -> [UInt8] { [0xFD] + ModuleBuilder.leb(Int(code)) }

  private static let rows = InstructionTable.rows.filter { $0.prefix == 0xFD && $0.code != 0x0C }

  /// What stands behind an instruction's code.
  private static func immediates(_ row: Instruction) -> [UInt8] {
    let lane = row.lanes == 0 ? 0 : UInt8(row.lanes - 1)
    return switch row.immediates {
    case .memory: [0, 3]
    case .memoryAndLane: [0, 3, lane]
    case .lane: [lane]
    case .shuffle: [3, 17, 0, 31, 8, 8, 20, 1, 15, 16, 2, 30, 9, 5, 24, 7]
    default: []
    }
  }

  /// A function a row and pressure: the first three parameters are vectors, the others numbers.
  ///
  /// It returns the instruction's result as a vector, and the sum of all that was alive.
  private static let cart: [UInt8] = {
    var module = ModuleBuilder()
    module.memory(pages: 1)
    module.data(at: 0, (0..<64).map { UInt8(truncatingIfNeeded: $0 * 37 + 11) })
    for row in rows {
      let sides = (row.signature ?? ":").split(separator: ":", omittingEmptySubsequences: false)
      let operands = sides[0].compactMap { letters[$0] }
      for (number, pressure) in pressures.enumerated() {
        let first = 7
        var code: [UInt8] = []
        // Locals that are all different and used again behind the instruction.
        for k in 0..<pressure.locals {
          code += Op.localGet(k % 3) + vector(0x0C) + Array(repeating: UInt8(k + 1), count: 16)
          code += vector(0x6E) + Op.localSet(first + k)  // i8x16.add
        }
        for k in 0..<pressure.operands {
          code +=
            Op.localGet((k + 1) % 3) + vector(0x0C) + Array(repeating: UInt8(k + 31), count: 16)
          code += vector(0x6E)
        }
        var vectors = 0
        for type in operands {
          switch type {
          case .v128:
            // Some as locals, some as temporaries.
            code += Op.localGet(vectors)
            if (number + vectors) % 2 == 1 { code += Op.localGet(vectors) + vector(0x50) }
            vectors += 1
          case .i32: code += Op.localGet(3)
          case .i64: code += Op.localGet(4)
          case .f32: code += Op.localGet(5)
          default: code += Op.localGet(6)
          }
        }
        code += vector(row.code) + immediates(row)
        let result = first + 14
        switch sides[1].first.flatMap({ letters[$0] }) {
        case .v128: code += Op.localSet(result)
        case .i32: code += vector(0x11) + Op.localSet(result)
        case .i64: code += vector(0x12) + Op.localSet(result)
        case .f32: code += vector(0x13) + Op.localSet(result)
        case .f64: code += vector(0x14) + Op.localSet(result)
        default: code += Op.i32(0) + vector(0x00) + [0, 0] + Op.localSet(result)
        }
        code += Op.localGet(0)
        for k in 0..<pressure.locals { code += Op.localGet(first + k) + vector(0x8E) }
        code += Op.localSet(result + 1)
        for _ in 0..<pressure.operands {
          code += Op.localGet(result + 1) + vector(0x8E) + Op.localSet(result + 1)
        }
        module.add(
          [.v128, .v128, .v128, .i32, .i64, .f32, .f64], [.v128, .v128], locals: [(16, .v128)],
          export: "\(row.mnemonic) \(number)",
          code + Op.localGet(result) + Op.localGet(result + 1))
      }
    }
    return module.bytes
  }()

  private static func vector(_ lanes: Float...) -> UInt128 {
    lanes.reversed().reduce(0) { $0 << 32 | UInt128($1.bitPattern) }
  }

  private static let arguments: [[Value]] = [
    [
      .v128(vector(1, -2.5, 3e9, 0.75)), .v128(vector(-0.0, 7, 1e-3, -3e9)),
      .v128(0x0102_8384_FFFF_0000_7F80_0180_FE03_0011), .i32(29), .i64(0x8000_0000_0000_0003),
      .f32(Float(1.5).bitPattern), .f64((-7.25).bitPattern),
    ],
    [
      .v128(0x8000_7FFF_FFFF_0001_8080_7F7F_0000_8000), .v128(0x8000_0001_FFFF_FFFF_0180_FF01_8000),
      .v128(0xFF00_FF00_0F0F_F0F0_1234_5678_9ABC_DEF0), .i32(5), .i64(.max),
      .f32(0), .f64(0),
    ],
  ]

  /// The results of all functions.
  private static func results(_ mode: CodegenMode) throws -> [String: [Value]] {
    let instance = try mode.instantiate(cart)
    var results: [String: [Value]] = [:]
    for row in rows {
      for number in pressures.indices {
        let name = "\(row.mnemonic) \(number)"
        let function = try #require(instance.export(named: name)?.function)
        results[name] = try arguments.flatMap { try function.call($0) }
      }
    }
    return results
  }

  @Test func `All 256 vector instructions are there`() { #expect(Self.rows.count == 255) }

  @Test func `Vector instructions and what lives beside them are the same in all modes`() throws {
    let expected = try Self.results(.spilled)
    for mode in CodegenMode.allCases where mode != .spilled {
      let found = try Self.results(mode)
      for (name, values) in expected { #expect(found[name] == values, "\(name), \(mode)") }
    }
    // The pressure changes no result, but where the memory changes from call to call.
    for row in Self.rows where row.signature?.hasSuffix(":") == false {
      let plain = try #require(expected["\(row.mnemonic) 0"])
      let pressed = try #require(expected["\(row.mnemonic) 2"])
      #expect(plain[0] == pressed[0] && plain[2] == pressed[2], "\(row.mnemonic)")
    }
  }
}
