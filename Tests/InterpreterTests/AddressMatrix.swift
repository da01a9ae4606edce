import Engine
import TestKit

/// A module with a function for each way of making an i32 and each use of one in an address, as an
/// index or as something wider.
///
/// The ways and uses that the table of instructions knows come from there.
/// Every function takes two i64, whose upper halves are dirt as far as an i32 goes.
struct AddressMatrix {
  /// Instructions and what they need besides: a name for reports.
  struct Part {
    var name: String
    var code: [UInt8]
  }

  static let letters: [Character: UInt8] = [
    "i": 0x7F, "l": 0x7E, "f": 0x7D, "d": 0x7C, "v": 0x7B,
  ]

  // Functions by index; the rest are the matrix.
  private static let host = 0
  private static let wrapped = 1
  private static let last = 2
  private static let nothing = 3
  private static let pair = 4
  private static let wrappedIndirectly = 5

  /// The first (0) or second (1) parameter as a value of a type.
  private static func operand(_ type: Character, _ index: Int) -> [UInt8] {
    let value = Op.localGet(index)
    switch type {
    case "i": return value + Op.i32wrap
    case "f": return value + Op.i32wrap + Op.plain(0xBE)
    case "d": return value + Op.plain(0xBF)
    case "v": return value + [0xFD, 0x12]  // i64x2.splat
    default: return value
    }
  }

  private static func encoded(_ row: Instruction) -> [UInt8] {
    row.prefix == 0 ? [UInt8(row.code)] : [row.prefix] + ModuleBuilder.leb(Int(row.code))
  }

  private static let wrap = Op.localGet(0) + Op.i32wrap
  private static let other = Op.localGet(1) + Op.i32wrap
  private static let smallAddress = other + Op.i32(0xFFF) + Op.i32and

  // MARK: Producers

  /// Every instruction with an i32 for a result, by the table, and every other way to get one.
  static let producers: [Part] = {
    var parts: [Part] = []
    for row in InstructionTable.rows {
      guard let sides = row.signature?.split(separator: ":", omittingEmptySubsequences: false),
        sides.count == 2, sides[1] == "i"
      else { continue }
      let operands = sides[0].enumerated().flatMap { operand($0.element, $0.offset & 1) }
      switch row.immediates {
      case .none: parts.append(Part(name: row.mnemonic, code: operands + encoded(row)))
      case .lane:
        parts.append(Part(name: row.mnemonic, code: operands + encoded(row) + [row.lanes - 1]))
      case .memory:
        parts.append(
          Part(name: row.mnemonic, code: smallAddress + encoded(row) + [0, 8]))
      default: break
      }
    }
    let sum = wrap + Op.i32(-1) + Op.i32add
    parts += [
      Part(name: "wrap of a sum", code: Op.localGet(0) + Op.localGet(1) + Op.i64add + Op.i32wrap),
      Part(name: "parameter of a block", code: wrap + [0x02, 1, 0x0B]),
      Part(name: "parameter of a loop", code: wrap + [0x03, 1, 0x0B]),
      Part(
        name: "sum of a sum and a product", code: sum + wrap + Op.i32(4) + Op.i32mul + Op.i32add),
      Part(name: "result of a call", code: Op.localGet(0) + Op.call(wrapped)),
      Part(name: "result of a host call", code: Op.localGet(0) + Op.call(host)),
      Part(
        name: "result of an indirect call",
        code: Op.localGet(0) + Op.i32(1) + Op.callIndirect(type: 0)),
      Part(name: "first of two results", code: Op.localGet(0) + Op.call(pair) + Op.drop),
      Part(
        name: "second of two results",
        code: Op.localGet(0) + Op.call(pair) + Op.localSet(2) + Op.drop + Op.localGet(2)),
      Part(
        name: "stack argument",
        code: (0..<9).flatMap { _ in Op.localGet(0) } + wrap + Op.call(last)),
      Part(name: "global", code: wrap + Op.globalSet(1) + Op.globalGet(1)),
      Part(name: "imported global", code: wrap + Op.globalSet(0) + Op.globalGet(0)),
      Part(name: "select", code: wrap + other + wrap + other + [0x48] + Op.select),
      Part(name: "result of a block", code: Op.block(wrap, result: 0x7F)),
      Part(
        name: "taken along by a branch",
        code: Op.block(wrap + other + Op.brIf(0) + Op.i32(1) + Op.i32add, result: 0x7F)),
      Part(
        name: "taken along by a table",
        code: Op.block(
          Op.block(wrap + other + [0x0E, 1, 0, 1], result: 0x7F) + Op.i32(1) + Op.i32add,
          result: 0x7F)),
      Part(name: "result of an if", code: other + Op.ifElse(0x7F, sum, wrap)),
      Part(name: "local", code: wrap + Op.localSet(2) + Op.localGet(2)),
      Part(name: "tee", code: wrap + Op.localTee(2)),
      Part(
        name: "old value of a local",
        code: wrap + Op.localSet(2) + Op.localGet(2) + other + Op.localSet(2)),
      Part(
        name: "local over a call", code: wrap + Op.localSet(2) + Op.call(nothing) + Op.localGet(2)),
      Part(name: "operand over a call", code: sum + Op.call(nothing)),
      Part(
        name: "operand among many",
        code: (0..<20).flatMap { _ in sum } + (0..<19).flatMap { _ in Op.i32xor }),
      Part(name: "memory.size", code: Op.memorySize),
      Part(name: "memory.grow by nothing", code: Op.i32(0) + Op.memoryGrow),
      Part(name: "memory.grow by too much", code: sum + Op.i32(0x10000) + Op.i32or + Op.memoryGrow),
      Part(name: "table.size", code: [0xFC, 16, 0]),
      Part(name: "table.grow by nothing", code: [0xD0, 0x70] + Op.i32(0) + [0xFC, 15, 0]),
      Part(name: "table.grow by too much", code: [0xD0, 0x70] + Op.i32(-1) + [0xFC, 15, 0]),
      Part(name: "ref.is_null", code: [0xD0, 0x6F, 0xD1]),
    ]
    return parts
  }()

