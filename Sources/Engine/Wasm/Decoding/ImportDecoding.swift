/// The import section (spec 5.5.5).
extension ModuleDecoder {
  mutating func decodeImportSection() throws(DecodeError) {
    let count = try count(of: .import, limit: ImplementationLimits.imports)
    for _ in 0..<count {
      let module = try name()
      let name = try name()
      imports.append(Import(module: module, name: name, kind: try importKind()))
    }
    importedFunctionCount = functionTypeIndices.count
    importedTableCount = tables.count
    importedMemoryCount = memories.count
    importedGlobalCount = globals.count
    importedTagCount = tags.count
  }

  private mutating func importKind() throws(DecodeError) -> Import.Kind {
    let start = offset
    switch try byte() {
    case 0:
      let type = try index(of: .type, count: types.count)
      functionTypeIndices.append(UInt32(type))
      return .function(type: type)
    case 1:
      let type = try tableType()
      try addTable(type, at: start)
      return .table(type)
    case 2:
      let type = try memoryType()
      try addMemory(type, at: start)
      return .memory(type)
    case 3:
      let type = try globalType()
      if type.isMutable { try require(.mutableGlobals, at: start) }
      globals.append(type)
      return .global(type)
    case 4:
      try require(.exceptions, at: start)
      try addTag()
      return .tag(type: tags[tags.count - 1])
    case let kind: throw DecodeError(.badImportKind(kind), at: start)
    }
  }

  /// Adds a table to the index space.
  mutating func addTable(_ type: TableType, at offset: Int) throws(DecodeError) {
    if !tables.isEmpty { try require(.referenceTypes, at: offset) }
    guard UInt64(tables.count) < ImplementationLimits.tables else {
      throw DecodeError(
        .limitExceeded(
          .table, count: ImplementationLimits.tables + 1, limit: ImplementationLimits.tables),
        at: offset)
    }
    tables.append(type)
  }

  /// Adds a memory to the index space.
  mutating func addMemory(_ type: MemoryType, at offset: Int) throws(DecodeError) {
    guard memories.isEmpty || features.contains(.multiMemory) else {
      throw DecodeError(.multipleMemories, at: offset)
    }
    guard UInt64(memories.count) < ImplementationLimits.memories else {
      throw DecodeError(
        .limitExceeded(
          .memory, count: ImplementationLimits.memories + 1, limit: ImplementationLimits.memories),
        at: offset)
    }
    memories.append(type)
  }
}
