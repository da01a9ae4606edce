/// Reads names of Rust's present scheme, "v0" (RFC 2603).
struct RustNameParser {
  /// Nothing readable: not of the scheme, or nested too deeply.
  private struct Unreadable: Error {}

  private let name: [UInt8]
  private var next = 0
  private let withHash: Bool
  private var output = ""
  /// Whether what is read is left out of the output.
  private var isSilent = false
  private var depth = 0
  private var boundLifetimes = 0
  private var steps = 0

  /// The readable form of a name, cut where it is too long; nil if it is not of this scheme.
  static func demangle(_ name: String, withHash: Bool, _ effort: inout Effort) -> String? {
    guard let prefix = ["_R", "__R", "R"].first(where: name.hasPrefix) else { return nil }
    let mangled = Array(name.utf8.dropFirst(prefix.utf8.count))
    guard mangled.first?.isUppercase == true else { return nil }
    var parser = RustNameParser(name: mangled, withHash: withHash)
    defer { _ = effort.pay(parser.steps) }
    guard (try? parser.path(inValue: true)) != nil else {
      return parser.output.utf8.count > Demangler.longestName ? parser.output : nil
    }
    if parser.next < mangled.count, mangled[parser.next].isUppercase {
      // The crate that made this copy of generic code.
      parser.isSilent = true
      guard (try? parser.path(inValue: false)) != nil else { return nil }
    }
    let suffix = String(decoding: mangled[parser.next...], as: UTF8.self)
    guard suffix.isEmpty || suffix.hasPrefix(".") else { return nil }
    return parser.output + (suffix.hasPrefix(".llvm.") ? "" : suffix)
  }

  private init(name: [UInt8], withHash: Bool) {
    self.name = name
    self.withHash = withHash
  }

  private mutating func print(_ text: String) throws {
    guard !isSilent else { return }
    output += text
    if output.utf8.count > Demangler.longestName { throw Unreadable() }
  }

  private mutating func letter() throws -> Character {
    guard next < name.count else { throw Unreadable() }
    next += 1
    return Character(Unicode.Scalar(name[next - 1]))
  }

  private mutating func eat(_ letter: Character) -> Bool {
    guard next < name.count, name[next] == letter.asciiValue else { return false }
    next += 1
    return true
  }

  /// Runs `body` one level deeper.
  private mutating func nested(_ body: (inout RustNameParser) throws -> Void) throws {
    steps += 1
    depth += 1
    guard depth <= 200, steps <= 100_000 else { throw Unreadable() }
    try body(&self)
    depth -= 1
  }

  /// A number to the base 62, ended by `_`.
  private mutating func base62() throws -> UInt64 {
    if eat("_") { return 0 }
    var value: UInt64 = 0
    while !eat("_") {
      guard next < name.count else { throw Unreadable() }
      let byte = name[next]
      next += 1
      let digit: UInt64
      switch byte {
      case _ where byte.isDigit: digit = UInt64(byte - 0x30)
      case _ where byte.isLowercase: digit = UInt64(byte - 0x61) + 10
      case _ where byte.isUppercase: digit = UInt64(byte - 0x41) + 36
      default: throw Unreadable()
      }
      let (product, overflow) = value.multipliedReportingOverflow(by: 62)
      let (sum, carry) = product.addingReportingOverflow(digit)
      guard !overflow, !carry else { throw Unreadable() }
      value = sum
    }
    guard value < .max else { throw Unreadable() }
    return value + 1
  }

  /// A number that is there if `tag` is, plus 1; else 0.
  private mutating func optionalBase62(_ tag: Character) throws -> UInt64 {
    guard eat(tag) else { return 0 }
    let value = try base62()
    guard value < .max else { throw Unreadable() }
    return value + 1
  }

  private mutating func identifier() throws -> String {
    let isPunycode = eat("u")
    guard next < name.count, name[next].isDigit else { throw Unreadable() }
    var length = Int(name[next] - 0x30)
    next += 1
    if length != 0 {
      while next < name.count, name[next].isDigit {
        length = min(length * 10 + Int(name[next] - 0x30), name.count)
        next += 1
      }
    }
    _ = eat("_")
    guard length <= name.count - next else { throw Unreadable() }
    let bytes = name[next..<next + length]
    next += length
    guard isPunycode else { return String(decoding: bytes, as: UTF8.self) }
    guard let text = decodePunycode(bytes) else { throw Unreadable() }
    return text
  }

