/// Signatures, sizes and flags of the zip format's records.
///
/// Source: APPNOTE.TXT 4.3.7, 4.3.12, 4.3.16 and 4.4.4.
enum ZipRecord {
  static let local: UInt32 = 0x0403_4B50
  static let central: UInt32 = 0x0201_4B50
  static let end: UInt32 = 0x0605_4B50

  static let localSize = 30
  static let centralSize = 46
  static let endSize = 22

  /// The content is encrypted: bit 0, and bits 6 and 13 of the strong encryption.
  static let encryptedFlags: UInt16 = 1 << 0 | 1 << 6 | 1 << 13
  /// Checksum and sizes stand behind the content, not in the local header.
  static let descriptorFlag: UInt16 = 1 << 3
  /// The content is a patch of another file.
  static let patchFlag: UInt16 = 1 << 5

  /// Extra fields that give an entry another name or size than its header does.
  static let zip64Field: UInt16 = 0x0001
  static let unicodePathField: UInt16 = 0x7075
}

/// Reads fixed fields of a zip record, little-endian; none of them can lie outside the file.
struct ZipFields {
  private let bytes: [UInt8]
  private let start: Int

  /// The record at `start`, nil if it would not end before `end`.
  init?(_ bytes: [UInt8], at start: Int, size: Int, before end: Int) {
    guard start >= 0, size >= 0, end <= bytes.count, start <= end, size <= end - start else {
      return nil
    }
    self.bytes = bytes
    self.start = start
  }

  func u16(_ offset: Int) -> UInt16 {
    UInt16(bytes[start + offset]) | UInt16(bytes[start + offset + 1]) << 8
  }

  func u32(_ offset: Int) -> UInt32 {
    UInt32(u16(offset)) | UInt32(u16(offset + 2)) << 16
  }

  func count(_ offset: Int) -> Int { Int(u16(offset)) }
}
