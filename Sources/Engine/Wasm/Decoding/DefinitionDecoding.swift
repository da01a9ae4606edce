/// The function, table, memory and global sections (spec 5.5.6 to 5.5.9).
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
      try addTable(try tableType(), at: start)
    }
  }

  mutating func decodeMemorySection() throws(DecodeError) {
    let count = try count(of: .memory, limit: ImplementationLimits.imports)
    for _ in 0..<count {
      let start = offset
      try addMemory(try memoryType(), at: start)
    }
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