  // MARK: Consumers

  /// What makes an i64 of a value, so that it can be compared.
  private static func widened(_ type: Character?) -> [UInt8] {
    switch type {
    case "i": Op.i64extendU
    case "f": Op.plain(0xBC) + Op.i64extendU
    case "d": Op.plain(0xBD)
    case "v": [0xFD, 0x1D, 1]  // i64x2.extract_lane 1
    case nil: Op.i64(1)
    default: []
    }
  }

  /// Every access by the table, with the i32 as its address; and every other use.
  static let consumers: [Part] = {
    var parts: [Part] = []
    let offsets: [UInt32] = [0, 13, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF]
    for (number, row) in InstructionTable.rows.enumerated() {
      guard let sides = row.signature?.split(separator: ":", omittingEmptySubsequences: false),
        row.immediates == .memory || row.immediates == .memoryAndLane, sides[0].first == "i"
      else { continue }
      let value = sides[0].dropFirst().first.map { operand($0, 1) } ?? []
      let lane: [UInt8] = row.immediates == .memoryAndLane ? [row.lanes - 1] : []
      for offset in [0, offsets[1 + number % 4]] {
        let access = encoded(row) + [0] + ModuleBuilder.leb(offset) + lane
        parts.append(
          Part(
            name: "\(row.mnemonic) offset=\(offset)",
            code: value + access + widened(sides[1].first)))
      }
    }
    let load = Op.memory(0x2D) + Op.i64extendU
    for (name, code) in [
      ("sum", Op.i32(bits: 0x8000_0010) + Op.i32add), ("double", Op.i32(1) + Op.i32shl),
      ("eightfold", Op.i32(3) + Op.i32shl), ("difference", Op.i32(16) + Op.i32sub),
      ("eightfold and more", Op.i32(3) + Op.i32shl + other + Op.i32add),
      ("product", Op.i32(9) + Op.i32mul), ("masked", Op.i32(0x1FFFF) + Op.i32and),
      ("shifted", Op.i32(15) + Op.plain(0x76)),
    ] {
      parts.append(Part(name: "load of a \(name)", code: code + load))
      parts.append(
        Part(name: "store to a \(name)", code: code + other + Op.memory(0x3A) + Op.i64(1)))
    }
    let sixteen = Op.i32(16)
    parts += [
      Part(name: "memory.fill, to", code: other + sixteen + Op.memoryFill + Op.i64(1)),
      Part(name: "memory.copy, to", code: sixteen + sixteen + Op.memoryCopy + Op.i64(1)),
      Part(name: "memory.init, to", code: Op.i32(1) + Op.i32(3) + [0xFC, 8, 0, 0] + Op.i64(1)),
      Part(
        name: "memory.copy, from",
        code: Op.localSet(2) + sixteen + Op.localGet(2) + sixteen + Op.memoryCopy + Op.i64(1)),
      Part(
        name: "memory.copy, length",
        code: Op.localSet(2) + sixteen + Op.i32(0) + Op.localGet(2) + Op.memoryCopy + Op.i64(1)),
      Part(
        name: "memory.fill, length",
        code: Op.localSet(2) + sixteen + Op.i32(7) + Op.localGet(2) + Op.memoryFill + Op.i64(1)),
      Part(
        name: "memory.init, from",
        code: Op.localSet(2) + sixteen + Op.localGet(2) + Op.i32(2) + [0xFC, 8, 0, 0] + Op.i64(1)),
      Part(
        name: "memory.init, length",
        code: Op.localSet(2) + sixteen + Op.i32(0) + Op.localGet(2) + [0xFC, 8, 0, 0] + Op.i64(1)),
      Part(name: "table.get", code: [0x25, 0, 0xD1] + Op.i64extendU),
      Part(name: "table.set", code: [0xD0, 0x70, 0x26, 1] + Op.i64(1)),
      Part(name: "table.fill, at", code: [0xD0, 0x70] + Op.i32(2) + [0xFC, 17, 1] + Op.i64(1)),
      Part(
        name: "table.fill, length",
        code: Op.localSet(2) + Op.i32(1) + [0xD0, 0x70] + Op.localGet(2) + [0xFC, 17, 1]
          + Op.i64(1)),
      Part(name: "table.copy, to", code: Op.i32(0) + Op.i32(2) + [0xFC, 14, 1, 0] + Op.i64(1)),
      Part(
        name: "table.copy, from",
        code: Op.localSet(2) + Op.i32(0) + Op.localGet(2) + Op.i32(2) + [0xFC, 14, 1, 0]
          + Op.i64(1)),
      Part(
        name: "table.init, from",
        code: Op.localSet(2) + Op.i32(0) + Op.localGet(2) + Op.i32(1) + [0xFC, 12, 1, 1]
          + Op.i64(1)),
      Part(
        name: "call_indirect",
        code: Op.localSet(2) + Op.localGet(1) + Op.localGet(2)
          + Op.callIndirect(type: 0) + Op.i64extendU),
      Part(
        name: "br_table",
        code: Op.localSet(2)
          + Op.block(
            Op.block(Op.block(Op.localGet(2) + [0x0E, 2, 0, 1, 2]) + Op.i64(10) + [0x0F])
              + Op.i64(11) + [0x0F]) + Op.i64(12)),
      Part(name: "i64.extend_i32_u", code: Op.i64extendU),
      Part(name: "f64.convert_i32_u", code: Op.plain(0xB8) + Op.plain(0xBD)),
      Part(name: "f32.convert_i32_u", code: Op.plain(0xB3) + Op.plain(0xBC) + Op.i64extendU),
      Part(name: "i32x4.splat", code: [0xFD, 0x11, 0xFD, 0x1D, 1]),
      Part(name: "argument of a host call", code: Op.i64extendU + Op.call(host) + Op.i64extendU),
    ]
    return parts
  }()

