/// Booleans, integers and floats, as TOML writes them.
enum TOMLNumber {
  /// The value of a word; nil if it is none, a date for example.
  static func value(of word: String) -> TOMLNode.Value? {
    switch word {
    case "true": return .boolean(true)
    case "false": return .boolean(false)
    case "inf", "+inf": return .float(.infinity)
    case "-inf": return .float(-.infinity)
    case "nan", "+nan", "-nan": return .float(.nan)
    default: break
    }
    for (prefix, radix, pattern) in radices where word.hasPrefix(prefix) {
      let digits = word.dropFirst(2)
      guard digits.wholeMatch(of: pattern()) != nil else { return nil }
      return Int64(digits.replacing("_", with: ""), radix: radix).map { .integer($0) }
    }
    if word.wholeMatch(of: #/[+-]?(0|[1-9](_?[0-9])*)/#) != nil {
      return Int64(word.replacing("_", with: "")).map { .integer($0) }
    }
    let float = #/[+-]?(0|[1-9](_?[0-9])*)(\.[0-9](_?[0-9])*)?([eE][+-]?[0-9](_?[0-9])*)?/#
    guard word.wholeMatch(of: float) != nil else { return nil }
    return Double(word.replacing("_", with: "")).map { .float($0) }
  }

  private static var radices: [(String, Int, () -> Regex<(Substring, Substring?)>)] {
    [
      ("0x", 16, { #/[0-9a-fA-F](_?[0-9a-fA-F])*/# }), ("0o", 8, { #/[0-7](_?[0-7])*/# }),
      ("0b", 2, { #/[01](_?[01])*/# }),
    ]
  }
}
