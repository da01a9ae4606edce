/// Writes values in the postcard encoding.
///
/// Source: firefly.md 11.1.
struct PostcardWriter {
  private(set) var bytes: [UInt8] = []

  mutating func byte(_ value: UInt8) {
    bytes.append(value)
  }

  mutating func bool(_ value: Bool) {
    bytes.append(value ? 1 : 0)
  }

  /// An unsigned number, LEB128; shorter types are written the same way.
  mutating func u32(_ value: UInt32) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(truncatingIfNeeded: rest))
  }

  mutating func u16(_ value: UInt16) {
    u32(UInt32(value))
  }

  /// A number with a sign, zigzag.
  mutating func i16(_ value: Int16) {
    u16(UInt16(bitPattern: value << 1 ^ value >> 15))
  }
}

extension PostcardReader {
  mutating func u16() throws(Failure) -> UInt16 {
    guard let value = UInt16(exactly: try u32()) else { throw Failure(reason: "number too large") }
    return value
  }

  /// A number with a sign, zigzag.
  mutating func i16() throws(Failure) -> Int16 {
    let value = try u16()
    return Int16(bitPattern: value >> 1) ^ -Int16(bitPattern: value & 1)
  }
}
