/// The bytes of a TOML document and where in them the reader is.
struct TOMLCursor {
  private let bytes: [UInt8]
  private var offset = 0
  private(set) var place = TextPlace(line: 1, column: 1)

  /// Bytes that are known to be UTF-8, or found not to be before they are read.
  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// The next byte; nil at the end.
  var peek: UInt8? { offset < bytes.count ? bytes[offset] : nil }

  /// An error at this place.
  func fault(_ reason: String) -> TextFault {
    guard let byte = peek else { return TextFault(place, "\(reason), the file ends here") }
    return TextFault(place, byte == UInt8(ascii: "\n") ? "\(reason), the line ends here" : reason)
  }

  mutating func advance() {
    guard let byte = peek else { return }
    offset += 1
    if byte == UInt8(ascii: "\n") {
      place = TextPlace(line: place.line + 1, column: 1)
    } else if peek.map({ $0 & 0xC0 != 0x80 }) ?? true {
      place.column += 1
    }
  }

  mutating func skip(_ byte: UInt8) -> Bool {
    guard peek == byte else { return false }
    advance()
    return true
  }

  private mutating func skip(_ text: StaticString) -> Bool {
    let count = text.utf8CodeUnitCount
    guard bytes.count - offset >= count else { return false }
    for index in 0..<count where bytes[offset + index] != text.utf8Start[index] { return false }
    for _ in 0..<count { advance() }
    return true
  }

  mutating func skipBlanks() {
    while let byte = peek, byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") { advance() }
  }

  /// Skips a comment, and the line end if there is one.
  private mutating func skipRestOfLine() throws(TextFault) {
    skipBlanks()
    if peek == UInt8(ascii: "#") {
      while let byte = peek, byte != UInt8(ascii: "\n") {
        guard byte >= 0x20 || byte == UInt8(ascii: "\t") || isLineEnd, byte != 0x7F else {
          throw fault("a control character in a comment")
        }
        advance()
      }
    }
    if !skip("\r\n") { _ = skip("\n") }
  }

  private var isLineEnd: Bool {
    peek == UInt8(ascii: "\r") && offset + 1 < bytes.count
      && bytes[offset + 1] == UInt8(ascii: "\n")
  }

  /// Goes on to what is neither white space nor comment.
  mutating func skipBlankLines() throws(TextFault) {
    while true {
      let before = offset
      try skipRestOfLine()
      if offset == before { return }
    }
  }

  /// Goes on to the next line; nothing but a comment may be in between.
  mutating func endLine() throws(TextFault) {
    let line = place.line
    try skipRestOfLine()
    guard place.line > line || peek == nil else {
      throw fault("the line should end here")
    }
  }

  /// The longest run of bytes that are all wanted; ASCII.
  mutating func word(_ isWanted: (UInt8) -> Bool) -> String {
    let start = offset
    while let byte = peek, isWanted(byte) { advance() }
    return String(decoding: bytes[start..<offset], as: UTF8.self)
  }

  // MARK: Texts

  /// A text in any of the four kinds of quotation marks; keys have only those of one line.
  mutating func string(isKey: Bool) throws(TextFault) -> String {
    if skip("\"\"\"") { return try multiLine(quote: UInt8(ascii: "\""), isKey) }
    if skip("'''") { return try multiLine(quote: UInt8(ascii: "'"), isKey) }
    let quote = peek ?? 0
    advance()
    var text: [UInt8] = []
    while !skip(quote) {
      guard let byte = peek, byte != UInt8(ascii: "\n"), !isLineEnd else {
        throw fault("the text has no end")
      }
      try character(quote, into: &text)
    }
    return String(decoding: text, as: UTF8.self)
  }

