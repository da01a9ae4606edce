/// The export and start sections (spec 5.5.10, 5.5.11).
extension ModuleDecoder {
  mutating func decodeExportSection() throws(DecodeError) {
    let count = try count(of: .export, limit: ImplementationLimits.exports)
    // The count is at most the section's bytes.
    var names = DistinctNames(capacity: count)
    exports.reserveCapacity(count)
    for _ in 0..<count {
      let nameOffset = offset
      let name = try nameRange()
      names.append(name, at: nameOffset, of: bytes)
      let kindOffset = offset
      let code = try byte()
      guard let kind = Export.Kind(rawValue: code) else {
        throw DecodeError(.badExportKind(code), at: kindOffset)
      }
      if kind == .tag { try require(.exceptions, at: kindOffset) }
      exports.append(Export(name: Array(bytes[name]), kind: kind, index: try exportIndex(kind)))
    }
    if let repeated = names.firstRepetition(in: bytes) {
      throw DecodeError(.duplicateExport, at: repeated)
    }
  }

  private mutating func exportIndex(_ kind: Export.Kind) throws(DecodeError) -> Int {
    switch kind {
    case .function:
      let index = try index(of: .function, count: functionTypeIndices.count)
      declaredReferences.insert(UInt32(index))
      return index
    case .table: return try index(of: .table, count: tables.count)
    case .tag: return try index(of: .tag, count: tags.count)
    case .memory: return try index(of: .memory, count: memories.count)
    case .global:
      let start = offset
      let index = try index(of: .global, count: globals.count)
      if globals[index].isMutable { try require(.mutableGlobals, at: start) }
      return index
    }
  }

  mutating func decodeStartSection() throws(DecodeError) {
    let place = offset
    let index = try index(of: .function, count: functionTypeIndices.count)
    guard types[Int(functionTypeIndices[index])] == FuncType() else {
      throw DecodeError(.startFunctionType, at: place)
    }
    start = index
  }
}