  // MARK: The module

  static func name(_ producer: Int, _ consumer: Int) -> String { "\(producer)-\(consumer)" }

  /// The module with the functions of these cells.
  static func module(_ cells: [(producer: Int, consumer: Int)]) -> [UInt8] {
    var module = ModuleBuilder()
    let indirect = module.type([.i64], [.i32])
    precondition(indirect == 0)
    let along = module.type([.i32], [.i32])
    precondition(along == 1)
    _ = module.importFunction("host", "dirty", [.i64], [.i32])
    module.importGlobal("host", "global", .i32)
    module.add([.i64], [.i32], wrap)
    module.add(Array(repeating: .i64, count: 9) + [.i32], [.i32], Op.localGet(9))
    module.add([], [], Op.nop)
    module.add([.i64], [.i32, .i32], wrap + wrap + Op.i32(1) + Op.i32add)
    module.add([.i64], [.i32], wrap + Op.i32(5) + Op.i32xor)
    module.memory(pages: 2, maximum: 2)
    module.global(.i32, Op.i32(0))
    module.sections[4] = [2, 0x70, 1, 6, 6, 0x70, 0, 5]
    let elements = [wrapped, wrappedIndirectly, wrapped, host, nothing].flatMap {
      ModuleBuilder.leb($0)
    }
    module.sections[9] =
      [2, 0, 0x41, 0, 0x0B, 5] + elements + [1, 0, 2] + ModuleBuilder.leb(wrapped)
      + ModuleBuilder.leb(wrapped)
    // Bytes that tell where they lie at both ends of the memory, and a passive segment.
    let bytes = (0..<512).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ 3) }
    var segments: [UInt8] = [3, 1, 24]
    segments += bytes.prefix(24)
    segments += [0, 0x41, 0, 0x0B] + ModuleBuilder.leb(512)
    segments += bytes
    segments += [0] + Op.i32(131072 - 64) + [0x0B, 64]
    segments += bytes.prefix(64)
    module.sections[11] = segments
    module.sections[12] = [3]
    for cell in cells {
      module.add(
        [.i64, .i64], [.i64], locals: [(1, .i32)], export: name(cell.producer, cell.consumer),
        producers[cell.producer].code + consumers[cell.consumer].code)
    }
    return module.bytes
  }
}
