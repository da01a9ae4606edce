import Engine

/// Writes a value as text by its type, within limits of depth, breadth and length.
struct ValueText {
  /// The greatest number of bytes read of one value.
  private static let longestValue = 1024
  /// The greatest number of members and elements shown of one value.
  private static let longestList = 16
  /// The greatest number of characters of a string.
  private static let longestString = 64
  /// The length after which nothing is added.
  private static let longestText = 400
  private static let deepest = 4

  /// Bytes of a value; nil for what is not known.
  private typealias Bytes = ArraySlice<UInt8?>

  private let reader: DebugReader
  private let state: any MachineState
  private var length = 0

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
    let bytes = try read(location, min(size, Self.longestValue))
    guard bytes.isEmpty || bytes.contains(where: { $0 != nil }) else {
      throw Unavailable(.optimisedOut)
    }
    return text(type, bytes[...], depth: 0)
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
  private func number(_ bytes: Bytes, _ size: Int) -> UInt64? {
    guard size <= 8, bytes.count >= size else { return nil }
    var result: UInt64 = 0
    for byte in bytes.prefix(size).reversed() {
      guard let byte else { return nil }
      result = result << 8 | UInt64(byte)
    }
    return result
  }

  private static let unknown = "<not available>"

  private mutating func text(_ type: TypeEntry, _ bytes: Bytes, depth: Int) -> String {
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

  private func base(_ encoding: UInt64, _ size: Int, _ bytes: Bytes) -> String {
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
  private mutating func list(
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

  private func quoted(_ bytes: ArraySlice<UInt8>) -> String {
    "\"" + String(displaying: bytes, limit: Self.longestString) + "\""
  }
}

// MARK: Structures

extension ValueText {
  /// A member of a structure.
  private struct Member {
    var name: String?
    var type: Int?
    /// In bytes from the start.
    var offset = 0
    /// Of a bit field: the first bit from the start, and the number of bits.
    var bits: (first: Int, count: Int)?
    /// Whether the compiler added it.
    var isArtificial = false
  }

  private func member(_ entry: Entry) -> Member {
    var member = Member()
    var bitSize: Int?
    var bitOffset: Int?
    var oldBitOffset: Int?
    var size: Int?
    reader.forEachAttribute(of: entry) { name, value in
      let number = value.number.map { Int(clamping: $0) }
      switch name {
      case Attribute.name: member.name = reader.text(value, in: entry.unit)
      case Attribute.type: member.type = value.reference
      case Attribute.artificial: member.isArtificial = true
      case Attribute.dataMemberLocation: member.offset = number ?? .max
      case Attribute.bitSize: bitSize = number
      case Attribute.dataBitOffset: bitOffset = number
      case Attribute.bitOffset: oldBitOffset = number
      case Attribute.byteSize: size = number
      default: break
      }
    }
    guard let count = bitSize, (1...64).contains(count), member.offset < 1 << 32 else {
      return member
    }
    if let bitOffset {
      member.bits = (bitOffset, count)
    } else if let oldBitOffset, oldBitOffset < 64 {
      // The old way counts from the highest bit of the storage.
      let storage = size ?? reader.plainType(at: member.type)?.size ?? 4
      member.bits = (member.offset * 8 + min(storage, 8) * 8 - oldBitOffset - count, count)
    }
    return member
  }

  private mutating func aggregate(_ type: TypeEntry, _ bytes: Bytes, _ depth: Int) -> String {
    if type.isSwift, let encoding = SwiftType.encoding(type.name) {
      return base(encoding, SwiftType.size(type.name) ?? bytes.count, bytes)
    }
    if type.isSwift, SwiftType.isPointer(type.name) {
      return number(bytes, 4).map(hexadecimal) ?? Self.unknown
    }
    var members: [Member] = []
    var variants: Entry?
    reader.forEachChild(of: type.entry) { child in
      switch child.tag {
      case Tag.member, Tag.inheritance:
        var member = member(child)
        if child.tag == Tag.inheritance { member.name = reader.typeName(at: member.type) }
        if type.isSwift, let own = reader.plainType(at: member.type) {
          // The compiler writes where the member before ends; the gap is left to the reader.
          let alignment = reader.swiftAlignment(of: own)
          let (aligned, overflow) = member.offset.addingReportingOverflow(
            (0 &- member.offset) & (alignment - 1))
          member.offset = overflow ? .max : aligned
        }
        let isHidden = member.isArtificial || member.name?.hasPrefix("_vptr") ?? false
        if !isHidden { members.append(member) }
      case Tag.variantPart: variants = child
      default: break
      }
      return members.count <= Self.longestList
    }
    if let variants { return variant(variants, bytes, depth) }
    if let text = special(type, members, bytes, depth) { return text }
    var parts: [String] = []
    var isTuple = true
    for member in members {
      guard parts.count < Self.longestList, length < Self.longestText else {
        parts.append("...")
        break
      }
      let value = text(member, bytes, depth)
      // The members of tuples have numbers for names.
      let isNumbered = member.name.map { $0.hasPrefix("__") && Int($0.dropFirst(2)) != nil } ?? true
      parts.append(isNumbered ? value : "\(member.name ?? ""): \(value)")
      if !isNumbered { isTuple = false }
    }
    length += 2 * parts.count
    let list = parts.joined(separator: ", ")
    return isTuple && !parts.isEmpty ? "(\(list))" : "{\(list)}"
  }

  private mutating func text(_ member: Member, _ bytes: Bytes, _ depth: Int) -> String {
    guard let type = reader.plainType(at: member.type) else { return "?" }
    if let bits = member.bits { return bitField(bits, type, bytes) }
    guard member.offset >= 0, member.offset <= bytes.count else { return "..." }
    let rest = bytes.dropFirst(member.offset)
    return text(type, rest.prefix(reader.size(of: type) ?? rest.count), depth: depth + 1)
  }

  private func bitField(
    _ field: (first: Int, count: Int), _ type: TypeEntry, _ bytes: Bytes
  ) -> String {
    guard field.first >= 0, field.first / 8 < bytes.count else { return "..." }
    let part = bytes.dropFirst(field.first / 8)
    let shift = UInt64(field.first % 8)
    let size = (field.first % 8 + field.count + 7) / 8
    guard let whole = number(part, size) else { return Self.unknown }
    var bits = whole >> shift
    if field.count < 64 { bits &= (1 << UInt64(field.count)) - 1 }
    let isSigned = type.encoding == BaseEncoding.signed
    if isSigned, bits >> UInt64(field.count - 1) & 1 == 1 {
      return String(Int64(bitPattern: bits | UInt64.max << UInt64(min(field.count, 63))))
    }
    if type.encoding == BaseEncoding.boolean { return bits == 0 ? "false" : "true" }
    return String(bits)
  }

  /// Structures that stand for something simpler: strings, slices, optionals of Rust and Zig.
  private mutating func special(
    _ type: TypeEntry, _ members: [Member], _ bytes: Bytes, _ depth: Int
  ) -> String? {
    guard members.count == 2, let name = type.name else { return nil }
    if name.hasPrefix("?"), let flag = members.first(where: { $0.name == "some" }),
      let payload = members.first(where: { $0.name == "payload" }), flag.offset < bytes.count
    {
      guard let isThere = number(bytes.dropFirst(flag.offset), 1) else { return Self.unknown }
      return isThere == 0 ? "null" : text(payload, bytes, depth)
    }
    guard let start = members.first(where: { $0.name == "data_ptr" || $0.name == "ptr" }),
      let size = members.first(where: { $0.name == "length" || $0.name == "len" }),
      name.hasPrefix("&") || name.hasPrefix("["), start.offset <= bytes.count,
      size.offset <= bytes.count, let pointer = reader.plainType(at: start.type),
      pointer.tag == Tag.pointerType, let element = reader.plainType(at: pointer.target),
      let stride = reader.size(of: element),
      let address = number(bytes.dropFirst(start.offset), 4),
      let count = number(bytes.dropFirst(size.offset), 4)
    else { return nil }
    let shown = min(Int(count), element.isByte ? Self.longestString : Self.longestList + 1)
    let (byteCount, overflow) = shown.multipliedReportingOverflow(by: stride)
    guard !overflow, byteCount <= 1 << 16,
      let content = state.memory(at: address, count: byteCount)
    else { return "\(hexadecimal(address)) (\(count) elements)" }
    let isText = element.isByte && (name.contains("str") || name.hasPrefix("["))
    if isText, String(validating: content, as: UTF8.self) != nil || shown < Int(count) {
      return quoted(content[...]) + (shown < Int(count) ? "..." : "")
    }
    return list(Int(count), stride, content.map(Optional.init)[...]) { formatter, part in
      formatter.text(element, part, depth: depth + 1)
    }
  }

  /// The case of an enum of Rust that a value is (DWARF 5, 5.7.10).
  private mutating func variant(_ part: Entry, _ bytes: Bytes, _ depth: Int) -> String {
    var tag: UInt64?
    if let place = reader.attribute(Attribute.discr, of: part)?.reference,
      let entry = reader.entry(at: place)
    {
      let discriminant = member(entry)
      guard let type = reader.plainType(at: discriminant.type), let size = reader.size(of: type),
        discriminant.offset <= bytes.count,
        let value = number(bytes.dropFirst(discriminant.offset), size)
      else { return Self.unknown }
      tag = value
    }
    var found: Entry?
    var other: Entry?
    var count = 0
    reader.forEachChild(of: part) { child in
      guard child.tag == Tag.variant else { return true }
      count += 1
      if let value = reader.attribute(Attribute.discrValue, of: child)?.number {
        if value == tag { found = child }
      } else {
        other = child
      }
      return found == nil
    }
    // Without a discriminant only the one case there is can be told.
    guard let chosen = found ?? other, tag != nil || count == 1 else { return Self.unknown }
    var content: Member?
    reader.forEachChild(of: chosen) { child in
      if child.tag == Tag.member { content = member(child) }
      return content == nil
    }
    guard let content, let name = content.name else { return Self.unknown }
    let value = text(content, bytes, depth)
    return value == "{}" ? name : value.hasPrefix("(") ? name + value : name + " " + value
  }
}

private func hexadecimal(_ bits: UInt64) -> String { "0x" + String(bits, radix: 16) }

private func twoDigits(_ byte: UInt8) -> String {
  String(byte >> 4, radix: 16) + String(byte & 15, radix: 16)
}
