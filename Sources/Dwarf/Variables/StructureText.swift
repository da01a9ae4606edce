import Engine

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

  mutating func aggregate(_ type: TypeEntry, _ bytes: Bytes, _ depth: Int) -> String {
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
    if type.isSwift, members.isEmpty, !bytes.isEmpty {
      // How other enums of Swift with payloads are laid out the debug information does not tell.
      return swiftOptional(type, bytes, depth) ?? Self.unknown
    }
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
