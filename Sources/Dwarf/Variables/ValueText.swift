import Engine

/// Writes a value as text by its type, within limits of depth, breadth and length.
struct ValueText {
  /// The greatest number of bytes read of one value.
  static let longestValue = 1024
  /// The greatest number of members and elements shown of one value.
  static let longestList = 16
  /// The greatest number of characters of a string.
  static let longestString = 64
  /// The length after which nothing is added.
  static let longestText = 400
  private static let deepest = 4

  /// Bytes of a value; nil for what is not known.
  typealias Bytes = ArraySlice<UInt8?>

  let reader: DebugReader
  let state: any MachineState
  var length = 0

  init(_ reader: DebugReader, _ state: any MachineState) {
    self.reader = reader
    self.state = state
  }

  /// The text of the value at a location.
  mutating func describe(
    _ location: Location, ofType offset: Int?
  ) throws(Unavailable) -> String {
    guard let type = reader.plainType(at: offset) else { throw Unavailable(.unsupported) }
    let size: Int
    if let known = reader.size(of: type) {
      size = known
    } else if case .value(let value) = location {
      // Of a type that is only declared the number that holds it can be shown.
      return hexadecimal(value.bits)
    } else {
      throw Unavailable(.unsupported)
    }
    if case .value(let value) = location, size > value.size, type.isAggregate {
      // Old clangs forget that a structure's local holds its address (LLVM before 15).
      throw Unavailable(.unsupported)
    }
    let bytes = try read(location, min(size, Self.longestValue))
    guard bytes.isEmpty || bytes.contains(where: { $0 != nil }) else {
      throw Unavailable(.optimisedOut)
    }
    let text = text(type, bytes[...], depth: 0)
    guard text != Self.unknown else { throw Unavailable(.unsupported) }
    return text
  }

  private func read(_ location: Location, _ count: Int) throws(Unavailable) -> [UInt8?] {
    switch location {
    case .memory(let address):
      guard let bytes = state.memory(at: address, count: count) else {
        throw Unavailable(.badAddress)
      }
      return bytes
    case .value(let value):
      // Signed constants come with 64 bits; a wasm value has no more than its own.
      return (0..<count).map { place in
        place < value.size ? UInt8(truncatingIfNeeded: value.bits >> UInt64(8 * place)) : nil
      }
    case .bytes(let bytes):
      return (0..<count).map { $0 < bytes.count ? bytes[$0] : nil }
    case .pieces(let pieces):
      var bytes: [UInt8?] = []
      for piece in pieces where bytes.count < count {
        let part = piece.location.map { location in
          Result { () throws(Unavailable) in try read(location, min(piece.size, count)) }
        }
        let known = part.flatMap { try? $0.get() }
        bytes += known ?? [UInt8?](repeating: nil, count: min(piece.size, count))
      }
      bytes = Array(bytes.prefix(count))
      return bytes + [UInt8?](repeating: nil, count: count - bytes.count)
    }
  }

  /// The first `size` bytes as a number; nil if one of them is not known.
  func number(_ bytes: Bytes, _ size: Int) -> UInt64? {
    guard size <= 8, bytes.count >= size else { return nil }
    var result: UInt64 = 0
    for byte in bytes.prefix(size).reversed() {
      guard let byte else { return nil }
      result = result << 8 | UInt64(byte)
    }
    return result
  }

  static let unknown = "<not available>"

  mutating func text(_ type: TypeEntry, _ bytes: Bytes, depth: Int) -> String {
    guard length < Self.longestText, depth <= Self.deepest, reader.effort.pay(4) else {
      return "..."
    }
    let result: String
    switch type.tag {
    case Tag.baseType: result = base(type.encoding, type.size ?? 0, bytes)
    case Tag.pointerType, Tag.referenceType, Tag.rvalueReferenceType:
      result = pointer(type, bytes, depth)
    case Tag.enumerationType: result = enumerator(type, bytes)
    case Tag.arrayType: result = array(type, reader.dimensions(of: type)[...], bytes, depth)
    case Tag.structureType, Tag.classType, Tag.unionType: return aggregate(type, bytes, depth)
    default:
      result = number(bytes, min(bytes.count, 8)).map(hexadecimal) ?? Self.unknown
    }
    length += result.utf8.count
    return result
  }

  func base(_ encoding: UInt64, _ size: Int, _ bytes: Bytes) -> String {
    guard let bits = number(bytes, size) else {
      return bytes.count > 8 && !bytes.contains(nil)
        ? "0x" + bytes.reversed().map { twoDigits($0 ?? 0) }.joined() : Self.unknown
    }
    let shift = Int64(64 - 8 * size)
    let signed = size == 0 ? 0 : Int64(bitPattern: bits << UInt64(shift)) >> shift
    switch encoding {
    case BaseEncoding.boolean: return bits == 0 ? "false" : bits == 1 ? "true" : "true (\(bits))"
    case BaseEncoding.float:
      switch size {
      case 4: return "\(Float(bitPattern: UInt32(bits)))"
      case 8: return "\(Double(bitPattern: bits))"
      default: return hexadecimal(bits)
      }
    case BaseEncoding.signed: return String(signed)
    case BaseEncoding.signedCharacter, BaseEncoding.unsignedCharacter:
      let value = encoding == BaseEncoding.signedCharacter ? String(signed) : String(bits)
      return (0x20..<0x7F).contains(bits)
        ? "\(value) '\(String(UnicodeScalar(UInt8(bits))))'" : value
    case BaseEncoding.character:
      guard let scalar = UInt32(exactly: bits).flatMap(Unicode.Scalar.init) else {
        return hexadecimal(bits)
      }
      return "'" + String(displaying: String(scalar).utf8) + "'"
    default: return String(bits)
    }
  }

