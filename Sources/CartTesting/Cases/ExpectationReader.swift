import Runtime
import TOML

/// Reads one `[[expect]]`: a frame and exactly one thing to look at.
struct ExpectationReader {
  /// The largest coordinate of a picture, so that sums stay small.
  private static let coordinates: ClosedRange<Int64> = 0...65_535

  private static let kinds = [
    "snapshot", "pixel", "region", "log", "trap", "exit", "audio", "memory", "save",
  ]

  func read(_ table: inout KeyedTable) throws(TextFault) -> Expectation {
    let frame = try table.number("at", in: CaseReader.frames).map(Int.init)
    var found: [(key: String, node: TOMLNode)] = []
    for key in Self.kinds {
      if let node = table.node(key) { found.append((key, node)) }
    }
    try table.finish()
    guard let only = found.first, found.count == 1 else {
      let kinds = Self.kinds.joined(separator: ", ")
      throw table.fault("an expectation has one of \(kinds), not \(found.count)")
    }
    return Expectation(frame: frame, place: table.place, kind: try kind(only.key, only.node))
  }

  private func kind(_ key: String, _ node: TOMLNode) throws(TextFault) -> Expectation.Kind {
    switch key {
    case "snapshot":
      let name = try node.text(key)
      guard name.wholeMatch(of: #/[A-Za-z0-9_][A-Za-z0-9._-]{0,99}/#) != nil else {
        throw TextFault(node.place, "a snapshot's name has letters, digits and any of . _ -")
      }
      return .snapshot(name)
    case "pixel":
      let nodes = try node.array(key, count: 3)
      return .pixel(
        x: Int(try nodes[0].number("x", in: Self.coordinates)),
        y: Int(try nodes[1].number("y", in: Self.coordinates)), try color(nodes[2]))
    case "region": return try region(KeyedTable(node, key))
    case "log": return .log(try text(node))
    case "trap": return .trap(try trap(node))
    case "exit":
      guard case .boolean(true) = node.value else {
        throw TextFault(node.place, "exit is true: without it a cart is to run on")
      }
      return .exit
    case "audio": return .audio(try hash(node, key))
    case "memory": return .memory(try memory(KeyedTable(node, key)))
    default: return .save(try save(KeyedTable(node, key)))
    }
  }

  private func color(_ node: TOMLNode) throws(TextFault) -> PixelColor {
    guard let color = PixelColor(try node.text("a colour")) else {
      throw TextFault(node.place, "a colour is \"#rrggbb\", a letter or a digit")
    }
    return color
  }

  private func trap(_ node: TOMLNode) throws(TextFault) -> String {
    let name = try node.text("trap")
    guard TrapKind.names.contains(name) else {
      throw TextFault(node.place, "there are the traps \(TrapKind.names.joined(separator: ", "))")
    }
    return name
  }

  private func region(_ table: KeyedTable) throws(TextFault) -> Expectation.Kind {
    var table = table
    let x = try table.number("x", in: Self.coordinates) ?? 0
    let y = try table.number("y", in: Self.coordinates) ?? 0
    guard let node = table.node("rows") else { throw table.fault("the key 'rows' is missing") }
    try table.finish()
    var rows: [String] = []
    if case .string(let text) = node.value {
      rows = text.split(whereSeparator: \.isNewline).map(String.init)
    } else {
      for row in try node.array("rows") { rows.append(try row.text("a row")) }
    }
    guard let pattern = LetterPattern(rows) else {
      throw TextFault(
        node.place, "rows are of the letters \(String(LetterPattern.letters)), digits and dots")
    }
    return .region(x: Int(x), y: Int(y), pattern)
  }

  private func text(_ node: TOMLNode) throws(TextFault) -> TextMatch {
    guard case .table = node.value else { return .contains(try node.text("log")) }
    var table = try KeyedTable(node, "log")
    guard let pattern = try table.text("matches") else {
      throw table.fault("the key 'matches' is missing")
    }
    try table.finish()
    do {
      _ = try Regex(pattern.text)
    } catch {
      throw TextFault(pattern.place, "not a regular expression")
    }
    return .matches(pattern.text)
  }

  private func hash(_ node: TOMLNode, _ what: String) throws(TextFault) -> String {
    let text = try node.text(what).lowercased()
    guard text.utf8.count == 64, Self.bytes(hexadecimal: text) != nil else {
      throw TextFault(node.place, "a SHA-256 has 64 hexadecimal digits")
    }
    return text
  }

  // MARK: Memory and saved files

  private func memory(_ table: KeyedTable) throws(TextFault) -> MemoryMatch {
    var table = table
    let symbol = try table.text("symbol")?.text
    let offset = UInt32(try table.number("offset", in: 0...Int64(UInt32.max)) ?? 0)
    var found: [(MemoryValueType, TOMLNode)] = []
    for type in MemoryValueType.allCases {
      if let node = table.node(type.rawValue) { found.append((type, node)) }
    }
    try table.finish()
    guard let (type, node) = found.first, found.count == 1 else {
      let types = MemoryValueType.allCases.map(\.rawValue).joined(separator: ", ")
      throw table.fault("memory has one of \(types), not \(found.count)")
    }
    return MemoryMatch(symbol: symbol, offset: offset, bytes: try bytes(node, type), type: type)
  }

  private func bytes(_ node: TOMLNode, _ type: MemoryValueType) throws(TextFault) -> [UInt8] {
    let bytes: [UInt8]? =
      switch node.value {
      case .string(let text) where type == .bytes: Self.bytes(hexadecimal: text)
      case .integer(let number): type.bytes(of: number)
      case .float(let number): type.bytes(of: number)
      default: nil
      }
    guard let bytes, !bytes.isEmpty else {
      let wanted = type == .bytes ? "hexadecimal digits in a text" : "a number of that type"
      throw TextFault(node.place, "\(type.rawValue) has \(wanted)")
    }
    return bytes
  }

  private func save(_ table: KeyedTable) throws(TextFault) -> SaveMatch {
    var table = table
    guard let file = try table.text("file")?.text else {
      throw table.fault("the key 'file' is missing")
    }
    let (bytes, text, sha) = (table.node("bytes"), table.node("text"), table.node("sha256"))
    try table.finish()
    switch (bytes, text, sha) {
    case (let node?, nil, nil):
      guard let bytes = Self.bytes(hexadecimal: try node.text("bytes")) else {
        throw TextFault(node.place, "bytes has hexadecimal digits in a text")
      }
      return SaveMatch(file: file, content: .bytes(bytes))
    case (nil, let node?, nil):
      return SaveMatch(file: file, content: .bytes(Array(try node.text("text").utf8)))
    case (nil, nil, let node?):
      return SaveMatch(file: file, content: .sha256(try hash(node, "sha256")))
    default: throw table.fault("save has one of bytes, text, sha256")
    }
  }

  /// The bytes of hexadecimal digits, blanks between them allowed; nil for anything else.
  static func bytes(hexadecimal text: String) -> [UInt8]? {
    let digits = Array(text.utf8.filter { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\n") })
    guard digits.count.isMultiple(of: 2) else { return nil }
    var bytes: [UInt8] = []
    for index in stride(from: 0, to: digits.count, by: 2) {
      let pair = digits[index...(index + 1)]
      guard pair.allSatisfy({ Unicode.Scalar($0).properties.isASCIIHexDigit }),
        let byte = UInt8(String(decoding: pair, as: UTF8.self), radix: 16)
      else { return nil }
      bytes.append(byte)
    }
    return bytes
  }
}
