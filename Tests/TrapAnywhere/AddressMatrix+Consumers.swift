import Engine
import TestKit

extension AddressMatrix {
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

  /// Every access by the table, with the i32 as its address, to each of the memories; and every other
  /// use.
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
      let offset = offsets[number % 5]
      let tail = ModuleBuilder.leb(offset) + lane + widened(sides[1].first)
      parts.append(
        Part(
          name: "\(row.mnemonic) memory=1 offset=\(offset)",
          code: value + encoded(row) + [0x40, 1] + tail))
      parts.append(
        Part(
          name: "\(row.mnemonic) memory=2 (64-bit) offset=\(offset)",
          code: Op.i64extendU + value + encoded(row) + [0x40, 2] + tail))
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
      Part(name: "memory.fill, to memory 1", code: other + sixteen + [0xFC, 11, 1] + Op.i64(1)),
      Part(
        name: "memory.copy, to memory 1", code: sixteen + sixteen + [0xFC, 10, 1, 0] + Op.i64(1)),
      Part(
        name: "memory.copy, from memory 1",
        code: Op.localSet(2) + sixteen + Op.localGet(2) + sixteen + [0xFC, 10, 0, 1] + Op.i64(1)),
      Part(
        name: "memory.copy, from the 64-bit memory",
        code: Op.localSet(2) + sixteen + Op.localGet(2) + Op.i64extendU + sixteen
          + [0xFC, 10, 0, 2] + Op.i64(1)),
      Part(
        name: "memory.fill, length in the 64-bit memory",
        code: Op.localSet(2) + Op.i64(16) + Op.i32(7) + Op.localGet(2) + Op.i64extendU
          + [0xFC, 11, 2] + Op.i64(1)),
      Part(
        name: "memory.init, to memory 1",
        code: Op.i32(1) + Op.i32(3) + [0xFC, 8, 0, 1] + Op.i64(1)),
      Part(name: "memory.grow", code: Op.memoryGrow + Op.i64extendU),
      Part(name: "memory.grow of memory 1", code: [0x40, 1] + Op.i64extendU),
      Part(name: "memory.grow of the 64-bit memory", code: Op.i64extendU + [0x40, 2]),
      Part(
        name: "table.grow",
        code: Op.localSet(2) + [0xD0, 0x70] + Op.localGet(2) + [0xFC, 15, 0] + Op.i64extendU),
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
        name: "table.copy, length",
        code: Op.localSet(2) + Op.i32(0) + Op.i32(1) + Op.localGet(2) + [0xFC, 14, 1, 0]
          + Op.i64(1)),
      Part(name: "table.init, to", code: Op.i32(0) + Op.i32(1) + [0xFC, 12, 1, 1] + Op.i64(1)),
      Part(
        name: "table.init, length",
        code: Op.localSet(2) + Op.i32(0) + Op.i32(0) + Op.localGet(2) + [0xFC, 12, 1, 1]
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
        name: "return_call_indirect",
        code: Op.localSet(2) + Op.localGet(1) + Op.localGet(2)
          + Op.returnCallIndirect(type: sameType)),
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
}
