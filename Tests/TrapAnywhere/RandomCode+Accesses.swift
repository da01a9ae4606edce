import Engine
import TestKit

/// Loads, stores and bulk operations on memories and tables.
extension RandomCode {
  mutating func store() {
    address()
    if types.contains(.v128), numbers.once(in: 3) { return storeVector() }
    let opcode = UInt8(0x36 + numbers.below(9))
    let type: ValueType =
      switch opcode {
      case 0x36, 0x3A, 0x3B: .i32
      case 0x38: .f32
      case 0x39: .f64
      default: .i64
      }
    value(type, depth: 2)
    hideNaN(type)
    code += Op.memory(opcode, offset: UInt32(numbers.below(5000)), memory: memory())
    operands.removeLast(2)
  }

  /// The memory of an access.
  mutating func memory() -> Int { !style.isComparable && numbers.once(in: 4) ? 1 : 0 }

  mutating func storeVector() {
    value(.v128, depth: 2)
    let lane = numbers.below(6)
    let code: UInt8 = lane < 4 ? 0x58 + UInt8(lane) : 0x0B
    self.code += [0xFD]
    self.code += Op.memory(code, offset: UInt32(numbers.below(5000)), memory: memory())
    if lane < 4 { self.code.append(UInt8(numbers.below(16 >> lane))) }
    operands.removeLast(2)
  }

  /// An address, as a rule inside the memory.
  mutating func address() {
    value(.i32, depth: 2)
    if !numbers.once(in: 60) { code += Op.i32(0xEFFF) + Op.i32and }
  }

  /// Fills or copies a few bytes, or asks for memory.
  mutating func bulk() {
    address()
    if numbers.once(in: 3) {
      code += Op.i32(1) + Op.i32and + Op.memoryGrow
      return
    }
    value(.i32, depth: 1)
    let isFill = numbers.once(in: 2)
    if !isFill { code += Op.i32(0xEFFF) + Op.i32and }
    value(.i32, depth: 1)
    // As a rule a few bytes.
    if !numbers.once(in: 30) { code += Op.i32(63) + Op.i32and }
    code +=
      isFill
      ? [0xFC, 11, UInt8(memory())] : [0xFC, 10, UInt8(memory()), UInt8(memory())]
    operands.removeLast(3)
  }

  /// Looks into the table, copies within it, or puts nulls there.
  mutating func table() {
    let count = numbers.below(3) + 1
    for _ in 0..<count {
      value(.i32, depth: 1)
      if !numbers.once(in: 20) { code += Op.i32(3) + Op.i32and }
    }
    operands.removeLast(count)
    switch count {
    case 1:
      code += [0x25, 0, 0xD1]  // table.get, ref.is_null
      operands.append(.i32)
    case 2: code += [0xD0, 0x70] + Op.i32(2) + [0xFC, 17, 0] + Op.drop  // table.fill
    default: code += [0xFC, 14, 0, 0]  // table.copy
    }
  }

  mutating func load(_ type: ValueType) {
    if type == .v128 { return loadVector() }
    address()
    let opcodes: [UInt8] =
      switch type.kind {
      case .i32: [0x28, 0x2C, 0x2D, 0x2E, 0x2F]
      case .i64: [0x29, 0x30, 0x31, 0x32, 0x33, 0x34, 0x35]
      case .f32: [0x2A]
      default: [0x2B]
      }
    code += Op.memory(
      numbers.one(of: opcodes), offset: UInt32(numbers.below(5000)), memory: memory())
    operands[operands.count - 1] = type
  }

  /// A whole vector, a part of it made one, or a lane.
  mutating func loadVector() {
    address()
    let offset = UInt32(numbers.below(5000))
    if numbers.once(in: 3) {
      let lane = numbers.below(4)
      value(.v128, depth: 1)
      code += [0xFD] + Op.memory(0x54 + UInt8(lane), offset: offset, memory: memory())
      code.append(UInt8(numbers.below(16 >> lane)))
      operands.removeLast()
    } else {
      let codes: [UInt8] = Array(0x00...0x0A) + [0x00, 0x00, 0x5C, 0x5D]
      code += [0xFD] + Op.memory(numbers.one(of: codes), offset: offset, memory: memory())
    }
    operands[operands.count - 1] = .v128
  }
}
