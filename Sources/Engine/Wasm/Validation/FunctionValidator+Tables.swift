/// References, tables, and the instructions behind the prefix 0xFC.
extension FunctionValidator {
  /// `ref.null`, `ref.is_null`, `ref.func`, `table.get`, `table.set`.
  mutating func validateReference(
    _ opcode: UInt8, _ next: inout UnsafePointer<UInt8>
  ) throws(ValidationError) {
    let i32 = ValueType.i32.rawValue
    switch opcode {
    case Opcode.refNull:
      let code = next[0]
      guard let type = ValueType(rawValue: code), type.isReference else {
        throw failure(.notAType(code, else: .badReferenceType(code)))
      }
      try require(type.feature)
      next += 1
      try push(code)
    case Opcode.refIsNull:
      if let type = ValueType(rawValue: try popAny()), !type.isReference {
        throw failure(.referenceExpected(found: type))
      }
      try push(i32)
    case Opcode.refFunc:
      let index = try readIndex(&next, of: .function, count: flat.functionCount)
      guard flat.isDeclaredReference(index) else {
        throw failure(.undeclaredFunctionReference(index: UInt32(truncatingIfNeeded: index)))
      }
      try push(ValueType.funcref.rawValue)
      noteCall()
    case Opcode.tableGet:
      let table = try readTable(&next)
      try pop(table.address)
      try push(table.type)
      noteCall()
    case Opcode.tableSet:
      let table = try readTable(&next)
      try pop(table.type)
      try pop(table.address)
      noteCall()
    default:
      throw unknown(prefix: 0, UInt32(opcode))
    }
  }

  /// An instruction behind the prefix 0xFC.
  mutating func validateFC(_ next: inout UnsafePointer<UInt8>) throws(ValidationError) {
    let i32 = ValueType.i32.rawValue
    let code = try readU32(&next)
    guard let slot = InstructionTable.slot(prefix: Opcode.prefixFC, code: code),
      instructions[slot].isKnown
    else { throw unknown(prefix: Opcode.prefixFC, code) }
    let entry = instructions[slot]
    if entry.isSimple {
      // All of these convert one operand.
      try pop(0x80 &- UInt8(truncatingIfNeeded: entry.bits & 7))
      return try push(0x80 &- UInt8(truncatingIfNeeded: entry.bits &>> 9 & 7))
    }
    switch code {
    case Opcode.FC.memoryInit:
      try readDataSegment(&next)
      let address = try readMemory(&next)
      try popThree(address, i32, i32)
    case Opcode.FC.dataDrop:
      try readDataSegment(&next)
    case Opcode.FC.memoryCopy:
      let isInFirst = next[0] == 0 && next[1] == 0
      let to = try readMemory(&next)
      let from = try readMemory(&next)
      try popThree(to, from, narrower(to, from))
      // A length in one byte, right before, of which the compiler makes moves.
      if constant + 2 == instruction && movedLengths &>> UInt64(constant[1] & 63) & 1 != 0
        && constant[1] < 64 && isInFirst && to == i32
      {
        return
      }
    case Opcode.FC.memoryFill:
      let address = try readMemory(&next)
      try popThree(address, i32, address)
    case Opcode.FC.tableInit:
      let segment = try readIndex(&next, of: .elementSegment, count: flat.elementCount)
      let table = try readTable(&next)
      try requireEqual(table.type, flat.elementTypes[segment])
      try popThree(table.address, i32, i32)
    case Opcode.FC.elemDrop:
      _ = try readIndex(&next, of: .elementSegment, count: flat.elementCount)
    case Opcode.FC.tableCopy:
      let destination = try readTable(&next)
      let source = try readTable(&next)
      try requireEqual(destination.type, source.type)
      try popThree(
        destination.address, source.address, narrower(destination.address, source.address))
    case Opcode.FC.tableGrow:
      let table = try readTable(&next)
      try pop(table.address)
      try pop(table.type)
      try push(table.address)
    case Opcode.FC.tableSize:
      return try push(try readTable(&next).address)
    case Opcode.FC.tableFill:
      let table = try readTable(&next)
      try popThree(table.address, table.type, table.address)
    default:
      throw unknown(prefix: Opcode.prefixFC, code)
    }
    noteCall()
  }

  /// A table index.
  func readTable(_ next: inout UnsafePointer<UInt8>) throws(ValidationError) -> FlatTable {
    flat.tables[try readIndex(&next, of: .table, count: flat.tableCount)]
  }

  /// A data segment index: bodies come before the data section, so that its count is declared.
  private func readDataSegment(_ next: inout UnsafePointer<UInt8>) throws(ValidationError) {
    guard flat.dataCount >= 0 else { throw failure(.dataCountMissing) }
    _ = try readIndex(&next, of: .dataSegment, count: flat.dataCount)
  }

  /// The type of a length that both address types can count.
  private func narrower(_ one: UInt8, _ other: UInt8) -> UInt8 {
    one == other ? one : ValueType.i32.rawValue
  }

  private mutating func popThree(
    _ first: UInt8, _ second: UInt8, _ third: UInt8
  ) throws(ValidationError) {
    try pop(third)
    try pop(second)
    try pop(first)
  }

  func requireEqual(_ expected: UInt8, _ found: UInt8) throws(ValidationError) {
    guard expected == found else {
      throw failure(
        .typeMismatch(expected: ValueType(rawValue: expected), found: ValueType(rawValue: found)))
    }
  }
}
