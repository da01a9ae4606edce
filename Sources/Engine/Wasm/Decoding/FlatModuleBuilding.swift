extension FlatModule {
  /// Copies what `decoder` found into one block of memory.
  init(_ decoder: ModuleDecoder) {
    let types = decoder.types
    let typeCodes = types.reduce(0) { $0 + $1.parameters.count + $1.results.count }
    let functions = decoder.functionTypeIndices.count

    // The parts by decreasing alignment, so that none needs padding.
    var size = 0
    func reserve<T>(_: T.Type, _ count: Int) -> Int {
      defer { size += count * MemoryLayout<T>.stride }
      return size
    }
    let typesAt = reserve(FlatType.self, types.count)
    let tablesAt = reserve(FlatTable.self, decoder.tables.count)
    let declaredAt = reserve(UInt64.self, (functions + 63) / 64)
    let tagsAt = reserve(UInt32.self, decoder.tags.count)
    let globalsAt = reserve(FlatGlobal.self, decoder.globals.count)
    let elementsAt = reserve(ValueType.self, decoder.elements.count)
    let valueTypesAt = reserve(ValueType.self, typeCodes)
    let isNarrow = Self.hasNarrowIndices(types.count)
    let functionsAt = isNarrow ? reserve(UInt16.self, functions) : reserve(UInt32.self, functions)
    let memoriesAt = reserve(UInt8.self, decoder.memories.count)
    let typeCodesAt = reserve(UInt8.self, typeCodes)
    let block = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 16)
    block.initializeMemory(as: UInt8.self, repeating: 0, count: size)
    func part<T>(_: T.Type, _ offset: Int, _ count: Int) -> UnsafeMutablePointer<T> {
      (block + offset).bindMemory(to: T.self, capacity: count)
    }

    var codes = part(UInt8.self, typeCodesAt, typeCodes)
    func copy(_ list: [ValueType]) -> UnsafePointer<UInt8> {
      let start = codes
      for (index, type) in list.enumerated() { codes[index] = type.code }
      codes += list.count
      return UnsafePointer(start)
    }
    let flatTypes = part(FlatType.self, typesAt, types.count)
    let knowsReferences = decoder.features.contains(.functionReferences)
    var valueTypes = part(ValueType.self, valueTypesAt, typeCodes)
    for (index, type) in types.enumerated() {
      let id = decoder.typeIDs[index]
      let reference = knowsReferences ? (ValueType.function(id) ?? .funcref).withoutNull : .funcref
      let declaration = TypeRegistry.declaration(id)
      let list = UnsafePointer(valueTypes)
      valueTypes.update(from: type.parameters, count: type.parameters.count)
      valueTypes += type.parameters.count
      valueTypes.update(from: type.results, count: type.results.count)
      valueTypes += type.results.count
      flatTypes[index] = FlatType(
        parameterCount: UInt32(type.parameters.count), resultCount: UInt32(type.results.count),
        parameters: copy(type.parameters), results: copy(type.results),
        valueTypes: list, signature: id, reference: reference,
        openDepth: declaration.isFinal ? -1 : Int8(declaration.depth),
        stackArgumentBytes: type.stackArgumentBytes,
        hasVectors: type.parameters.contains(.v128) || type.results.contains(.v128))
    }
    let flatTags = part(UInt32.self, tagsAt, decoder.tags.count)
    for (index, type) in decoder.tags.enumerated() { flatTags[index] = UInt32(type) }
    let flatTables = part(FlatTable.self, tablesAt, decoder.tables.count)
    for (index, table) in decoder.tables.enumerated() {
      flatTables[index] = FlatTable(
        element: table.element, addressType: table.address,
        minimum: table.limits.minimum,
        maximum: table.limits.maximum ?? .max)
    }
    let flatMemories = part(UInt8.self, memoriesAt, decoder.memories.count)
    for (index, memory) in decoder.memories.enumerated() {
      flatMemories[index] = memory.address.code
    }
    let declared = part(UInt64.self, declaredAt, (functions + 63) / 64)
    for index in decoder.declaredReferences {
      declared[Int(index) >> 6] |= 1 << UInt64(index & 63)
    }
    let functionTypes = UnsafeRawPointer(block + functionsAt)
    for (index, type) in decoder.functionTypeIndices.enumerated() {
      if isNarrow {
        block.storeBytes(of: UInt16(type), toByteOffset: functionsAt + 2 * index, as: UInt16.self)
      } else {
        block.storeBytes(of: type, toByteOffset: functionsAt + 4 * index, as: UInt32.self)
      }
    }
    let flatGlobals = part(FlatGlobal.self, globalsAt, decoder.globals.count)
    for (index, global) in decoder.globals.enumerated() {
      flatGlobals[index] = FlatGlobal(
        valueType: global.value, mutable: global.isMutable ? 1 : 0)
    }
    let elementTypes = part(ValueType.self, elementsAt, decoder.elements.count)
    for (index, segment) in decoder.elements.enumerated() {
      elementTypes[index] = segment.type
    }
    self.init(
      types: flatTypes, typeCount: types.count, functionTypes: functionTypes,
      functionCount: functions, importedFunctionCount: decoder.importedFunctionCount,
      globals: flatGlobals, globalCount: decoder.globals.count,
      importedGlobalCount: decoder.importedGlobalCount, tagTypes: flatTags,
      tagCount: decoder.tags.count, tables: flatTables,
      tableCount: decoder.tables.count, memoryCount: decoder.memories.count,
      memoryAddresses: flatMemories, hasWideMemory: decoder.memories.first?.address == .i64,
      dataCount: decoder.dataCount ?? -1, elementTypes: elementTypes,
      elementCount: decoder.elements.count, declaredFunctionReferences: declared,
      storage: block)
  }
}

extension FuncType {
  /// Bytes of stack arguments in the wasm convention (`vm_context.h`): what exceeds four
  /// integers or references in registers and eight floats in xmm registers, 8 bytes each, a v128 16.
  public var stackArgumentBytes: UInt32 {
    var cursor = ArgumentCursor()
    for type in parameters { _ = cursor.next(type.code) }
    return UInt32(cursor.stackArgumentBytes)
  }
}
