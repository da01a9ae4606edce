/// The type section and the types that other sections contain (spec 5.3, 5.5.4).
extension ModuleDecoder {
  mutating func decodeTypeSection() throws(DecodeError) {
    let count = try count(of: .type, limit: ImplementationLimits.types)
    if count > 1000 { TypeRegistry.reserve(count) }
    types.reserveCapacity(count)
    typeIDs.reserveCapacity(count)
    for _ in 0..<count {
      let start = offset
      var members = 1
      if reader.peek == TypeForm.group {
        try require(.functionReferences, at: start)
        _ = try byte()
        members = try self.count(
          of: .type, limit: ImplementationLimits.types, existing: types.count)
      }
      try addGroup(members, at: start)
    }
  }

  /// The codes that begin a type (spec 5.3.8).
  private enum TypeForm {
    static var function: UInt8 { 0x60 }
    static var open: UInt8 { 0x50 }
    static var final: UInt8 { 0x4F }
    static var group: UInt8 { 0x4E }
    static var ofGC: ClosedRange<UInt8> { 0x5E...0x5F }
  }

  /// Reads types that may name each other, and adds them to the index space.
  private mutating func addGroup(_ count: Int, at start: Int) throws(DecodeError) {
    guard UInt64(types.count + count) <= ImplementationLimits.types else {
      throw DecodeError(
        .limitExceeded(
          .type, count: UInt64(types.count + count), limit: ImplementationLimits.types), at: start)
    }
    guard count > 0 else { return }
    visibleTypes = groupStart + count
    var group = TypeGroup(first: try declaration(0))
    for index in 1..<max(count, 1) { group.others.append(try declaration(index)) }
    let first = TypeRegistry.id(of: group)
    try add(group.first, first, at: start)
    for declaration in group.others { try add(declaration, first, at: start) }
    groupStart = visibleTypes
  }

  /// Adds a type of the group whose first type has the number `first`.
  private mutating func add(
    _ declaration: TypeDeclaration, _ first: UInt32, at start: Int
  ) throws(DecodeError) {
    let type = declaration.function.resolved(first)
    if hasRelativeTypes { try requireReferences(toType: first + UInt32(visibleTypes - groupStart)) }
    types.append(type)
    typeIDs.append(first + UInt32(types.count - 1 - groupStart))
    if let supertype = declaration.supertype {
      try check(type, asSubtypeOf: supertype.resolved(first), at: start)
    }
  }

  /// A type and what it says of its place among others; type `index` of its group.
  private mutating func declaration(_ index: Int) throws(DecodeError) -> TypeDeclaration {
    var start = offset
    var form = try byte()
    var supertype: ValueType?
    var isFinal = true
    if form == TypeForm.open || form == TypeForm.final {
      try require(.functionReferences, at: start)
      isFinal = form == TypeForm.final
      let place = offset
      let count = try u32()
      guard count <= 1 else { throw DecodeError(.manySupertypes(count), at: place) }
      if count == 1 {
        supertype = try reference(toType: try self.index(of: .type, count: groupStart + index))
      }
      start = offset
      form = try byte()
    }
    guard form == TypeForm.function else {
      throw DecodeError(
        TypeForm.ofGC.contains(form)
          ? .featureMissing(.garbageCollection) : .badFunctionTypeForm(form), at: start)
    }
    let parameters = try valueTypes(.parameter, limit: ImplementationLimits.parameters)
    let resultsOffset = offset
    let results = try valueTypes(.result, limit: ImplementationLimits.results)
    if results.count > 1 { try require(.multiValue, at: resultsOffset) }
    return TypeDeclaration(
      function: FuncType(parameters: parameters, results: results), supertype: supertype,
      isFinal: isFinal)
  }

  /// Refuses a subtype that its supertype does not allow.
  private func check(
    _ type: FuncType, asSubtypeOf reference: ValueType, at start: Int
  ) throws(DecodeError) {
    guard let id = reference.typeID else { return }
    let supertype = TypeRegistry.declaration(id)
    guard UInt64(supertype.depth) < ImplementationLimits.supertypes else {
      throw DecodeError(
        .limitExceeded(
          .supertype, count: UInt64(supertype.depth + 1), limit: ImplementationLimits.supertypes),
        at: start)
    }
    guard !supertype.isFinal, type.isSubtype(of: supertype.function) else {
      throw DecodeError(.badSubtype, at: start)
    }
  }

  /// The type of references to a type of the module, null among them.
  private mutating func reference(toType index: Int) throws(DecodeError) -> ValueType {
    if index >= groupStart {
      hasRelativeTypes = true
      return .relative(index - groupStart)
    }
    return try requireReferences(toType: typeIDs[index])
  }

  /// The type of references to the type with a number in `TypeRegistry`, null among them.
  @discardableResult
  private func requireReferences(toType id: UInt32) throws(DecodeError) -> ValueType {
    guard let type = ValueType.function(id) else {
      throw DecodeError(
        .limitExceeded(
          .typeOfProcess, count: UInt64(id), limit: ImplementationLimits.referencedTypes),
        at: offset)
    }
    return type
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
    if let type = ValueType(code: code) {
      try require(type.feature, at: start)
      return type
    }
    guard let type = try refinedType(code, at: start) else {
      throw DecodeError(.notAType(code, else: .badValueType(code)), at: start)
    }
    return type
  }

  mutating func referenceType() throws(DecodeError) -> ValueType {
    let start = offset
    let code = try byte()
    if let type = ValueType(code: code), type.isReference {
      // Tables of functions are older than reference types.
      if type != .funcref { try require(type.feature, at: start) }
      return type
    }
    guard let type = try refinedType(code, at: start) else {
      throw DecodeError(.notAType(code, else: .badReferenceType(code)), at: start)
    }
    return type
  }

  /// A reference type of which `code` is the first byte, and which is more than its kind; nil if it
  /// is none.
  private mutating func refinedType(
    _ code: UInt8, at start: Int
  ) throws(DecodeError) -> ValueType? {
    if ValueType.hasHeapType(code) {
      try require(.functionReferences, at: start)
      let type = try heapType()
      return code == ValueType.nullableCode ? type : type.withoutNull
    }
    guard let type = ValueType.abstract(code) else { return nil }
    try require(type.feature, at: start)
    return type
  }

  /// A heap type (spec 5.3.3), as the type of references to it, null among them.
  mutating func heapType() throws(DecodeError) -> ValueType {
    let start = offset
    if let code = reader.peek, code & 0xC0 == 0x40 {
      _ = try byte()
      guard let type = ValueType.abstract(code) else {
        throw DecodeError(.notAType(code, else: .badHeapType(code)), at: start)
      }
      try require(type.feature, at: start)
      return type
    }
    let index: Int64
    do { index = try reader.signed33() } catch { throw DecodeError(error) }
    guard index >= 0 else {
      throw DecodeError(.badHeapType(UInt8(truncatingIfNeeded: index)), at: start)
    }
    guard index < visibleTypes else {
      throw DecodeError(
        .unknown(.type, index: UInt32(truncatingIfNeeded: index), count: visibleTypes), at: start)
    }
    try require(.functionReferences, at: start)
    return try reference(toType: Int(index))
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
