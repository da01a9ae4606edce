/// References, tables, and the instructions behind the prefix 0xFC.
extension FunctionValidator {
  /// The instructions on references, `table.get` and `table.set`.
  mutating func validateReference(
    _ opcode: UInt8, _ next: inout UnsafePointer<UInt8>
  ) throws(ValidationError) {
    let i32 = ValueType.i32
    switch opcode {
    case Opcode.refNull:
      try push(try readHeapType(&next))
    case Opcode.refIsNull:
      _ = try popReference()
      try push(i32)
    case Opcode.refAsNonNull:
      try push(try popReference().withoutNull)
    case Opcode.brOnNull:
      let types = labelTypes(try frame(label: try readU32(&next)))
      let reference = try popReference()
      try pop(types)
      try push(types)
      try push(reference.withoutNull)
    case Opcode.brOnNonNull:
      let types = labelTypes(try frame(label: try readU32(&next)))
      guard types.count > 0, types.types[types.count - 1].isReference else {
        throw failure(.labelWithoutReference)
      }
      try push(try popReference().withoutNull)
      try pop(types)
      try push(types)
      top -= 1
    case Opcode.refFunc:
      let index = try readIndex(&next, of: .function, count: flat.functionCount)
      guard flat.isDeclaredReference(index) else {
        throw failure(.undeclaredFunctionReference(index: UInt32(truncatingIfNeeded: index)))
      }
      try push(flat.type(ofFunction: index).pointee.reference)
      noteCall()
    case Opcode.tableGet:
      let table = try readTable(&next)
      try pop(table.addressType)
      try push(table.element)
      noteCall()
    case Opcode.tableSet:
      let table = try readTable(&next)
      try pop(table.element)
      try pop(table.addressType)
      noteCall()
    default:
      throw unknown(prefix: 0, UInt32(opcode))
    }
  }

  /// An instruction behind the prefix 0xFC.
  mutating func validateFC(_ next: inout UnsafePointer<UInt8>) throws(ValidationError) {
    let i32 = ValueType.i32
    let code = try readU32(&next)
    guard let slot = InstructionTable.slot(prefix: Opcode.prefixFC, code: code),
      instructions[slot].isKnown
    else { throw unknown(prefix: Opcode.prefixFC, code) }
    let entry = instructions[slot]
    if entry.isSimple {
      // All of these convert one operand.
      try pop(ValueType(bits: 0x80 &- (entry.bits & 7)))
      return try push(ValueType(bits: 0x80 &- (entry.bits &>> 9 & 7)))
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
      try require(flat.elementTypes[segment], asSubtypeOf: table.element)
      try popThree(table.addressType, i32, i32)
    case Opcode.FC.elemDrop:
      _ = try readIndex(&next, of: .elementSegment, count: flat.elementCount)
    case Opcode.FC.tableCopy:
      let destination = try readTable(&next)
      let source = try readTable(&next)
      try require(source.element, asSubtypeOf: destination.element)
      let (to, from) = (destination.addressType, source.addressType)
      try popThree(to, from, narrower(to, from))
    case Opcode.FC.tableGrow:
      let table = try readTable(&next)
      try pop(table.addressType)
      try pop(table.element)
      try push(table.addressType)
    case Opcode.FC.tableSize:
      return try push(try readTable(&next).addressType)
    case Opcode.FC.tableFill:
      let table = try readTable(&next)
      try popThree(table.addressType, table.element, table.addressType)
    default:
      throw unknown(prefix: Opcode.prefixFC, code)
    }
    noteCall()
  }

  /// A table index.
  mutating func readTable(_ next: inout UnsafePointer<UInt8>) throws(ValidationError) -> FlatTable {
    flat.tables[try readIndex(&next, of: .table, count: flat.tableCount)]
  }

  /// A data segment index: bodies come before the data section, so that its count is declared.
  private mutating func readDataSegment(_ next: inout UnsafePointer<UInt8>) throws(ValidationError)
  {
    guard flat.dataCount >= 0 else { throw failure(.dataCountMissing) }
    _ = try readIndex(&next, of: .dataSegment, count: flat.dataCount)
  }

  /// The type of a length that both address types can count.
  private func narrower(_ one: ValueType, _ other: ValueType) -> ValueType {
    one == other ? one : .i32
  }

  private mutating func popThree(
    _ first: ValueType, _ second: ValueType, _ third: ValueType
  ) throws(ValidationError) {
    try pop(third)
    try pop(second)
    try pop(first)
  }

  /// Pops a reference of any type; one without null if the operand is unknown.
  private mutating func popReference() throws(ValidationError) -> ValueType {
    let type = try popAny()
    if type == Self.unknown { return Self.anyReference }
    guard type.isReference else { throw failure(.referenceExpected(found: type)) }
    return type
  }

  mutating func require(
    _ found: ValueType, asSubtypeOf expected: ValueType
  ) throws(ValidationError) {
    guard found.isSubtype(of: expected) else {
      throw failure(
        .typeMismatch(expected: expected, found: found))
    }
  }
}