  private mutating func pointer(_ type: TypeEntry, _ bytes: Bytes, _ depth: Int) -> String {
    guard let address = number(bytes, 4) else { return Self.unknown }
    if address == 0 { return "null" }
    let plain = hexadecimal(address)
    guard let target = reader.plainType(at: type.target) else { return plain }
    if target.isByteCharacter, let text = terminatedText(at: address) { return "\(plain) \(text)" }
    // What a pointer in a variable leads to is shown; pointers within that are not followed.
    guard depth == 0, let size = reader.size(of: target), size > 0,
      let value = state.memory(at: address, count: min(size, Self.longestValue))
    else { return plain }
    return "\(plain) -> \(text(target, value.map(Optional.init)[...], depth: 1))"
  }

  /// The text in memory up to a NUL.
  private func terminatedText(at address: UInt64) -> String? {
    var bytes: [UInt8] = []
    while bytes.count < Self.longestString {
      guard let next = state.memory(at: address + UInt64(bytes.count), count: 1)?.first else {
        return nil
      }
      if next == 0 { return quoted(bytes[...]) }
      bytes.append(next)
    }
    return quoted(bytes[...]) + "..."
  }

  private func enumerator(_ type: TypeEntry, _ bytes: Bytes) -> String {
    guard let size = type.size ?? reader.plainType(at: type.target)?.size,
      let bits = number(bytes, size)
    else { return Self.unknown }
    let mask: UInt64 = size >= 8 ? .max : (1 << UInt64(8 * size)) - 1
    var name: String?
    var place: UInt64 = 0
    reader.forEachChild(of: type.entry) { child in
      guard child.tag == Tag.enumerator else { return true }
      var own: UInt64?
      var text: AttributeValue?
      reader.forEachAttribute(of: child) { attribute, value in
        if attribute == Attribute.constValue { own = value.number }
        if attribute == Attribute.name { text = value }
      }
      // For all cases of Swift's raw-value enums the compiler writes 0; they are numbered in order.
      if type.isSwift { own = place }
      place += 1
      if let own, own & mask == bits { name = reader.text(text, in: child.unit) }
      return name == nil
    }
    return name ?? String(bits)
  }

  private mutating func array(
    _ type: TypeEntry, _ dimensions: ArraySlice<Int?>, _ bytes: Bytes, _ depth: Int
  ) -> String {
    guard let element = reader.plainType(at: type.target), let size = reader.size(of: element),
      let count = dimensions.first ?? nil
    else { return "[...]" }
    var stride = size
    for inner in dimensions.dropFirst() {
      let (product, overflow) = stride.multipliedReportingOverflow(by: inner ?? 0)
      guard !overflow else { return "[...]" }
      stride = product
    }
    if element.isByteCharacter, dimensions.count == 1 {
      let known = bytes.prefix(count).compactMap { $0 }
      // Text that ends within the array; other bytes are numbers.
      if known.count == min(count, bytes.count), let end = known.firstIndex(of: 0),
        known[..<end].allSatisfy({ $0 >= 0x20 }), end > 0
      {
        return quoted(known[..<end].prefix(Self.longestString))
      }
    }
    return list(count, stride, bytes) { formatter, part in
      dimensions.count > 1
        ? formatter.array(type, dimensions.dropFirst(), part, depth)
        : formatter.text(element, part, depth: depth + 1)
    }
  }

  /// Elements one after the other, as many as the limits and the bytes allow.
  mutating func list(
    _ count: Int, _ stride: Int, _ bytes: Bytes,
    _ element: (inout ValueText, Bytes) -> String
  ) -> String {
    var parts: [String] = []
    var rest = bytes
    while parts.count < count {
      guard parts.count < Self.longestList, length < Self.longestText, rest.count >= stride else {
        parts.append("...")
        break
      }
      parts.append(element(&self, rest.prefix(stride)))
      length += 2
      rest = rest.dropFirst(stride)
    }
    return "[" + parts.joined(separator: ", ") + "]"
  }

  func quoted(_ bytes: ArraySlice<UInt8>) -> String {
    "\"" + String(displaying: bytes, limit: Self.longestString) + "\""
  }
}

/// A number in the way addresses are told.
func hexadecimal(_ bits: UInt64) -> String { "0x" + String(bits, radix: 16) }

private func twoDigits(_ byte: UInt8) -> String {
  String(byte >> 4, radix: 16) + String(byte & 15, radix: 16)
}