  /// Reads again what stands at an earlier place.
  private mutating func reference(_ body: (inout RustNameParser) throws -> Void) throws {
    let start = next - 1
    let target = try base62()
    guard target < UInt64(start) else { throw Unreadable() }
    guard !isSilent else { return }
    let after = next
    next = Int(target)
    try nested(body)
    next = after
  }

  /// Reads items until `E`; the number of them.
  @discardableResult
  private mutating func list(
    _ separator: String, _ item: (inout RustNameParser) throws -> Void
  ) throws -> Int {
    var count = 0
    while !eat("E") {
      if count > 0 { try print(separator) }
      try item(&self)
      count += 1
    }
    return count
  }
}

// MARK: Paths

extension RustNameParser {
  private mutating func path(inValue: Bool) throws {
    try nested { parser in
      switch try parser.letter() {
      case "C":
        let hash = try parser.optionalBase62("s")
        try parser.print(try parser.identifier())
        if parser.withHash, hash != 0 { try parser.print("[\(String(hash, radix: 16))]") }
      case "N": try parser.nestedPath(inValue: inValue)
      case "M": try parser.implementation(hasPath: true, hasTrait: false)
      case "X": try parser.implementation(hasPath: true, hasTrait: true)
      case "Y": try parser.implementation(hasPath: false, hasTrait: true)
      case "I":
        try parser.path(inValue: inValue)
        try parser.print(inValue ? "::<" : "<")
        try parser.list(", ") { try $0.genericArgument() }
        try parser.print(">")
      case "B": try parser.reference { try $0.path(inValue: inValue) }
      default: throw Unreadable()
      }
    }
  }

  private mutating func nestedPath(inValue: Bool) throws {
    let space = try letter()
    guard space.isASCII, space.isLetter else { throw Unreadable() }
    try path(inValue: inValue)
    let number = try optionalBase62("s")
    let identifier = try identifier()
    guard space.isUppercase else {
      return try print(identifier.isEmpty ? "" : "::" + identifier)
    }
    let kind = space == "C" ? "closure" : space == "S" ? "shim" : String(space)
    try print("::{\(kind)\(identifier.isEmpty ? "" : ":" + identifier)#\(number)}")
  }

  /// `<Type>` or `<Type as Trait>`; the path of the implementation itself is left out.
  private mutating func implementation(hasPath: Bool, hasTrait: Bool) throws {
    if hasPath {
      _ = try optionalBase62("s")
      let wasSilent = isSilent
      isSilent = true
      try path(inValue: false)
      isSilent = wasSilent
    }
    try print("<")
    try type()
    if hasTrait {
      try print(" as ")
      try path(inValue: false)
    }
    try print(">")
  }

  private mutating func genericArgument() throws {
    if eat("L") {
      try printLifetime(try base62())
    } else if eat("K") {
      try constant(inValue: false)
    } else {
      try type()
    }
  }

  private mutating func printLifetime(_ number: UInt64) throws {
    guard !isSilent else { return }
    if number == 0 { return try print("'_") }
    guard number <= UInt64(boundLifetimes) else { throw Unreadable() }
    let place = boundLifetimes - Int(number)
    try print(place < 26 ? "'" + String(UnicodeScalar(UInt8(0x61 + place))) : "'_\(place)")
  }

  /// Reads what may be under `for<'a, 'b>`.
  private mutating func binder(_ body: (inout RustNameParser) throws -> Void) throws {
    let count = try optionalBase62("G")
    guard count <= 1000 else { throw Unreadable() }
    if count > 0, !isSilent {
      try print("for<")
      for number in 0..<count {
        if number > 0 { try print(", ") }
        boundLifetimes += 1
        try printLifetime(1)
      }
      try print("> ")
      try body(&self)
      boundLifetimes -= Int(count)
    } else {
      try body(&self)
    }
  }
}

// MARK: Types and constants

extension RustNameParser {
  private static let basicTypes: [Character: String] = [
    "a": "i8", "b": "bool", "c": "char", "d": "f64", "e": "str", "f": "f32", "h": "u8",
    "i": "isize", "j": "usize", "l": "i32", "m": "u32", "n": "i128", "o": "u128", "p": "_",
    "s": "i16", "t": "u16", "u": "()", "v": "...", "x": "i64", "y": "u64", "z": "!",
  ]

