/// Text from a cart made safe for a terminal and a text grid.
///
/// Control characters, line ends, bidirectional overrides and other scalars without a shape become
/// `\u{HEX}`; what exceeds `limit` scalars is cut and marked with `...`.
///
/// - Parameters:
///   - text: Anything a cart brought along.
///   - limit: Greatest number of source scalars kept.
/// - Returns: One line of printable text.
public func visible(_ text: String, limit: Int = 4096) -> String {
  // Nearly all text is this.
  if text.utf8.count <= limit, text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) { return text }
  var result = String.UnicodeScalarView()
  for (index, scalar) in text.unicodeScalars.enumerated() {
    if index == limit {
      result.append(contentsOf: "...".unicodeScalars)
      break
    }
    switch scalar.properties.generalCategory {
    case .control, .format, .surrogate, .lineSeparator, .paragraphSeparator, .unassigned,
      .privateUse:
      let escape = "\\u{\(String(scalar.value, radix: 16))}"
      result.append(contentsOf: escape.unicodeScalars)
    default: result.append(scalar)
    }
  }
  return String(result)
}
