/// Reads TOML 1.0 but for dates and times, and tells where everything stands.
///
/// Our own, because messages about a value give its place, which the known libraries keep for syntax
/// errors only; and TOMLKit's parser ends the process on some malformed documents.
public struct TOMLReader {
  /// Bytes of a document.
  static let largestSize = 4 << 20
  /// Arrays and tables in one another.
  static let deepest = 32

  var cursor: TOMLCursor
  private let root = TOMLTable(.header)

  /// Reads a document.
  ///
  /// - Throws: `TextFault` at the first thing that is not TOML, or beyond the limits above.
  public static func read(_ bytes: [UInt8]) throws(TextFault) -> TOMLTable {
    let start = TextPlace(line: 1, column: 1)
    guard bytes.count <= largestSize else {
      throw TextFault(start, "the file has more than \(largestSize) bytes")
    }
    var reader = TOMLReader(cursor: TOMLCursor(bytes))
    if let place = TOMLCursor.firstInvalidPlace(in: bytes) {
      throw TextFault(place, "not valid UTF-8")
    }
    return try reader.document()
  }

  private init(cursor: TOMLCursor) { self.cursor = cursor }

  private mutating func document() throws(TextFault) -> TOMLTable {
    var table = root
    while true {
      try cursor.skipBlankLines()
      guard let byte = cursor.peek else { return root }
      if byte == UInt8(ascii: "[") {
        table = try header()
      } else {
        try keyAndValue(into: table, depth: 0)
      }
      try cursor.endLine()
    }
  }

  // MARK: Headers

  /// A part of a key, and where it stands.
  private struct KeyPart {
    var text: String
    var place: TextPlace
  }

  private mutating func header() throws(TextFault) -> TOMLTable {
    cursor.advance()
    let isArray = cursor.skip(UInt8(ascii: "["))
    cursor.skipBlanks()
    let parts = try key()
    cursor.skipBlanks()
    for _ in 0..<(isArray ? 2 : 1) {
      guard cursor.skip(UInt8(ascii: "]")) else { throw cursor.fault("']' is missing") }
    }
    var table = root
    for part in parts.dropLast() { table = try enter(part, of: table, origin: .implied) }
    let last = parts[parts.count - 1]
    return try isArray ? element(last, of: table) : ownTable(last, of: table)
  }

  /// The table that a part of a key leads to; the last one, where it leads to an array of tables.
  private func enter(
    _ part: KeyPart, of table: TOMLTable, origin: TOMLTable.Origin
  ) throws(TextFault) -> TOMLTable {
    guard let node = table[part.text] else {
      let next = TOMLTable(origin)
      _ = table.add(part.text, at: part.place, TOMLNode(value: .table(next), place: part.place))
      return next
    }
    switch node.value {
    case .table(let next) where next.origin != .inline:
      // A dotted key may go on only with what dotted keys have made.
      if origin == .dotted, next.origin != .dotted { break }
      return next
    case .array(let array) where array.isOfTables && origin == .implied:
      if case .table(let next)? = array.nodes.last?.value { return next }
    default: break
    }
    throw TextFault(part.place, "'\(part.text)' cannot be added to here")
  }

  private func ownTable(_ part: KeyPart, of table: TOMLTable) throws(TextFault) -> TOMLTable {
    if case .table(let known)? = table[part.text]?.value, known.origin == .implied {
      known.origin = .header
      return known
    }
    let own = TOMLTable(.header)
    try add(part, TOMLNode(value: .table(own), place: part.place), to: table)
    return own
  }

  private func element(_ part: KeyPart, of table: TOMLTable) throws(TextFault) -> TOMLTable {
    let own = TOMLTable(.header)
    let node = TOMLNode(value: .table(own), place: part.place)
    if case .array(let array)? = table[part.text]?.value, array.isOfTables {
      array.nodes.append(node)
    } else {
      let array = TOMLArray([node], isOfTables: true)
      try add(part, TOMLNode(value: .array(array), place: part.place), to: table)
    }
    return own
  }

