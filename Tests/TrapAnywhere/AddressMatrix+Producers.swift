import Engine
import TestKit

extension AddressMatrix {
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
      Part(name: "result of a tail call", code: Op.localGet(0) + Op.call(tail)),
      Part(
        name: "value of an exception",
        code: Op.block(
          Op.tryTable([Op.catchTag(0, label: 0)], wrap + Op.throwTag(0)) + Op.unreachable,
          result: 0x7F)),
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
}
