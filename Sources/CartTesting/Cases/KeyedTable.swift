import TOML

/// A table of a case file while it is read: wrong types and keys that nobody asked for are faults.
struct KeyedTable {
  let place: TextPlace
  private let table: TOMLTable
  private var known: Set<String> = []

  init(_ table: TOMLTable, at place: TextPlace) {
    self.table = table
    self.place = place
  }

  /// The table that a node is.
  init(_ node: TOMLNode, _ what: String) throws(TextFault) {
    guard case .table(let table) = node.value else {
      throw TextFault(node.place, "\(what) is a table, not \(node.typeName)")
    }
    self.init(table, at: node.place)
  }

  /// All entries, for tables whose keys are somebody else's.
  var entries: [TOMLTable.Entry] { table.entries }

  func fault(_ reason: String) -> TextFault { TextFault(place, reason) }

  /// Any value; nil if the key is not there.
  mutating func node(_ key: String) -> TOMLNode? {
    known.insert(key)
    return table[key]
  }

  mutating func text(_ key: String) throws(TextFault) -> (text: String, place: TextPlace)? {
    guard let node = node(key) else { return nil }
    return (try node.text(key), node.place)
  }

  mutating func number(
    _ key: String, in range: ClosedRange<Int64>
  ) throws(TextFault) -> Int64? {
    guard let node = node(key) else { return nil }
    return try node.number(key, in: range)
  }

  mutating func truth(_ key: String) throws(TextFault) -> Bool? {
    guard let node = node(key) else { return nil }
    guard case .boolean(let truth) = node.value else {
      throw TextFault(node.place, "\(key) is true or false, not \(node.typeName)")
    }
    return truth
  }

  /// The tables under `[[key]]`; none if the key is not there.
  mutating func tables(_ key: String) throws(TextFault) -> [KeyedTable] {
    guard let node = node(key) else { return [] }
    guard case .array(let array) = node.value else {
      throw TextFault(node.place, "\(key) is an array of tables, as [[\(key)]] makes it")
    }
    var tables: [KeyedTable] = []
    for node in array.nodes { tables.append(try KeyedTable(node, "each of \(key)")) }
    return tables
  }

  /// Throws if there is a key that was not asked for.
  func finish() throws(TextFault) {
    guard let unknown = table.entries.first(where: { !known.contains($0.key) }) else { return }
    let keys = known.sorted().joined(separator: ", ")
    throw TextFault(unknown.place, "there is no key '\(unknown.key)' here; there are \(keys)")
  }
}

extension TOMLNode {
  func text(_ what: String) throws(TextFault) -> String {
    guard case .string(let text) = value else {
      throw TextFault(place, "\(what) is a text, not \(typeName)")
    }
    return text
  }

  func number(_ what: String, in range: ClosedRange<Int64>) throws(TextFault) -> Int64 {
    guard case .integer(let number) = value else {
      throw TextFault(place, "\(what) is an integer, not \(typeName)")
    }
    guard range.contains(number) else {
      throw TextFault(place, "\(what) goes from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  /// An array of `count` values, or of any number.
  func array(_ what: String, count: Int? = nil) throws(TextFault) -> [TOMLNode] {
    guard case .array(let array) = value, count.map({ $0 == array.nodes.count }) ?? true else {
      throw TextFault(place, "\(what) is an array" + (count.map { " of \($0) values" } ?? ""))
    }
    return array.nodes
  }
}
