/// The scopes of a function: itself, its lexical blocks, and the functions inlined into it.
struct FunctionScopes {
  struct Scope {
    /// The offset of the entry.
    var entry: Int
    /// The scope around it; -1 for the function itself.
    var parent: Int
    /// Whether it is another function's body, inlined.
    var isInlined: Bool
  }

  /// The function first, then in the order of the entries.
  private(set) var scopes: [Scope] = []
  /// Which addresses the scopes below the function cover, by increasing scope.
  private var ranges: [(low: UInt32, high: UInt32, scope: Int)] = []

  /// The scopes that an address is in, the function first.
  func chain(at address: UInt32, _ effort: inout Effort) -> [Scope] {
    guard let function = scopes.first, effort.pay(ranges.count / 8) else { return [] }
    var chain = [function]
    var innermost = 0
    for range in ranges where range.low <= address && address < range.high {
      guard scopes[range.scope].parent == innermost else { continue }
      innermost = range.scope
      chain.append(scopes[innermost])
    }
    return chain
  }

  /// Reads the entries below that of a function.
  init(of function: Entry, _ reader: DebugReader) {
    scopes.append(Scope(entry: function.offset, parent: -1, isInlined: false))
    guard function.abbreviation.hasChildren else { return }
    let unit = function.unit
    let table = reader.abbreviations(of: unit)
    var cursor = Cursor(reader.section(.info), at: function.values, end: unit.end)
    cursor.skip(function.abbreviation, table, unit.encoding, &reader.effort)
    // The scope that the entries of each open level belong to; -1 where they do not matter.
    var open = [0]
    while let around = open.last, reader.effort.pay() {
      let start = cursor.offset
      let code = cursor.uleb()
      if cursor.hasFailed { return }
      if code == 0 {
        open.removeLast()
        continue
      }
      guard let abbreviation = table[code] else { return }
      var scope = -1
      let tag = abbreviation.tag
      if around >= 0, tag == Tag.inlinedSubroutine || tag == Tag.lexicalBlock {
        let entry = Entry(
          unit: unit, offset: start, abbreviation: abbreviation, values: cursor.offset)
        scope = add(entry, in: around, reader)
      } else if around >= 0, tag != Tag.subprogram {
        scope = around
      }
      cursor.skip(abbreviation, table, unit.encoding, &reader.effort)
      if abbreviation.hasChildren {
        guard reader.effort.pay(Effort.entry) else { return }
        open.append(scope)
      }
    }
  }

  /// Adds a scope if it has code.
  private mutating func add(_ entry: Entry, in parent: Int, _ reader: DebugReader) -> Int {
    var attributes = RangeAttributes()
    reader.forEachAttribute(of: entry) { _ = attributes.take($0, $1) }
    guard !attributes.isEmpty, reader.effort.pay(Effort.entry) else { return -1 }
    let scope = scopes.count
    scopes.append(
      Scope(entry: entry.offset, parent: parent, isInlined: entry.tag == Tag.inlinedSubroutine))
    reader.forEachRange(attributes, in: entry.unit) { low, high in
      guard reader.effort.pay(Effort.entry) else { return false }
      if low > 0, low < high, low < 0xFFFF_FFFE {
        ranges.append((UInt32(low), UInt32(clamping: high), scope))
      }
      return true
    }
    return scope
  }
}