  private mutating func type() throws {
    let tag = try letter()
    if let basic = Self.basicTypes[tag] { return try print(basic) }
    try nested { parser in
      switch tag {
      case "R", "Q":
        try parser.print("&")
        if parser.eat("L") {
          let lifetime = try parser.base62()
          if lifetime != 0 {
            try parser.printLifetime(lifetime)
            try parser.print(" ")
          }
        }
        if tag == "Q" { try parser.print("mut ") }
        try parser.type()
      case "P", "O":
        try parser.print(tag == "P" ? "*const " : "*mut ")
        try parser.type()
      case "A", "S":
        try parser.print("[")
        try parser.type()
        if tag == "A" {
          try parser.print("; ")
          try parser.constant(inValue: true)
        }
        try parser.print("]")
      case "T":
        try parser.print("(")
        let count = try parser.list(", ") { try $0.type() }
        try parser.print(count == 1 ? ",)" : ")")
      case "F": try parser.binder { try $0.functionType() }
      case "D":
        try parser.print("dyn ")
        try parser.binder { parser in
          try parser.list(" + ") { try $0.dynamicTrait() }
        }
        guard parser.eat("L") else { throw Unreadable() }
        let lifetime = try parser.base62()
        if lifetime != 0 {
          try parser.print(" + ")
          try parser.printLifetime(lifetime)
        }
      case "B": try parser.reference { try $0.type() }
      default:
        parser.next -= 1
        try parser.path(inValue: false)
      }
    }
  }

  private mutating func functionType() throws {
    if eat("U") { try print("unsafe ") }
    if eat("K") {
      let convention = eat("C") ? "C" : try identifier()
      try print("extern \"\(String(convention.map { $0 == "_" ? "-" : $0 }))\" ")
    }
    try print("fn(")
    try list(", ") { try $0.type() }
    try print(")")
    if !eat("u") {
      try print(" -> ")
      try type()
    }
  }

  private mutating func dynamicTrait() throws {
    var isOpen = try pathWithOpenGenerics()
    while eat("p") {
      try print(isOpen ? ", " : "<")
      isOpen = true
      try print(try identifier() + " = ")
      try type()
    }
    if isOpen { try print(">") }
  }

  /// A path whose generic arguments, if it ends in such, are not closed yet: then true.
  private mutating func pathWithOpenGenerics() throws -> Bool {
    var isOpen = false
    if eat("B") {
      try reference { isOpen = try $0.pathWithOpenGenerics() }
    } else if eat("I") {
      try path(inValue: false)
      try print("<")
      try list(", ") { try $0.genericArgument() }
      isOpen = true
    } else {
      try path(inValue: false)
    }
    return isOpen
  }

