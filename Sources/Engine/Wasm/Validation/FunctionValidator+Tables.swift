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
      try pop(i32)
      try push(table.type)
      noteCall()
    case Opcode.tableSet:
      let table = try readTable(&next)
      try pop(table.type)
      try pop(i32)
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
      try readZeroByte(&next)
      try requireMemory()
      try popThree(i32, i32, i32)
    case Opcode.FC.dataDrop:
      try readDataSegment(&next)
    case Opcode.FC.memoryCopy:
      try readZeroByte(&next)
      try readZeroByte(&next)
      try requireMemory()
      try popThree(i32, i32, i32)
      // A length in one byte, right before.
      if constant + 2 == instruction && movedLengths &>> UInt64(constant[1] & 63) & 1 != 0
        && constant[1] < 64
      {
        return
      }
    case Opcode.FC.memoryFill:
      try readZeroByte(&next)
      try requireMemory()
      try popThree(i32, i32, i32)
    case Opcode.FC.tableInit:
      let segment = try readIndex(&next, of: .elementSegment, count: flat.elementCount)
      let table = try readTable(&next)
      try requireEqual(table.type, flat.elementTypes[segment])
      try popThree(i32, i32, i32)
    case Opcode.FC.elemDrop:
      _ = try readIndex(&next, of: .elementSegment, count: flat.elementCount)
    case Opcode.FC.tableCopy:
      let destination = try readTable(&next)
      let source = try readTable(&next)
      try requireEqual(destination.type, source.type)
      try popThree(i32, i32, i32)
    case Opcode.FC.tableGrow:
      let table = try readTable(&next)
      try pop(i32)
      try pop(table.type)
      try push(i32)
    case Opcode.FC.tableSize:
      _ = try readTable(&next)
      return try push(i32)
    case Opcode.FC.tableFill:
      let table = try readTable(&next)
      try popThree(i32, table.type, i32)
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

  private mutating func popThree(
    _ first: UInt8, _ second: UInt8, _ third: UInt8
  ) throws(ValidationError) {
    try pop(third)
    try pop(second)
    try pop(first)
  }

  private func requireEqual(_ expected: UInt8, _ found: UInt8) throws(ValidationError) {
    guard expected == found else {
      throw failure(
        .typeMismatch(expected: ValueType(rawValue: expected), found: ValueType(rawValue: found)))
    }
  }
}
