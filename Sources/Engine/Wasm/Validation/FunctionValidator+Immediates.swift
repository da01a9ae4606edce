/// Reading what follows an instruction's code (spec 5.4).
///
/// A body's copy is followed by other bodies or zero bytes, so that an instruction may be read
/// beyond the body's end; the walk then refuses the body before the next instruction.
extension FunctionValidator {
  /// An unsigned LEB128 integer of 32 bits.
  @inline(__always)
  mutating func readU32(_ cursor: inout UnsafePointer<UInt8>) throws(ValidationError) -> UInt32 {
    let byte = cursor[0]
    if byte < 0x80 {
      cursor += 1
      return UInt32(byte)
    }
    let second = cursor[1]
    if second < 0x80 {
      cursor += 2
      return UInt32(byte & 0x7F) | UInt32(second) << 7
    }
    return try readLongU32(&cursor)
  }

  @inline(never)
  private mutating func readLongU32(
    _ cursor: inout UnsafePointer<UInt8>
  ) throws(ValidationError) -> UInt32 {
    var result: UInt32 = 0
    for index in 0..<5 {
      let byte = cursor[index]
      result |= UInt32(byte & 0x7F) &<< UInt32(7 &* index)
      if byte < 0x80 {
        if index == 4, byte > 0x0F { throw failure(.integerTooLarge) }
        cursor += index + 1
        return result
      }
    }
    throw failure(.integerTooLong)
  }

  /// Skips a signed LEB128 integer of 32 bits.
  @inline(__always)
  mutating func skipS32(_ cursor: inout UnsafePointer<UInt8>) throws(ValidationError) {
    if cursor[0] < 0x80 {
      cursor += 1
    } else {
      try skipSigned(&cursor, lastIndex: 4, lastRoom: 4)
    }
  }

  /// Skips a signed LEB128 integer of 64 bits.
  @inline(__always)
  mutating func skipS64(_ cursor: inout UnsafePointer<UInt8>) throws(ValidationError) {
    if cursor[0] < 0x80 {
      cursor += 1
    } else {
      try skipSigned(&cursor, lastIndex: 9, lastRoom: 1)
    }
  }

  /// Skips a signed integer of up to `lastIndex` + 1 bytes whose last holds `lastRoom` bits.
  @inline(never)
  private mutating func skipSigned(
    _ cursor: inout UnsafePointer<UInt8>, lastIndex: Int, lastRoom: Int8
  ) throws(ValidationError) {
    for index in 0...lastIndex {
      let byte = cursor[index]
      if byte < 0x80 {
        // The bits beyond the width must repeat the sign.
        let beyond = (Int8(bitPattern: byte << 1) >> 1) >> (lastRoom - 1)
        if index == lastIndex, beyond != 0, beyond != -1 { throw failure(.integerTooLarge) }
        cursor += index + 1
        return
      }
    }
    throw failure(.integerTooLong)
  }

  /// A block type as control frames store it (spec 5.4.1).
  @inline(__always)
  mutating func readBlockType(
    _ cursor: inout UnsafePointer<UInt8>
  ) throws(ValidationError) -> UInt32 {
    if cursor[0] == 0x40 {
      cursor += 1
      return ControlFrame.emptyType
    }
    return try readNonEmptyBlockType(&cursor)
  }

  @inline(never)
  private mutating func readNonEmptyBlockType(
    _ cursor: inout UnsafePointer<UInt8>
  ) throws(ValidationError) -> UInt32 {
    let byte = cursor[0]
    if byte & 0xC0 == 0x40 {
      let type = try readValueType(&cursor)
      if type == .v128 { usesVectors = true }
      if type.bits <= 0xFF { return type.bits }
      refinedResults.ensure(refinedResultCount + 1)
      refinedResults.base[refinedResultCount] = type
      refinedResultCount += 1
      return UInt32(truncatingIfNeeded: refinedResultCount - 1) << 8 | ControlFrame.refinedType
    }
    let index = try readTypeIndex(&cursor)
    let type = flat.types[index]
    if type.parameterCount > 0 || type.resultCount > 1 { try require(.multiValue) }
    if type.hasVectors { usesVectors = true }
    return UInt32(truncatingIfNeeded: index) << 8
  }

