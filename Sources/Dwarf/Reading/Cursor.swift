/// Reads items of one section of debug information, checking every bound.
///
/// A read beyond the end gives zero, moves to the end and is remembered in `hasFailed`, so that a
/// chain of reads needs one check at its end and a loop over a section always finishes. Offsets
/// count from the start of the section. Values are little-endian.
struct Cursor {
  private let base: UnsafeRawPointer
  /// The offset of the next byte.
  private(set) var offset: Int
  /// The offset after the last byte.
  let end: Int
  /// Whether a read went wrong.
  private(set) var hasFailed = false

  /// Reads a section from an offset on, up to `end` at most.
  init(_ section: UnsafeRawBufferPointer, at offset: Int = 0, end: Int? = nil) {
    // A section without bytes needs some address: it is never read.
    base = section.baseAddress ?? UnsafeRawPointer(bitPattern: 1)!
    self.end = max(0, min(end ?? section.count, section.count))
    self.offset = offset
    if offset < 0 || offset > self.end { fail() }
  }

  var isAtEnd: Bool { offset >= end }
  var remaining: Int { end - offset }

  /// Remembers that what was read makes no sense.
  mutating func fail() {
    hasFailed = true
    offset = end
  }

  @inline(__always)
  mutating func u8() -> UInt8 {
    guard offset < end else {
      fail()
      return 0
    }
    let value = base.load(fromByteOffset: offset, as: UInt8.self)
    offset += 1
    return value
  }

  @inline(__always)
  private mutating func fixed<T: FixedWidthInteger & BitwiseCopyable>(_ type: T.Type) -> T {
    guard end - offset >= MemoryLayout<T>.size else {
      fail()
      return 0
    }
    let value = base.loadUnaligned(fromByteOffset: offset, as: T.self)
    offset += MemoryLayout<T>.size
    return T(littleEndian: value)
  }

  @inline(__always) mutating func u16() -> UInt16 { fixed(UInt16.self) }
  @inline(__always) mutating func u32() -> UInt32 { fixed(UInt32.self) }
  @inline(__always) mutating func u64() -> UInt64 { fixed(UInt64.self) }

  /// An unsigned integer of 1 to 8 bytes; other sizes fail.
  mutating func unsigned(size: Int) -> UInt64 {
    switch size {
    case 1: return UInt64(u8())
    case 2: return UInt64(u16())
    case 4: return UInt64(u32())
    case 8: return u64()
    default:
      guard size > 0, size < 8, remaining >= size else {
        fail()
        return 0
      }
      var value: UInt64 = 0
      for place in 0..<size { value |= UInt64(u8()) << UInt64(8 * place) }
      return value
    }
  }

  /// An unsigned LEB128 integer; bits beyond 64 fail.
  @inline(__always)
  mutating func uleb() -> UInt64 {
    let first = u8()
    return first < 0x80 ? UInt64(first) : longUleb(first)
  }

  private mutating func longUleb(_ first: UInt8) -> UInt64 {
    var value = UInt64(first & 0x7F)
    var shift: UInt64 = 7
    while true {
      let byte = u8()
      let payload = UInt64(byte & 0x7F)
      if shift < 64 {
        value |= payload << shift
        if shift == 63, payload > 1 { fail() }
      } else if payload != 0 {
        fail()
      }
      if byte < 0x80 { return value }
      shift += 7
    }
  }

  /// A signed LEB128 integer, of which the lowest 64 bits count.
  mutating func sleb() -> Int64 {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while true {
      let byte = u8()
      if shift < 64 { value |= UInt64(byte & 0x7F) << shift }
      shift += 7
      guard byte < 0x80 else { continue }
      if shift < 64, byte & 0x40 != 0 { value |= UInt64.max << shift }
      return Int64(bitPattern: value)
    }
  }

  /// An unsigned LEB128 integer as an offset or count; too large for the section fails later reads.
  @inline(__always)
  mutating func ulebInt() -> Int { Int(clamping: uleb()) }

  @inline(__always)
  mutating func skip(_ count: Int) {
    guard count >= 0, count <= end - offset else { return fail() }
    offset += count
  }

  mutating func skip(_ count: UInt64) { skip(Int(clamping: count)) }

  /// Goes on at another offset.
  mutating func move(to offset: Int) {
    guard offset >= 0, offset <= end else { return fail() }
    self.offset = offset
  }

  /// The bytes up to a NUL, which is skipped too; without a NUL it fails.
  mutating func text() -> UnsafeRawBufferPointer {
    let start = offset
    while offset < end {
      if base.load(fromByteOffset: offset, as: UInt8.self) == 0 {
        offset += 1
        return UnsafeRawBufferPointer(start: base + start, count: offset - 1 - start)
      }
      offset += 1
    }
    fail()
    return UnsafeRawBufferPointer(start: nil, count: 0)
  }

  /// The next `count` bytes.
  mutating func bytes(_ count: Int) -> UnsafeRawBufferPointer {
    let start = offset
    skip(count)
    guard !hasFailed else { return UnsafeRawBufferPointer(start: nil, count: 0) }
    return UnsafeRawBufferPointer(start: base + start, count: count)
  }
}
