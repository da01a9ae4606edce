import Engine

extension DebugReader {
  /// The greatest number of bytes of a name or path that is kept.
  static var longestText: Int { 4096 }

  /// A value that is text, cleaned for display; `home` is the section that the value stands in.
  func text(
    _ value: AttributeValue?, in unit: Unit, home: SectionID = .info
  ) -> String? {
    guard let value, let bytes = bytes(value, in: unit, home: home) else { return nil }
    // Nearly all text is plain; the careful way is ten times as slow.
    if bytes.count <= Self.longestText, bytes.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) {
      return String(decoding: bytes, as: UTF8.self)
    }
    return String(displaying: bytes, limit: Self.longestText)
  }

  private func bytes(
    _ value: AttributeValue, in unit: Unit, home: SectionID
  ) -> UnsafeRawBufferPointer? {
    switch value.kind {
    case .text: return text(in: home, at: Int(clamping: value.value))
    case .stringOffset: return text(in: .str, at: Int(clamping: value.value))
    case .lineStringOffset: return text(in: .lineStr, at: Int(clamping: value.value))
    case .stringIndex:
      guard value.value < UInt64(UInt32.max) else { return nil }
      var cursor = Cursor(section(.strOffsets), at: root(of: unit).stringOffsetsBase)
      cursor.skip(value.value * 4)
      let offset = cursor.u32()
      return cursor.hasFailed ? nil : text(in: .str, at: Int(offset))
    default: return nil
    }
  }

  /// The bytes up to a NUL, the end of the section or the longest text.
  func text(in id: SectionID, at offset: Int) -> UnsafeRawBufferPointer? {
    let section = section(id)
    guard offset >= 0, offset < section.count else {
      // A section that is missing as a whole is not damaged.
      if !section.isEmpty { damaged.insert(id) }
      return nil
    }
    let part = section[offset..<min(section.count, offset + Self.longestText + 1)]
    let end = part.firstIndex(of: 0) ?? part.endIndex
    guard effort.pay(1 + (end - offset) / 4) else { return nil }
    return UnsafeRawBufferPointer(rebasing: part[..<end])
  }
}