  private mutating func constant(inValue: Bool) throws {
    let tag = try letter()
    // Expressions that are not a literal stand in braces.
    let needsBraces = !inValue && "eAQTV".contains(tag)
    try nested { parser in
      if needsBraces { try parser.print("{") }
      switch tag {
      case "p": try parser.print("_")
      case "h", "t", "m", "y", "o", "j": try parser.number(tag)
      case "a", "s", "l", "x", "n", "i":
        if parser.eat("n") { try parser.print("-") }
        try parser.number(tag)
      case "b":
        switch try parser.hexDigits() {
        case [0]: try parser.print("false")
        case [1]: try parser.print("true")
        default: throw Unreadable()
        }
      case "c":
        let digits = try parser.hexDigits()
        guard digits.count <= 8,
          let scalar = Unicode.Scalar(digits.reduce(0) { $0 << 4 | UInt32($1) })
        else { throw Unreadable() }
        try parser.print("'\(escaped(scalar, quote: "'"))'")
      case "e":
        try parser.print("*")
        try parser.string()
      case "R" where parser.eat("e"): try parser.string()
      case "R", "Q":
        if tag == "R", !inValue { try parser.print("{") }
        try parser.print(tag == "R" ? "&" : "&mut ")
        try parser.constant(inValue: true)
        if tag == "R", !inValue { try parser.print("}") }
      case "A":
        try parser.print("[")
        try parser.list(", ") { try $0.constant(inValue: true) }
        try parser.print("]")
      case "T":
        try parser.print("(")
        let count = try parser.list(", ") { try $0.constant(inValue: true) }
        try parser.print(count == 1 ? ",)" : ")")
      case "V": try parser.structure()
      case "B": try parser.reference { try $0.constant(inValue: inValue) }
      default: throw Unreadable()
      }
      if needsBraces { try parser.print("}") }
    }
  }

  private mutating func structure() throws {
    try path(inValue: true)
    switch try letter() {
    case "U": break
    case "T":
      try print("(")
      try list(", ") { try $0.constant(inValue: true) }
      try print(")")
    case "S":
      try print(" { ")
      try list(", ") { parser in
        _ = try parser.optionalBase62("s")
        try parser.print(try parser.identifier() + ": ")
        try parser.constant(inValue: true)
      }
      try print(" }")
    default: throw Unreadable()
    }
  }

  private mutating func hexDigits() throws -> [UInt8] {
    var digits: [UInt8] = []
    while !eat("_") {
      guard next < name.count, let digit = name[next].hexDigit else { throw Unreadable() }
      digits.append(digit)
      next += 1
    }
    return digits
  }

  private mutating func number(_ tag: Character) throws {
    let digits = try hexDigits()
    let significant = digits.drop { $0 == 0 }
    if significant.count <= 16 {
      try print(String(significant.reduce(UInt64(0)) { $0 << 4 | UInt64($1) }))
    } else {
      try print("0x" + significant.map { String($0, radix: 16) }.joined())
    }
    if withHash, let type = Self.basicTypes[tag] { try print(type) }
  }

  private mutating func string() throws {
    let digits = try hexDigits()
    guard digits.count.isMultiple(of: 2) else { throw Unreadable() }
    let bytes = stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
    guard let text = String(validating: bytes, as: UTF8.self) else { throw Unreadable() }
    try print("\"" + text.unicodeScalars.map { escaped($0, quote: "\"") }.joined() + "\"")
  }
}

/// A character as Rust writes it in a literal.
private func escaped(_ scalar: Unicode.Scalar, quote: Unicode.Scalar) -> String {
  switch scalar {
  case "\t": "\\t"
  case "\r": "\\r"
  case "\n": "\\n"
  case "\0": "\\0"
  case "\\": "\\\\"
  case quote: "\\" + String(quote)
  default:
    switch scalar.properties.generalCategory {
    case .control, .format, .unassigned, .privateUse, .surrogate:
      "\\u{\(String(scalar.value, radix: 16))}"
    default: String(scalar)
    }
  }
}

/// An identifier beyond ASCII (RFC 3492, with `_` for the delimiter); nil if it is malformed.
private func decodePunycode(_ bytes: ArraySlice<UInt8>) -> String? {
  var scalars: [Unicode.Scalar] = []
  var rest = bytes
  if let delimiter = bytes.lastIndex(of: UInt8(ascii: "_")) {
    scalars = bytes[..<delimiter].map { Unicode.Scalar($0) }
    rest = bytes[(delimiter + 1)...]
  }
  guard !rest.isEmpty, rest.count <= 512 else { return nil }
  var code = 0x80
  var place = 0
  var bias = 72
  var damp = 700
  while !rest.isEmpty {
    var delta = 0
    var weight = 1
    var position = 36
    while true {
      guard let byte = rest.popFirst() else { return nil }
      let digit: Int
      switch byte {
      case _ where byte.isLowercase: digit = Int(byte - 0x61)
      case _ where byte.isDigit: digit = Int(byte - 0x30) + 26
      default: return nil
      }
      delta += digit * weight
      guard delta < 1 << 32 else { return nil }
      let threshold = min(max(position - bias, 1), 26)
      if digit < threshold { break }
      weight *= 36 - threshold
      guard weight < 1 << 32 else { return nil }
      position += 36
    }
    place += delta
    let count = scalars.count + 1
    code += place / count
    place %= count
    guard let value = UInt32(exactly: code), let scalar = Unicode.Scalar(value) else { return nil }
    scalars.insert(scalar, at: place)
    place += 1
    // The bias follows the size of the differences.
    delta = delta / damp
    damp = 2
    delta += delta / count
    var steps = 0
    while delta > 455 {
      delta /= 35
      steps += 36
    }
    bias = steps + 36 * delta / (delta + 38)
  }
  return String(String.UnicodeScalarView(scalars))
}
