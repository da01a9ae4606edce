import Engine

/// Makes linkage names readable: Swift, Embedded Swift, C++, Rust old and new; others stay.
///
/// Names may be hostile: a few letters can stand for gigabytes of text. A result is cut at
/// `longestName` bytes, and names that would take too much work stay as they are.
public struct Demangler: Sendable {
  /// How names are spelt.
  public enum Style: Sendable {
    /// As wasmtime prints them: Rust with hashes, Swift mangled.
    case wasmtime
    /// For people to read: no hashes, Swift without modules and types.
    case short
  }

  /// The greatest number of bytes of a readable name.
  public static let longestName = 4096

  private let style: Style
  private var known: [String: String] = [:]
  private var effort = Effort()

  /// A demangler for a style.
  public init(_ style: Style) {
    self.style = style
  }

  /// The readable form of a name, or the name itself.
  public mutating func readable(_ name: String) -> String {
    if let result = known[name] { return result }
    let result = demangle(name).map { String(displaying: $0.utf8, limit: Self.longestName) }
    // A bound for those who ask for every name there is.
    if known.count >= 2048 { known.removeAll() }
    known[name] = result ?? name
    return result ?? name
  }

  private mutating func demangle(_ name: String) -> String? {
    guard name.utf8.count <= Self.longestName, name.utf8.allSatisfy({ $0 < 0x80 }) else {
      return nil
    }
    let isShort = style == .short
    // Rust's old scheme is C++'s with escapes of its own: first.
    if let text = rustLegacyName(name, withHash: !isShort) { return text }
    if let text = RustNameParser.demangle(name, withHash: !isShort, &effort) { return text }
    if name.hasPrefix("__Z") { return demangle(String(name.dropFirst())) }
    if name.hasPrefix("_Z") {
      let text = libraryName(name, references: referenceCount(ofCPlusPlus: name))
      return isShort ? text : text.map { thunk($0, name) ?? $0 }
    }
    if isShort, ["$s", "$e", "$S", "_$s", "_T"].contains(where: name.hasPrefix) {
      return libraryName(name, references: referenceCount(ofSwift: name))
    }
    return nil
  }

  /// Asks the demangler of the Swift library, which knows Swift and C++.
  ///
  /// Each of the name's references to a part of itself can double the text at most.
  private mutating func libraryName(_ name: String, references: Int) -> String? {
    guard references <= 20 else { return nil }
    let price = name.utf8.count << references
    guard effort.pay(price) else { return nil }
    var size = UInt(Self.longestName + 1)
    let text = withUnsafeTemporaryAllocation(of: CChar.self, capacity: Self.longestName + 1) {
      buffer -> String? in
      buffer.initialize(repeating: 0)
      guard let start = buffer.baseAddress,
        demangleByLibrary(name, UInt(name.utf8.count), start, &size) != nil
      else { return nil }
      let bytes = buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
      return bytes.isEmpty ? nil : String(decoding: bytes, as: UTF8.self)
    }
    // Honest names take far less than they could. One that was cut took nobody knows how much.
    let length = text?.utf8.count ?? 0
    if length < Self.longestName { effort.refund(max(0, price - 64 * length)) }
    return text
  }
}

/// What wasmtime calls a function that adjusts `this` and goes on; nil for others.
private func thunk(_ text: String, _ name: String) -> String? {
  let mark = "non-virtual thunk to "
  guard name.hasPrefix("_ZTh"), text.hasPrefix(mark) else { return nil }
  let offset = name.dropFirst(4).prefix { $0 != "_" }.map { $0 == "n" ? "-" : $0 }
  return "{virtual override thunk({offset(\(String(offset)))}, \(text.dropFirst(mark.count)))}"
}

/// Exported by the Swift library for its own backtraces; writes at most `size` bytes.
@_silgen_name("_swift_backtrace_demangle")
private func demangleByLibrary(
  _ name: UnsafePointer<CChar>, _ count: UInt, _ output: UnsafeMutablePointer<CChar>?,
  _ size: UnsafeMutablePointer<UInt>?
) -> UnsafeMutablePointer<CChar>?

/// The number of references to earlier parts in a C++ name (Itanium ABI 5.1.10), or more.
private func referenceCount(ofCPlusPlus name: String) -> Int {
  let name = Array(name.utf8)
  var count = 0
  var index = 2
  while index < name.count {
    let letter = name[index]
    index += 1
    if letter.isDigit {
      index += identifierLength(name, from: &index, first: letter)
    } else if letter == UInt8(ascii: "S") || letter == UInt8(ascii: "T") {
      let end = name[index...].firstIndex { !$0.isDigit && !$0.isUppercase } ?? name.count
      if end < name.count, name[end] == UInt8(ascii: "_") { count += 1 }
    } else if letter == UInt8(ascii: "p"), "Ds".utf8.contains(name[index - 2]) {
      // A pack, written once for each of its members.
      count += 6
    }
  }
  return count
}

/// The number of references to earlier parts in a Swift name, or more.
private func referenceCount(ofSwift name: String) -> Int {
  let name = Array(name.utf8)
  var count = 0
  var index = 2
  while index < name.count {
    let letter = name[index]
    index += 1
    if letter.isDigit, letter != UInt8(ascii: "0") {
      index += identifierLength(name, from: &index, first: letter)
    } else if letter == UInt8(ascii: "A") {
      // A run of references, each with a number of repetitions; the last is an upper-case letter.
      while index < name.count {
        var repetitions = 0
        while index < name.count, name[index].isDigit {
          repetitions = min(repetitions * 10 + Int(name[index] - 0x30), 4096)
          index += 1
        }
        count += max(1, repetitions)
        guard index < name.count, name[index].isLowercase else { break }
        index += 1
      }
    }
  }
  return count
}

/// The length of an identifier whose length begins with the digit `first`; moves past the length.
private func identifierLength(_ name: [UInt8], from index: inout Int, first: UInt8) -> Int {
  var length = Int(first - 0x30)
  while index < name.count, name[index].isDigit {
    length = min(length * 10 + Int(name[index] - 0x30), name.count)
    index += 1
  }
  return min(length, name.count - index)
}

extension UInt8 {
  var isDigit: Bool { self >= 0x30 && self <= 0x39 }
  var isUppercase: Bool { self >= 0x41 && self <= 0x5A }
  var isLowercase: Bool { self >= 0x61 && self <= 0x7A }

  /// The value of a digit of a lower-case hexadecimal number.
  var hexDigit: UInt8? {
    switch self {
    case 0x30...0x39: self - 0x30
    case 0x61...0x66: self - 0x61 + 10
    default: nil
    }
  }
}
