/// The function, table, memory, tag and global sections (spec 5.5.6 to 5.5.9).
extension ModuleDecoder {
  mutating func decodeFunctionSection() throws(DecodeError) {
    let count = try count(
      of: .function, limit: ImplementationLimits.functions, existing: functionTypeIndices.count)
    functionTypeIndices.reserveCapacity(functionTypeIndices.count + count)
    for _ in 0..<count {
      functionTypeIndices.append(UInt32(try index(of: .type, count: types.count)))
    }
  }

  mutating func decodeTableSection() throws(DecodeError) {
    let count = try count(
      of: .table, limit: ImplementationLimits.tables, existing: tables.count)
    for _ in 0..<count {
      let start = offset
      let hasInitializer = reader.peek == 0x40
      if hasInitializer {
        try require(.functionReferences, at: start)
        _ = try byte()
        let reserved = try byte()
        guard reserved == 0 else { throw DecodeError(.zeroByteExpected(reserved), at: start + 1) }
      }
      let type = try tableType()
      try addTable(type, at: start)
      guard hasInitializer || type.element.isDefaultable else {
        throw DecodeError(.initializerMissing(type.element), at: start)
      }
      tableInitializers.append(
        hasInitializer ? try constantExpression(of: type.element) : .null(type.element))
    }
  }

  mutating func decodeMemorySection() throws(DecodeError) {
    let count = try count(of: .memory, limit: ImplementationLimits.imports)
    for _ in 0..<count {
      let start = offset
      try addMemory(try memoryType(), at: start)
    }
  }

  mutating func decodeTagSection() throws(DecodeError) {
    let count = try count(of: .tag, limit: ImplementationLimits.tags, existing: tags.count)
    for _ in 0..<count { try addTag() }
  }

  /// Reads a tag and adds it to the index space (spec 5.5.16).
  mutating func addTag() throws(DecodeError) {
    let start = offset
    let attribute = try byte()
    guard attribute == 0 else { throw DecodeError(.zeroByteExpected(attribute), at: start) }
    let place = offset
    let type = try index(of: .type, count: types.count)
    guard types[type].results.isEmpty else { throw DecodeError(.tagWithResults, at: place) }
    tags.append(type)
  }

  mutating func decodeGlobalSection() throws(DecodeError) {
    let count = try count(
      of: .global, limit: ImplementationLimits.globals, existing: globals.count)
    for _ in 0..<count {
      let type = try globalType()
      globalInitializers.append(try constantExpression(of: type.value))
      globals.append(type)
    }
  }
}
