/// The element section (spec 5.5.12).
extension ModuleDecoder {
  mutating func decodeElementSection() throws(DecodeError) {
    let count = try count(of: .elementSegment, limit: ImplementationLimits.elementSegments)
    for _ in 0..<count { elements.append(try elementSegment()) }
  }

  private mutating func elementSegment() throws(DecodeError) -> ElementSegment {
    let start = offset
    let flags = try u32()
    guard flags <= 7 else { throw DecodeError(.badSegmentFlag(flags), at: start) }
    if flags != 0 { try require(.bulkMemory, at: start) }
    // Bit 0: not active; bit 1: explicit table, or declarative; bit 2: items are expressions.
    let isActive = flags & 1 == 0
    let usesExpressions = flags & 4 != 0

    var mode: ElementSegment.Mode = flags & 2 == 0 ? .passive : .declarative
    var table: TableType?
    if isActive {
      let tableOffset = offset
      let tableIndex = flags & 2 == 0 ? 0 : Int(try u32())
      guard tableIndex < tables.count else {
        throw DecodeError(
          .unknown(.table, index: UInt32(tableIndex), count: tables.count), at: tableOffset)
      }
      table = tables[tableIndex]
      mode = .active(
        table: tableIndex, offset: try constantExpression(of: tables[tableIndex].address))
    }

    let typeOffset = offset
    let type =
      flags & 3 != 0
      ? try elementType(usesExpressions) : usesExpressions ? .funcref : listedFunctions
    if let table, !type.isSubtype(of: table.element) {
      throw DecodeError(.typeMismatch(expected: table.element, found: type), at: typeOffset)
    }
    return ElementSegment(type: type, mode: mode, items: try items(type, usesExpressions))
  }

  private mutating func elementType(_ usesExpressions: Bool) throws(DecodeError) -> ValueType {
    if usesExpressions { return try referenceType() }
    let start = offset
    let kind = try byte()
    guard kind == 0 else { throw DecodeError(.badElementKind(kind), at: start) }
    return listedFunctions
  }

  /// The type of functions that are listed by index: none of them is null.
  private var listedFunctions: ValueType {
    features.contains(.functionReferences) ? .funcref.withoutNull : .funcref
  }

  private mutating func items(
    _ type: ValueType, _ usesExpressions: Bool
  ) throws(DecodeError) -> [ElementSegment.Item] {
    let count = try count(of: .tableElement, limit: ImplementationLimits.tableElements)
    var items: [ElementSegment.Item] = []
    // An expression takes at least three bytes.
    items.reserveCapacity(usesExpressions ? min(count, reader.remaining / 3) : count)
    for _ in 0..<count {
      if usesExpressions {
        switch try constantExpression(of: type) {
        case .function(let index): items.append(.function(UInt32(index)))
        case .global(let index): items.append(.global(UInt32(index)))
        default: items.append(.null)
        }
      } else {
        let index = UInt32(try index(of: .function, count: functionTypeIndices.count))
        declaredReferences.insert(index)
        items.append(.function(index))
      }
    }
    return items
  }
}
