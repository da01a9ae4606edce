/// A name of Rust's old scheme made readable; nil if it is none.
///
/// The scheme is a nested name of C++ without arguments, the last part of which is a hash.
func rustLegacyName(_ name: String, withHash: Bool) -> String? {
  var bytes = Array(name.utf8)[...]
  guard let prefix = ["_ZN", "ZN", "__ZN"].first(where: name.hasPrefix) else { return nil }
  bytes = bytes.dropFirst(prefix.utf8.count)
  var parts: [ArraySlice<UInt8>] = []
  while let first = bytes.first, first != UInt8(ascii: "E") {
    var length = 0
    guard first.isDigit else { return nil }
    while let digit = bytes.first, digit.isDigit {
      length = min(length * 10 + Int(digit - 0x30), name.utf8.count)
      bytes = bytes.dropFirst()
    }
    guard length <= bytes.count else { return nil }
    parts.append(bytes.prefix(length))
    bytes = bytes.dropFirst(length)
  }
  guard bytes.first == UInt8(ascii: "E"), !parts.isEmpty else { return nil }
  // After the name only suffixes of the compiler may follow, such as `.llvm.1234`.
  var suffix = String(decoding: bytes.dropFirst(), as: UTF8.self)
  guard suffix.isEmpty || suffix.hasPrefix(".") else { return nil }
  if suffix.hasPrefix(".llvm.") { suffix = "" }
  if !withHash, let last = parts.last, last.isRustHash { parts.removeLast() }
  return parts.map(unescaped).joined(separator: "::") + suffix
}

extension ArraySlice<UInt8> {
  fileprivate var isRustHash: Bool {
    count == 17 && first == UInt8(ascii: "h") && dropFirst().allSatisfy { $0.hexDigit != nil }
  }
}

private let escapes: [String: String] = [
  "SP": "@", "BP": "*", "RF": "&", "LT": "<", "GT": ">", "LP": "(", "RP": ")", "C": ",",
]

/// A part without its escapes: `$LT$` is `<`, `$u7b$` is `{`, `..` is `::`.
private func unescaped(_ part: ArraySlice<UInt8>) -> String {
  var rest = part
  var result = ""
  if rest.starts(with: "_$".utf8) { rest = rest.dropFirst() }
  while let first = rest.first {
    if first == UInt8(ascii: ".") {
      let isDouble = rest.dropFirst().first == first
      result += isDouble ? "::" : "."
      rest = rest.dropFirst(isDouble ? 2 : 1)
    } else if first == UInt8(ascii: "$") {
      guard let end = rest.dropFirst().firstIndex(of: first),
        let text = unescaped(escape: rest[(rest.startIndex + 1)..<end])
      else { break }
      result += text
      rest = rest[(end + 1)...]
    } else {
      let plain = rest.prefix { $0 != UInt8(ascii: "$") && $0 != UInt8(ascii: ".") }
      result += String(decoding: plain, as: UTF8.self)
      rest = rest.dropFirst(plain.count)
    }
  }
  // What is no escape stays.
  return result + String(decoding: rest, as: UTF8.self)
}

private func unescaped(escape: ArraySlice<UInt8>) -> String? {
  let escape = String(decoding: escape, as: UTF8.self)
  if let text = escapes[escape] { return text }
  guard escape.hasPrefix("u"), escape.dropFirst().utf8.allSatisfy({ $0.hexDigit != nil }),
    let code = UInt32(escape.dropFirst(), radix: 16), let scalar = Unicode.Scalar(code),
    scalar.properties.generalCategory != .control
  else { return nil }
  return String(scalar)
}
