/// Why a `ByteReader` cannot read what it is asked for.
public struct ReadError: Error, Hashable, Sendable {
  /// The kinds of failure.
  public enum Kind: Hashable, Sendable {
    /// The range ends before the item does.
    case unexpectedEnd
    /// A LEB128 integer has more bytes than its width allows.
    case integerTooLong
    /// A LEB128 integer has bits set beyond its width.
    case integerTooLarge
    /// A name is not valid UTF-8.
    case notUTF8
  }

  /// What is wrong.
  public var kind: Kind
  /// The offset of the item's first byte.
  public var offset: Int
}

/// Reads little-endian and LEB128 items from a range of a byte array, checking every bound.
///
/// Offsets count from the start of the array. A failed read leaves `offset` unspecified but
/// within the range.
public struct ByteReader: Sendable {
  /// The whole array.
  public let bytes: [UInt8]
  /// The offset of the next byte.
  public private(set) var offset: Int
  /// The offset after the last byte of the range.
  public private(set) var end: Int

  /// Reads `range` of `bytes`, all of it if `range` is nil.
  ///
  /// A range that reaches beyond the array is cut off.
  public init(_ bytes: [UInt8], in range: Range<Int>? = nil) {
    self.bytes = bytes
    let range = (range ?? bytes.indices).clamped(to: bytes.indices)
    offset = range.lowerBound
    end = range.upperBound
  }

  /// The number of bytes left.
  public var remaining: Int { end - offset }

  /// Whether nothing is left.
  public var isAtEnd: Bool { offset == end }

  /// A reader for the next `count` bytes, which this reader skips.
  public mutating func slice(_ count: Int) throws(ReadError) -> ByteReader {
    ByteReader(bytes, in: try skip(count))
  }

  /// Skips `count` bytes and returns where they are.
  public mutating func skip(_ count: Int) throws(ReadError) -> Range<Int> {
    guard count >= 0, count <= remaining else {
      throw ReadError(kind: .unexpectedEnd, offset: offset)
    }
    defer { offset += count }
    return offset..<offset + count
  }

  /// The next byte.
  public mutating func byte() throws(ReadError) -> UInt8 {
    guard offset < end else { throw ReadError(kind: .unexpectedEnd, offset: offset) }
    defer { offset += 1 }
    return bytes[offset]
  }

  /// The next byte, left unread; nil at the end.
  public var peek: UInt8? { offset < end ? bytes[offset] : nil }

  /// Four bytes, little-endian.
  public mutating func fixed32() throws(ReadError) -> UInt32 {
    bytes[try skip(4)].reversed().reduce(0) { $0 << 8 | UInt32($1) }
  }

  /// Eight bytes, little-endian.
  public mutating func fixed64() throws(ReadError) -> UInt64 {
    bytes[try skip(8)].reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }

  /// An unsigned LEB128 integer of at most 32 bits (spec 5.2.2).
  public mutating func unsigned32() throws(ReadError) -> UInt32 {
    if let byte = peek, byte < 0x80 {
      offset += 1
      return UInt32(byte)
    }
    return UInt32(truncatingIfNeeded: try unsigned(bits: 32))
  }

  /// An unsigned LEB128 integer of at most 64 bits (spec 5.2.2).
  public mutating func unsigned64() throws(ReadError) -> UInt64 { try unsigned(bits: 64) }

  /// A signed LEB128 integer of at most 32 bits (spec 5.2.2).
  public mutating func signed32() throws(ReadError) -> Int32 {
    Int32(truncatingIfNeeded: try signed(bits: 32))
  }

  /// A signed LEB128 integer of at most 33 bits (spec 5.2.2).
  public mutating func signed33() throws(ReadError) -> Int64 { try signed(bits: 33) }

  /// A signed LEB128 integer of at most 64 bits (spec 5.2.2).
  public mutating func signed64() throws(ReadError) -> Int64 { try signed(bits: 64) }

  /// Skips a name, its size and then UTF-8 bytes (spec 5.2.4), and returns where the bytes are.
  public mutating func name() throws(ReadError) -> Range<Int> {
    let size = try unsigned32()
    let range = try skip(Int(size))
    let isASCII = bytes[range].allSatisfy { $0 < 0x80 }
    guard isASCII || String(validating: bytes[range], as: UTF8.self) != nil else {
      throw ReadError(kind: .notUTF8, offset: range.lowerBound)
    }
    return range
  }

  private mutating func unsigned(bits: Int) throws(ReadError) -> UInt64 {
    let start = offset
    var result: UInt64 = 0
    var shift = 0
    while true {
      let byte = try self.byte()
      result |= UInt64(byte & 0x7F) << UInt64(shift)
      let room = bits - shift
      if room < 7 {
        guard byte < 0x80 else { throw ReadError(kind: .integerTooLong, offset: start) }
        guard byte >> UInt8(room) == 0 else {
          throw ReadError(kind: .integerTooLarge, offset: start)
        }
        return result
      }
      if byte < 0x80 { return result }
      shift += 7
    }
  }

  private mutating func signed(bits: Int) throws(ReadError) -> Int64 {
    let start = offset
    var result: Int64 = 0
    var shift = 0
    while true {
      let byte = try self.byte()
      // The seven payload bits as a signed number.
      let payload = Int64(Int8(bitPattern: byte << 1) >> 1)
      let room = bits - shift
      if room < 7 {
        guard byte < 0x80 else { throw ReadError(kind: .integerTooLong, offset: start) }
        guard payload >> Int64(room - 1) == 0 || payload >> Int64(room - 1) == -1 else {
          throw ReadError(kind: .integerTooLarge, offset: start)
        }
        return result | payload << Int64(shift)
      }
      if byte < 0x80 { return result | payload << Int64(shift) }
      result |= (payload & 0x7F) << Int64(shift)
      shift += 7
    }
  }
}