  /// A type index that shares its place with types, which are negative.
  private mutating func readTypeIndex(
    _ cursor: inout UnsafePointer<UInt8>
  ) throws(ValidationError) -> Int {
    // A type index: a non-negative signed integer of 33 bits.
    var result: UInt64 = 0
    for index in 0..<5 {
      let byte = cursor[index]
      result |= UInt64(byte & 0x7F) &<< UInt64(7 &* index)
      guard byte < 0x80 else { continue }
      // The sign is in bit 6 of the last byte, in the fifth in bit 4.
      if index == 4, byte & 0x70 != 0, byte & 0x70 != 0x70 { throw failure(.integerTooLarge) }
      if byte & (index == 4 ? 0x10 : 0x40) != 0 { throw failure(.badBlockType) }
      cursor += index + 1
      guard result < UInt64(flat.typeCount) else {
        throw failure(
          .unknown(.type, index: UInt32(truncatingIfNeeded: result), count: flat.typeCount))
      }
      return Int(result)
    }
    throw failure(.integerTooLong)
  }

  /// A value type.
  mutating func readValueType(
    _ cursor: inout UnsafePointer<UInt8>
  ) throws(ValidationError) -> ValueType {
    let code = cursor[0]
    if ValueType.hasHeapType(code) {
      try require(.functionReferences)
      cursor += 1
      let type = try readHeapType(&cursor)
      return code == ValueType.nullableCode ? type : type.withoutNull
    }
    guard let type = ValueType(code: code) ?? ValueType.abstract(code) else {
      throw failure(.notAType(code, else: .badValueType(code)))
    }
    try require(type.feature)
    cursor += 1
    return type
  }

  /// A heap type (spec 5.3.3), as the type of references to it, null among them.
  mutating func readHeapType(
    _ cursor: inout UnsafePointer<UInt8>
  ) throws(ValidationError) -> ValueType {
    let code = cursor[0]
    guard code & 0xC0 == 0x40 else {
      try require(.functionReferences)
      return try reference(toType: try readTypeIndex(&cursor))
    }
    guard let type = ValueType.abstract(code) else {
      throw failure(.notAType(code, else: .badHeapType(code)))
    }
    try require(type.feature)
    cursor += 1
    return type
  }

  /// The type of references to functions of a type of the module, null among them.
  mutating func reference(toType index: Int) throws(ValidationError) -> ValueType {
    let type = flat.types[index]
    guard type.reference.typeID != nil else {
      throw failure(
        .limitExceeded(
          .typeOfProcess, count: UInt64(type.signature),
          limit: ImplementationLimits.referencedTypes))
    }
    return type.reference.nullable
  }

  /// A memory index, which without multi-memory is a byte that must be zero.
  ///
  /// Returns the type of the memory's addresses.
  mutating func readMemory(_ cursor: inout UnsafePointer<UInt8>) throws(ValidationError)
    -> ValueType
  {
    if features.contains(.multiMemory) {
      let index = try readIndex(&cursor, of: .memory, count: flat.memoryCount)
      return ValueType(bits: UInt32(flat.memoryAddresses[index]))
    }
    guard cursor[0] == 0 else { throw failure(.zeroByteExpected(cursor[0])) }
    cursor += 1
    try requireMemory()
    return ValueType(bits: UInt32(flat.memoryAddresses[0]))
  }

  /// Skips an unsigned LEB128 integer of 64 bits.
  mutating func skipU64(_ cursor: inout UnsafePointer<UInt8>) throws(ValidationError) {
    for index in 0..<10 {
      let byte = cursor[index]
      guard byte < 0x80 else { continue }
      if index == 9, byte > 1 { throw failure(.integerTooLarge) }
      cursor += index + 1
      return
    }
    throw failure(.integerTooLong)
  }

  /// An index of an index space with `count` items.
  @inline(__always)
  mutating func readIndex(
    _ cursor: inout UnsafePointer<UInt8>, of item: ModuleFault.Item, count: Int
  ) throws(ValidationError) -> Int {
    let index = try readU32(&cursor)
    guard Int(index) < count else {
      throw failure(.unknown(item, index: index, count: count))
    }
    return Int(index)
  }

  /// Refuses the body if `feature` is off.
  mutating func require(_ feature: Features) throws(ValidationError) {
    guard features.contains(feature) else { throw failure(.featureMissing(feature)) }
  }

  /// Refuses an instruction on a memory in a module without one.
  @inline(__always)
  mutating func requireMemory() throws(ValidationError) {
    guard flat.memoryCount > 0 else { throw failure(.unknown(.memory, index: 0, count: 0)) }
  }
}