  private func add(
    _ part: KeyPart, _ node: TOMLNode, to table: TOMLTable
  ) throws(TextFault) {
    guard table.add(part.text, at: part.place, node) else {
      throw TextFault(part.place, "'\(part.text)' is there twice")
    }
  }

  // MARK: Keys and values

  private mutating func keyAndValue(into table: TOMLTable, depth: Int) throws(TextFault) {
    let parts = try key()
    cursor.skipBlanks()
    guard cursor.skip(UInt8(ascii: "=")) else { throw cursor.fault("'=' is missing after the key") }
    cursor.skipBlanks()
    var table = table
    for part in parts.dropLast() { table = try enter(part, of: table, origin: .dotted) }
    try add(parts[parts.count - 1], value(depth: depth), to: table)
  }

  private mutating func key() throws(TextFault) -> [KeyPart] {
    var parts: [KeyPart] = []
    repeat {
      cursor.skipBlanks()
      let place = cursor.place
      let text: String
      switch cursor.peek {
      case UInt8(ascii: "\""), UInt8(ascii: "'"): text = try cursor.string(isKey: true)
      default: text = cursor.word { $0.isBareKey }
      }
      guard !text.isEmpty || cursor.place != place else { throw cursor.fault("a key is missing") }
      guard parts.count < Self.deepest else { throw cursor.fault("the key has too many parts") }
      parts.append(KeyPart(text: text, place: place))
      cursor.skipBlanks()
    } while cursor.skip(UInt8(ascii: "."))
    return parts
  }

  private mutating func value(depth: Int) throws(TextFault) -> TOMLNode {
    let place = cursor.place
    guard depth < Self.deepest else { throw cursor.fault("too many arrays in one another") }
    switch cursor.peek {
    case UInt8(ascii: "\""), UInt8(ascii: "'"):
      return TOMLNode(value: .string(try cursor.string(isKey: false)), place: place)
    case UInt8(ascii: "["):
      return TOMLNode(value: .array(TOMLArray(try array(depth: depth))), place: place)
    case UInt8(ascii: "{"):
      return TOMLNode(value: .table(try inlineTable(depth: depth)), place: place)
    default:
      let word = cursor.word { $0.isBareKey || $0 == UInt8(ascii: "+") || $0 == UInt8(ascii: ".") }
      guard !word.isEmpty else { throw cursor.fault("a value is missing") }
      guard let value = TOMLNumber.value(of: word) else {
        throw TextFault(place, "'\(word)' is no value: a text needs quotation marks")
      }
      return TOMLNode(value: value, place: place)
    }
  }

  private mutating func array(depth: Int) throws(TextFault) -> [TOMLNode] {
    cursor.advance()
    var nodes: [TOMLNode] = []
    while true {
      try cursor.skipBlankLines()
      if cursor.skip(UInt8(ascii: "]")) { return nodes }
      nodes.append(try value(depth: depth + 1))
      try cursor.skipBlankLines()
      if cursor.skip(UInt8(ascii: ",")) { continue }
      guard cursor.skip(UInt8(ascii: "]")) else { throw cursor.fault("',' or ']' is missing") }
      return nodes
    }
  }

  private mutating func inlineTable(depth: Int) throws(TextFault) -> TOMLTable {
    cursor.advance()
    let table = TOMLTable(.dotted)
    defer { table.origin = .inline }
    cursor.skipBlanks()
    if cursor.skip(UInt8(ascii: "}")) { return table }
    while true {
      cursor.skipBlanks()
      try keyAndValue(into: table, depth: depth + 1)
      cursor.skipBlanks()
      if cursor.skip(UInt8(ascii: ",")) { continue }
      guard cursor.skip(UInt8(ascii: "}")) else { throw cursor.fault("',' or '}' is missing") }
      return table
    }
  }
}
