extension DebugReader {
  /// Which unit covers which addresses.
  func readUnitIndex() -> RangeIndex {
    var index = RangeIndex()
    for (number, unit) in units.enumerated() {
      let before = index.count
      forEachRange(root(of: unit).range, in: unit) { low, high in
        guard effort.pay(Effort.entry) else { return false }
        index.add(low, high, number)
        return true
      }
      guard index.count == before else { continue }
      // The unit does not tell: its functions and lines do.
      for own in [functions(of: unit), lines(of: unit).index] {
        own.forEachRange { low, high in
          if effort.pay(Effort.entry) { index.add(UInt64(low), UInt64(high), number) }
        }
      }
    }
    index.sort()
    return index
  }

  /// Which function's entry covers which addresses of a unit.
  func functions(of unit: Unit) -> RangeIndex {
    if let functions = unit.functions { return functions }
    var index = RangeIndex()
    let table = abbreviations(of: unit)
    let encoding = unit.encoding
    var cursor = Cursor(section(.info), at: unit.firstEntry, end: unit.end)
    // A local copy: the loop visits every entry of the unit.
    var effort = self.effort
    while !cursor.isAtEnd, effort.pay() {
      let start = cursor.offset
      let code = cursor.uleb()
      if code == 0 { continue }
      guard let abbreviation = table[code] else {
        damaged.insert(.info)
        break
      }
      guard abbreviation.tag == Tag.subprogram else {
        cursor.skip(abbreviation, table, encoding, &effort)
        continue
      }
      var attributes = RangeAttributes()
      guard effort.pay(Int(abbreviation.count)) else { break }
      for specification in table.attributes(of: abbreviation) {
        switch specification.name {
        case Attribute.lowPC, Attribute.highPC, Attribute.ranges:
          let value = cursor.value(
            specification.form, encoding, implicit: specification.constant)
          _ = attributes.take(specification.name, value)
        default: cursor.skipValue(specification.form, encoding)
        }
      }
      guard !cursor.hasFailed else { break }
      guard !attributes.isEmpty else { continue }
      self.effort = effort
      forEachRange(attributes, in: unit) { low, high in
        guard self.effort.pay(Effort.entry) else { return false }
        index.add(low, high, start)
        return true
      }
      effort = self.effort
    }
    self.effort = effort
    if cursor.hasFailed, !effort.isExhausted { damaged.insert(.info) }
    index.sort()
    unit.functions = index
    return index
  }

  /// The line table of a unit, empty if it has none.
  func lines(of unit: Unit) -> LineTable {
    if let lines = unit.lines { return lines }
    var table = LineTable()
    if let offset = root(of: unit).lineProgram {
      table = LineTable(section(.line), at: offset, in: unit, &effort)
      // A section that is missing as a whole is not damaged.
      if table.isDamaged, !section(.line).isEmpty { damaged.insert(.line) }
    }
    unit.lines = table
    return table
  }

  /// The scopes of the function whose entry is at an offset.
  func scopes(ofFunction offset: Int, in unit: Unit) -> FunctionScopes? {
    if let known = functionScopes[offset] { return known }
    guard let entry = entry(at: offset, in: unit) else { return nil }
    let scopes = FunctionScopes(of: entry, self)
    functionScopes[offset] = scopes
    return scopes
  }

  /// Calls `body` for units that may hold the code at an address, likeliest first, with the entry
  /// of the function there, until it gives true.
  func find(_ address: UInt32, _ body: (Unit, _ function: Int?) -> Bool) {
    let index = unitIndex
    var effort = self.effort
    index.find(address, &effort) { number in
      let unit = units[number]
      let functions = functions(of: unit)
      return body(unit, functions.first(address, &self.effort))
    }
  }
}
