import CZlib

/// A running CRC-32 as zlib has it.
struct Checksum {
  private(set) var value: UInt32 = 0

  /// Appends bytes.
  mutating func add(_ bytes: UnsafeRawBufferPointer) {
    guard let base = bytes.baseAddress else { return }
    value = UInt32(crc32_z(UInt(value), base.assumingMemoryBound(to: UInt8.self), bytes.count))
  }

  /// Appends text in UTF-8.
  mutating func add(_ text: String) {
    var text = text
    text.withUTF8 { add(UnsafeRawBufferPointer($0)) }
  }
}
