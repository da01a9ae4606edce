/// Everything known of a module's debug information so far; grows as questions are asked.
///
/// The file's bytes are lent by `DebugInfo` for the time of a question.
final class DebugReader {
  /// The file; empty between questions.
  var image = UnsafeRawBufferPointer(start: nil, count: 0)
  var effort = Effort()
  /// Sections in which something was read that makes no sense.
  var damaged: Set<SectionID> = []

  lazy var sections = Sections(of: image)
  /// By offset.
  lazy var units = readUnits()
  lazy var unitIndex = readUnitIndex()
  private var abbreviationTables: [TableKey: AbbreviationTable] = [:]
  var functionScopes: [Int: FunctionScopes] = [:]
  var typeDemangler = Demangler(.short)
  var knownFrames: [Int: [SourceFrame]] = [:]
  /// By the offset of the entry.
  var knownNames: [Int: String?] = [:]
  var knownPaths: [SourceFile: String?] = [:]
  /// Of structures of Swift, by the offset of the entry.
  var knownAlignments: [Int: Int] = [:]

  /// The number of answers that are kept of each kind: a bound for those who ask for everything.
  static let cacheLimit = 2048

  /// A file of a unit's line table.
  struct SourceFile: Hashable {
    var unit: Int
    var number: UInt64
  }

  /// A table of abbreviations is read for one encoding.
  private struct TableKey: Hashable {
    var offset: Int
    var version: Int
    var addressSize: Int
  }

  /// The bytes of a section.
  func section(_ id: SectionID) -> UnsafeRawBufferPointer {
    let range = sections[id]
    guard range.upperBound <= image.count else {
      return UnsafeRawBufferPointer(start: nil, count: 0)
    }
    return UnsafeRawBufferPointer(rebasing: image[range])
  }

  private func readUnits() -> [Unit] {
    var cursor = Cursor(section(.info))
    var units: [Unit] = []
    while !cursor.isAtEnd, effort.pay(Effort.unit) {
      var isDamaged = false
      if let unit = Unit(header: &cursor, isDamaged: &isDamaged) { units.append(unit) }
      if isDamaged { damaged.insert(.info) }
    }
    return units
  }

  /// The unit that holds an offset of `.debug_info`.
  func unit(containing offset: Int) -> Unit? {
    var low = 0
    var high = units.count
    while low < high {
      let middle = (low + high) / 2
      if units[middle].offset <= offset { low = middle + 1 } else { high = middle }
    }
    guard low > 0, offset < units[low - 1].end else { return nil }
    return units[low - 1]
  }

  func abbreviations(of unit: Unit) -> AbbreviationTable {
    if let table = unit.abbreviations { return table }
    let key = TableKey(
      offset: unit.abbreviationOffset, version: min(unit.encoding.version, 3),
      addressSize: unit.encoding.addressSize)
    let table =
      abbreviationTables[key]
      ?? AbbreviationTable(
        section(.abbrev), at: key.offset, unit.encoding, &effort)
    abbreviationTables[key] = table
    unit.abbreviations = table
    return table
  }

  /// What the first entry of a unit says.
  func root(of unit: Unit) -> UnitRoot {
    if let root = unit.root { return root }
    var root = UnitRoot(unit.encoding)
    if let entry = entry(at: unit.firstEntry, in: unit) {
      let isWhole = forEachAttribute(of: entry) { name, value in
        guard !root.range.take(name, value) else { return }
        switch name {
        case Attribute.name: root.name = value
        case Attribute.compDir: root.compilationFolder = value
        case Attribute.producer: root.producer = value
        case Attribute.language: root.language = value.number ?? 0
        case Attribute.stmtList: root.lineProgram = value.offset
        case Attribute.dwoName, Attribute.gnuDwoName: root.isSkeleton = true
        case Attribute.strOffsetsBase: root.stringOffsetsBase = value.offset ?? 0
        case Attribute.addrBase, Attribute.gnuAddrBase: root.addressBase = value.offset ?? 0
        case Attribute.rnglistsBase: root.rangeListsBase = value.offset ?? 0
        case Attribute.loclistsBase: root.locationListsBase = value.offset ?? 0
        default: break
        }
      }
      if !isWhole { damaged.insert(.info) }
    } else {
      // Every unit begins with an entry: its abbreviation is missing.
      damaged.insert(.abbrev)
    }
    unit.root = root
    if let low = root.range.low, let address = address(low, in: unit) {
      root.baseAddress = address
      unit.root = root
    }
    return root
  }

  /// A value that is an address, looked up if it is an index.
  func address(_ value: AttributeValue, in unit: Unit) -> UInt64? {
    switch value.kind {
    case .address: value.value
    case .addressIndex: address(index: value.value, in: unit)
    default: nil
    }
  }

  /// An entry of the unit's part of `.debug_addr`.
  func address(index: UInt64, in unit: Unit) -> UInt64? {
    let size = unit.encoding.addressSize
    var cursor = Cursor(section(.addr), at: root(of: unit).addressBase)
    cursor.skip(Int(clamping: index.multipliedReportingOverflow(by: UInt64(size)).partialValue))
    let address = cursor.unsigned(size: size)
    guard !cursor.hasFailed, index < UInt64(UInt32.max) else { return nil }
    return address
  }
}
