/// Numbers as bytes: little-endian, or LEB128 where most are small.
struct ByteWriter {
  private(set) var bytes: [UInt8] = []

  mutating func fixed(_ value: some FixedWidthInteger) {
    withUnsafeBytes(of: value.littleEndian) { bytes += $0 }
  }

  mutating func number(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }

  mutating func number(_ value: Int) { number(UInt64(max(0, value))) }

  /// Numbers near zero, of either sign, in few bytes.
  mutating func signed(_ value: Int64) {
    number(UInt64(bitPattern: value << 1 ^ value >> 63))
  }

  mutating func block(_ content: [UInt8]) {
    number(content.count)
    bytes += content
  }

  mutating func raw(_ content: some Sequence<UInt8>) { bytes += content }
}

/// Reads what `ByteWriter` has written; everything that is not there is an error.
struct ByteReader {
  private var rest: ArraySlice<UInt8>

  init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

  var isAtEnd: Bool { rest.isEmpty }
  var count: Int { rest.count }

  mutating func fixed<T: FixedWidthInteger>(_ type: T.Type) throws(ReplayError) -> T {
    let part = try raw(MemoryLayout<T>.size)
    return part.withUnsafeBytes { T(littleEndian: $0.loadUnaligned(as: T.self)) }
  }

  mutating func number() throws(ReplayError) -> UInt64 {
    var value: UInt64 = 0
    for shift in stride(from: 0, to: 64, by: 7) {
      guard let byte = rest.popFirst() else { throw .cutOff }
      let part = UInt64(byte & 0x7F)
      guard (part << shift) >> shift == part else { break }
      value |= part << shift
      if byte < 0x80 { return value }
    }
    throw .damaged("a number of more than 64 bits")
  }

  /// A number of at most `limit`.
  mutating func number(upTo limit: Int, _ what: String) throws(ReplayError) -> Int {
    guard let value = Int(exactly: try number()), value <= limit else { throw .tooLarge(what) }
    return value
  }

  mutating func signed() throws(ReplayError) -> Int64 {
    let value = try number()
    return Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)
  }

  mutating func raw(_ count: Int) throws(ReplayError) -> ArraySlice<UInt8> {
    guard count >= 0, count <= rest.count else { throw .cutOff }
    defer { rest = rest.dropFirst(count) }
    return rest.prefix(count)
  }

  mutating func block(upTo limit: Int, _ what: String) throws(ReplayError) -> [UInt8] {
    Array(try raw(try number(upTo: limit, what)))
  }
}
