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
    let (limits, address) = try limits()
    return TableType(element: element, limits: limits, address: address)
  }

  mutating func memoryType() throws(DecodeError) -> MemoryType {
    let start = offset
    let (limits, address) = try limits()
    let most = address == .i64 ? 1 << 48 : ImplementationLimits.memoryPages
    guard max(limits.minimum, limits.maximum ?? 0) <= most else {
      throw DecodeError(.memoryTooLarge, at: start)
    }
    return MemoryType(limits: limits, address: address)
  }

  /// A size range, and the type of addresses that its flags tell.
  private mutating func limits() throws(DecodeError) -> (Limits, ValueType) {
    let start = offset
    let flags = try byte()
    guard flags <= 7 else { throw DecodeError(.badLimitsFlag(flags), at: start) }
    if flags & 2 != 0 { throw DecodeError(.featureMissing(.threads), at: start) }
    if flags & 4 != 0 { try require(.memory64, at: start) }
    let isWide = flags & 4 != 0
    let minimum = isWide ? try u64() : UInt64(try u32())
    let maximum = flags & 1 == 0 ? nil : isWide ? try u64() : UInt64(try u32())
    if let maximum, minimum > maximum { throw DecodeError(.minimumAboveMaximum, at: start) }
    return (Limits(minimum: minimum, maximum: maximum), isWide ? .i64 : .i32)
  }

  mutating func globalType() throws(DecodeError) -> GlobalType {
    let value = try valueType()
    let start = offset
    let mutability = try byte()
    guard mutability <= 1 else { throw DecodeError(.badMutability(mutability), at: start) }
    return GlobalType(value: value, isMutable: mutability == 1)
  }
}
