/// A place in a text file; both count from 1, columns in Unicode scalars.
public struct TextPlace: Sendable, Hashable, Codable, CustomStringConvertible {
  /// From 1.
  public var line: Int
  /// From 1.
  public var column: Int

  /// A place of these numbers.
  public init(line: Int, column: Int) {
    self.line = line
    self.column = column
  }

  /// `LINE:COLUMN`.
  public var description: String { "\(line):\(column)" }
}

/// What is wrong in a text file, and where.
public struct TextFault: Error, Sendable, Equatable, CustomStringConvertible {
  /// Where it is.
  public var place: TextPlace
  /// Lower case, no full stop.
  public var reason: String

  /// A fault of these parts.
  public init(_ place: TextPlace, _ reason: String) {
    self.place = place
    self.reason = reason
  }

  /// `LINE:COLUMN: REASON`.
  public var description: String { "\(place): \(reason)" }
}

/// A value of a TOML document, with the place where it begins.
public struct TOMLNode {
  /// The types of TOML 1.0 but dates and times.
  public enum Value {
    /// A string of any of the four forms.
    case string(String)
    /// An integer of any base.
    case integer(Int64)
    /// A float, infinities and NaN included.
    case float(Double)
    /// `true` or `false`.
    case boolean(Bool)
    /// An array, also one of `[[tables]]`.
    case array(TOMLArray)
    /// A table of any form.
    case table(TOMLTable)
  }

  /// The value.
  public var value: Value
  /// Where it begins.
  public var place: TextPlace

  /// The value's type, as a message calls it.
  public var typeName: String {
    switch value {
    case .string: "a text"
    case .integer: "an integer"
    case .float: "a float"
    case .boolean: "true or false"
    case .array: "an array"
    case .table: "a table"
    }
  }
}

/// An array; an object, since a document is built up from everywhere.
public final class TOMLArray {
  /// The elements.
  public internal(set) var nodes: [TOMLNode]
  /// Whether `[[headers]]` made it; only they may then add to it.
  let isOfTables: Bool

  init(_ nodes: [TOMLNode], isOfTables: Bool = false) {
    self.nodes = nodes
    self.isOfTables = isOfTables
  }
}

/// A table; an object, since a document is built up from everywhere.
public final class TOMLTable {
  /// How a table came to be, which decides what may still be added.
  enum Origin {
    /// By a longer header; its own header may follow.
    case implied
    /// By its own header.
    case header
    /// By a dotted key.
    case dotted
    /// In braces; it is complete.
    case inline
  }

  /// A key and its value.
  public struct Entry {
    /// The key, without quotation marks.
    public var key: String
    /// Where the key stands.
    public var place: TextPlace
    /// The value.
    public var node: TOMLNode
  }

  var origin: Origin
  /// In the order of the file.
  public private(set) var entries: [Entry] = []
  private var indices: [String: Int] = [:]

  init(_ origin: Origin) { self.origin = origin }

  /// The value of a key; nil if it is not there.
  public subscript(key: String) -> TOMLNode? { indices[key].map { entries[$0].node } }

  /// Adds an entry; false if the key is there already.
  func add(_ key: String, at place: TextPlace, _ node: TOMLNode) -> Bool {
    guard indices[key] == nil else { return false }
    indices[key] = entries.count
    entries.append(Entry(key: key, place: place, node: node))
    return true
  }
}