  private mutating func multiLine(quote: UInt8, _ isKey: Bool) throws(TextFault) -> String {
    guard !isKey else { throw fault("a key has one line") }
    // A line end right behind the quotation marks does not count.
    if !skip("\r\n") { _ = skip("\n") }
    var text: [UInt8] = []
    while true {
      guard let byte = peek else { throw fault("the text has no end") }
      if byte == quote {
        var count = 0
        while count < 5, skip(quote) { count += 1 }
        if count >= 3 {
          text += Array(repeating: quote, count: count - 3)
          return String(decoding: text, as: UTF8.self)
        }
        text += Array(repeating: quote, count: count)
      } else if byte == UInt8(ascii: "\n") {
        text.append(byte)
        advance()
      } else if skip("\r\n") {
        text.append(UInt8(ascii: "\n"))
      } else if quote == UInt8(ascii: "\""), byte == UInt8(ascii: "\\"), isLineContinued {
        advance()
        while let blank = peek, blank.isWhiteSpace { advance() }
      } else {
        try character(quote, into: &text)
      }
    }
  }

  /// Whether nothing but white space stands between a backslash and the end of the line.
  private var isLineContinued: Bool {
    let rest = bytes[(offset + 1)...].drop { $0.isWhiteSpace && $0 != UInt8(ascii: "\n") }
    return rest.first == UInt8(ascii: "\n")
  }

  private mutating func character(_ quote: UInt8, into text: inout [UInt8]) throws(TextFault) {
    guard let byte = peek else { throw fault("the text has no end") }
    if byte == UInt8(ascii: "\\"), quote == UInt8(ascii: "\"") {
      try escape(into: &text)
      return
    }
    guard byte >= 0x20 || byte == UInt8(ascii: "\t"), byte != 0x7F else {
      throw fault("a control character in a text")
    }
    text.append(byte)
    advance()
  }

  private mutating func escape(into text: inout [UInt8]) throws(TextFault) {
    let start = place
    advance()
    let letter = peek ?? 0
    advance()
    if let byte = Self.escapes[letter] {
      text.append(byte)
      return
    }
    let length = letter == UInt8(ascii: "u") ? 4 : letter == UInt8(ascii: "U") ? 8 : 0
    var digits = ""
    while digits.utf8.count < length, let byte = peek, byte.isHexDigit {
      digits.unicodeScalars.append(Unicode.Scalar(byte))
      advance()
    }
    guard length > 0, digits.utf8.count == length, let number = UInt32(digits, radix: 16),
      let scalar = Unicode.Scalar(number)
    else { throw TextFault(start, "there is no such escape") }
    text += Array(String(scalar).utf8)
  }

  private static let escapes: [UInt8: UInt8] = [
    UInt8(ascii: "b"): 8, UInt8(ascii: "t"): 9, UInt8(ascii: "n"): 10, UInt8(ascii: "f"): 12,
    UInt8(ascii: "r"): 13, UInt8(ascii: "\""): 34, UInt8(ascii: "\\"): 92,
  ]

  /// Where bytes stop being UTF-8; nil if they do not.
  static func firstInvalidPlace(in bytes: [UInt8]) -> TextPlace? {
    guard String(validating: bytes, as: UTF8.self) == nil else { return nil }
    // The longest valid beginning, by halving: a prefix may also end within a character.
    var (valid, invalid) = (0, bytes.count)
    while invalid - valid > 1 {
      let middle = (valid + invalid) / 2
      let isValid = (0...3).contains { cut in
        middle >= cut && String(validating: bytes[..<(middle - cut)], as: UTF8.self) != nil
      }
      if isValid { valid = middle } else { invalid = middle }
    }
    var cursor = TOMLCursor(Array(bytes[..<valid]))
    while cursor.peek != nil { cursor.advance() }
    return cursor.place
  }
}

extension UInt8 {
  /// Letters, digits, `-` and `_`.
  var isBareKey: Bool {
    switch self {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
      true
    default: false
    }
  }

  fileprivate var isWhiteSpace: Bool { [0x20, 0x09, 0x0A, 0x0D].contains(self) }

  fileprivate var isHexDigit: Bool { Unicode.Scalar(self).properties.isASCIIHexDigit }
}
