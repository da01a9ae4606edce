/// What an abbreviation says of an attribute.
struct AttributeSpecification {
  var name: UInt16
  var form: UInt16
  /// The value for `Form.implicitConst`.
  var constant: Int64
}

/// The shape of entries: tag and attributes (DWARF 5, 7.5.3).
struct Abbreviation {
  var tag: UInt16
  var hasChildren: Bool
  /// Where the attributes begin in the table's list, and how many there are.
  var first: Int32
  var count: Int32
  /// The size of all values together, which is the same for every entry; -1 if it is not.
  var size: Int32
}

/// The abbreviations of one or more units.
final class AbbreviationTable {
  /// The abbreviations with the codes 1, 2, 3 ....
  private let dense: [Abbreviation]
  /// The abbreviations with other codes.
  private let sparse: [UInt64: Abbreviation]
  /// The attributes of all abbreviations, one after the other.
  let specifications: [AttributeSpecification]

  /// Reads the table at an offset of `.debug_abbrev`; a broken one ends where it breaks.
  ///
  /// `encoding` gives the sizes of values: a table serves units of one encoding only.
  init(
    _ section: UnsafeRawBufferPointer, at offset: Int, _ encoding: UnitEncoding,
    _ effort: inout Effort
  ) {
    var cursor = Cursor(section, at: offset)
    var dense: [Abbreviation] = []
    var sparse: [UInt64: Abbreviation] = [:]
    var specifications: [AttributeSpecification] = []
    while !cursor.isAtEnd, effort.pay(Effort.entry) {
      let code = cursor.uleb()
      if code == 0 { break }
      let tag = UInt16(clamping: cursor.uleb())
      let hasChildren = cursor.u8() != 0
      let first = specifications.count
      var size = 0
      while effort.pay(Effort.entry) {
        let name = UInt16(clamping: cursor.uleb())
        let form = UInt16(clamping: cursor.uleb())
        let constant = form == Form.implicitConst ? cursor.sleb() : 0
        if cursor.hasFailed || (name == 0 && form == 0) { break }
        specifications.append(AttributeSpecification(name: name, form: form, constant: constant))
        let own = Form.size(form, encoding)
        size = size < 0 || own < 0 ? -1 : size + own
      }
      guard !cursor.hasFailed, let start = Int32(exactly: first),
        let count = Int32(exactly: specifications.count - first)
      else { break }
      let abbreviation = Abbreviation(
        tag: tag, hasChildren: hasChildren, first: start, count: count,
        size: Int32(exactly: size) ?? -1)
      if code == UInt64(dense.count) + 1 {
        dense.append(abbreviation)
      } else if code > UInt64(dense.count), sparse[code] == nil {
        sparse[code] = abbreviation
      }
    }
    self.dense = dense
    self.sparse = sparse
    self.specifications = specifications
  }

  /// Whether there is an abbreviation with one of some tags.
  func contains(_ tags: Set<UInt16>) -> Bool {
    dense.contains { tags.contains($0.tag) } || sparse.values.contains { tags.contains($0.tag) }
  }

  @inline(__always)
  subscript(_ code: UInt64) -> Abbreviation? {
    // Code 0 becomes a large number.
    let index = code &- 1
    if index < UInt64(dense.count) { return dense[Int(index)] }
    return sparse.isEmpty ? nil : sparse[code]
  }
}
