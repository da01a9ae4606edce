/// A debugging information entry: a tag and attributes.
struct Entry {
  var unit: Unit
  /// Its offset in `.debug_info`, by which others refer to it.
  var offset: Int
  var abbreviation: Abbreviation
  /// Where the values of its attributes begin.
  var values: Int

  var tag: UInt16 { abbreviation.tag }
}

extension DebugReader {
  /// The entry at an offset of `.debug_info`; nil if there is none.
  func entry(at offset: Int) -> Entry? {
    guard let unit = unit(containing: offset), offset >= unit.firstEntry else { return nil }
    return entry(at: offset, in: unit)
  }

  /// The entry at an offset within a unit; nil where a list of entries ends.
  func entry(at offset: Int, in unit: Unit) -> Entry? {
    guard effort.pay() else { return nil }
    var cursor = Cursor(section(.info), at: offset, end: unit.end)
    let code = cursor.uleb()
    guard !cursor.hasFailed, code != 0, let abbreviation = abbreviations(of: unit)[code] else {
      return nil
    }
    return Entry(unit: unit, offset: offset, abbreviation: abbreviation, values: cursor.offset)
  }

  /// Calls `body` for each attribute; false if the entry is broken.
  @discardableResult
  func forEachAttribute(of entry: Entry, _ body: (UInt16, AttributeValue) -> Void) -> Bool {
    readAttributes(of: entry, body) != nil
  }

  /// Calls `body` for each attribute and gives the offset after the entry.
  private func readAttributes(
    of entry: Entry, _ body: (UInt16, AttributeValue) -> Void
  ) -> Int? {
    let unit = entry.unit
    guard effort.pay(Int(entry.abbreviation.count)) else { return nil }
    var cursor = Cursor(section(.info), at: entry.values, end: unit.end)
    for specification in abbreviations(of: unit).attributes(of: entry.abbreviation) {
      let value = cursor.value(
        specification.form, unit.encoding, implicit: specification.constant)
      guard !cursor.hasFailed else { return nil }
      body(specification.name, value)
    }
    // Text within an entry may be long.
    guard effort.pay((cursor.offset - entry.values) / 16) else { return nil }
    return cursor.offset
  }

  /// One attribute of an entry.
  func attribute(_ name: UInt16, of entry: Entry) -> AttributeValue? {
    var found: AttributeValue?
    forEachAttribute(of: entry) { if $0 == name, found == nil { found = $1 } }
    return found
  }

  /// Calls `body` for each child, until it gives false.
  func forEachChild(of parent: Entry, _ body: (Entry) -> Bool) {
    guard parent.abbreviation.hasChildren, var offset = readAttributes(of: parent, { _, _ in })
    else { return }
    while let child = entry(at: offset, in: parent.unit) {
      guard body(child), let next = self.offset(after: child) else { return }
      offset = next
    }
  }

  /// The offset after an entry and all below it.
  private func offset(after entry: Entry) -> Int? {
    var sibling: Int?
    guard
      let end = readAttributes(
        of: entry, { if $0 == Attribute.sibling { sibling = $1.reference } })
    else { return nil }
    guard entry.abbreviation.hasChildren else { return end }
    // Only forwards: a loop of siblings would never end.
    if let sibling, sibling > end, sibling <= entry.unit.end { return sibling }
    let unit = entry.unit
    let table = abbreviations(of: unit)
    var cursor = Cursor(section(.info), at: end, end: unit.end)
    var depth = 1
    while depth > 0 {
      guard effort.pay() else { return nil }
      let code = cursor.uleb()
      guard !cursor.hasFailed else { return nil }
      if code == 0 {
        depth -= 1
        continue
      }
      guard let abbreviation = table[code] else { return nil }
      cursor.skip(abbreviation, table, unit.encoding, &effort)
      if abbreviation.hasChildren { depth += 1 }
    }
    return cursor.hasFailed ? nil : cursor.offset
  }
}

extension AbbreviationTable {
  /// The attributes of an abbreviation of this table.
  @inline(__always)
  func attributes(of abbreviation: Abbreviation) -> ArraySlice<AttributeSpecification> {
    specifications[Int(abbreviation.first)..<Int(abbreviation.first + abbreviation.count)]
  }
}

extension Cursor {
  /// Skips the values of an entry.
  @inline(__always)
  mutating func skip(
    _ abbreviation: Abbreviation, _ table: AbbreviationTable, _ encoding: UnitEncoding,
    _ effort: inout Effort
  ) {
    if abbreviation.size >= 0 { return skip(Int(abbreviation.size)) }
    let start = offset
    guard effort.pay(Int(abbreviation.count)) else { return fail() }
    for specification in table.attributes(of: abbreviation) {
      skipValue(specification.form, encoding)
    }
    if !effort.pay((offset - start) / 16) { fail() }
  }
}
