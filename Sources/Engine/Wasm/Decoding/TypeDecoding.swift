/// The type section and the types that other sections contain (spec 5.3, 5.5.4).
extension ModuleDecoder {
  mutating func decodeTypeSection() throws(DecodeError) {
    let count = try count(of: .type, limit: ImplementationLimits.types)
    for _ in 0..<count {
      let start = offset
      let form = try byte()
      guard form == 0x60 else {
        let isGC = form == 0x4E || form == 0x4F || form == 0x50 || form == 0x5E || form == 0x5F
        throw DecodeError(
          isGC ? .featureMissing(.garbageCollection) : .badFunctionTypeForm(form), at: start)
      }
      let parameters = try valueTypes(.parameter, limit: ImplementationLimits.parameters)
      let resultsOffset = offset
      let results = try valueTypes(.result, limit: ImplementationLimits.results)
      if results.count > 1 { try require(.multiValue, at: resultsOffset) }
      types.append(FuncType(parameters: parameters, results: results))
    }
  }

  private mutating func valueTypes(
    _ item: ModuleFault.Item, limit: UInt64
  ) throws(DecodeError) -> [ValueType] {
    let count = try count(of: item, limit: limit)
    var types: [ValueType] = []
    types.reserveCapacity(count)
    for _ in 0..<count { types.append(try valueType()) }
    return types
  }

  mutating func valueType() throws(DecodeError) -> ValueType {
    let start = offset
    let code = try byte()
    guard let type = ValueType(rawValue: code) else {
      throw DecodeError(.notAType(code, else: .badValueType(code)), at: start)
    }
    try require(type.feature, at: start)
    return type
  }

  mutating func referenceType() throws(DecodeError) -> ValueType {
    let start = offset
    let code = try byte()
    guard let type = ValueType(rawValue: code), type.isReference else {
      throw DecodeError(.notAType(code, else: .badReferenceType(code)), at: start)
    }
    // Tables of functions are older than reference types.
    if type != .funcref { try require(type.feature, at: start) }
    return type
  }

  mutating func tableType() throws(DecodeError) -> TableType {
    let element = try referenceType()
    let start = offset
    let limits = try limits()
    guard limits.minimum <= ImplementationLimits.tableElements else {
      throw DecodeError(
        .limitExceeded(
          .tableElement, count: limits.minimum, limit: ImplementationLimits.tableElements),
        at: start)
    }
    return TableType(element: element, limits: limits)
  }

  mutating func memoryType() throws(DecodeError) -> MemoryType {
    let start = offset
    let limits = try limits()
    guard max(limits.minimum, limits.maximum ?? 0) <= ImplementationLimits.memoryPages else {
      throw DecodeError(.memoryTooLarge, at: start)
    }
    return MemoryType(limits: limits)
  }

  private mutating func limits() throws(DecodeError) -> Limits {
    let start = offset
    let flags = try byte()
    guard flags <= 1 else {
      let kind: ModuleFault =
        switch flags {
        case 2, 3: .featureMissing(.threads)
        case 4...7: .featureMissing(.memory64)
        default: .badLimitsFlag(flags)
        }
      throw DecodeError(kind, at: start)
    }
    let minimum = UInt64(try u32())
    let maximum = flags == 1 ? UInt64(try u32()) : nil
    if let maximum, minimum > maximum { throw DecodeError(.minimumAboveMaximum, at: start) }
    return Limits(minimum: minimum, maximum: maximum)
  }

  mutating func globalType() throws(DecodeError) -> GlobalType {
    let value = try valueType()
    let start = offset
    let mutability = try byte()
    guard mutability <= 1 else { throw DecodeError(.badMutability(mutability), at: start) }
    return GlobalType(value: value, isMutable: mutability == 1)
  }
}
