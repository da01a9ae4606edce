/// Reads a flat zip archive: files without folders, stored, deflated or packed with Zstandard.
///
/// Everything the archive says is checked when it is opened, before anything is unpacked: that
/// both headers of an entry agree, that no two entries share a name or bytes, that sizes keep to
/// the limits. Different readers must not see different files in one archive.
///
/// The structure is read here, because libraries tell too little of it: libarchive 3.6 takes the
/// name from whichever header it prefers, passes over one of two entries at the same place without
/// a word, and gives no packed sizes. Unpacking is the libraries' work.
public struct ZipReader: Sendable {
  /// The files in the order of the archive's directory.
  public let entries: [ZipEntry]
  private let bytes: [UInt8]

  /// Checks an archive.
  public init(
    _ bytes: [UInt8], limits: ArchiveLimits = ArchiveLimits()
  ) throws(ArchiveError) {
    self.bytes = bytes
    let (directory, count) = try Self.directory(of: bytes, limits)
    var reader = ZipDirectoryReader(bytes, directory, limits)
    for _ in 0..<count { try reader.readEntry() }
    entries = try reader.finish()
  }

  /// Whether bytes begin as archives do; an empty archive is not meant.
  public static func recognises(_ bytes: some Sequence<UInt8>) -> Bool {
    bytes.starts(with: [0x50, 0x4B, 0x03, 0x04])
  }

  /// Unpacks a file of this archive.
  ///
  /// - Throws: `.corrupt` if size or checksum are not those of the directory.
  public func content(of entry: ZipEntry) throws(ArchiveError) -> [UInt8] {
    guard bytes.indices.contains(entry.extent.lowerBound), entry.extent.upperBound <= bytes.count
    else { throw ArchiveError(.damaged("the entry is not of this archive"), entry: entry.name) }
    let packed = bytes[entry.content]
    guard let content = entry.compression.unpacked(packed, size: entry.size) else {
      throw ArchiveError(
        .corrupt("it cannot be unpacked to the \(entry.size) bytes it shall have"),
        entry: entry.name)
    }
    guard crc32(of: content) == entry.checksum else {
      throw ArchiveError(.corrupt("its checksum is wrong"), entry: entry.name)
    }
    return content
  }

  /// Finds the end record and, by it, where the directory is and how many entries it has.
  private static func directory(
    of bytes: [UInt8], _ limits: ArchiveLimits
  ) throws(ArchiveError) -> (Range<Int>, count: Int) {
    let last = bytes.count - ZipRecord.endSize
    guard last >= 0 else { throw ArchiveError(.notAnArchive) }
    // Behind the record there is a comment at most, whose length the record tells.
    let first = max(0, last - Int(UInt16.max))
    for start in stride(from: last, through: first, by: -1) {
      guard bytes[start] == 0x50,
        let end = ZipFields(bytes, at: start, size: ZipRecord.endSize, before: bytes.count),
        end.u32(0) == ZipRecord.end, end.count(20) == last - start
      else { continue }
      let (count, offset, size) = (end.count(10), Int(end.u32(16)), Int(end.u32(12)))
      guard count < 0xFFFF, offset < 0xFFFF_FFFF, size < 0xFFFF_FFFF else {
        throw ArchiveError(.unsupported("zip64"))
      }
      guard end.u16(4) == 0, end.u16(6) == 0, end.count(8) == count else {
        throw ArchiveError(.unsupported("an archive in several parts"))
      }
      guard count <= limits.entries else {
        throw ArchiveError(.tooLarge("\(count) entries; more than \(limits.entries) are refused"))
      }
      guard offset + size == start else {
        throw ArchiveError(.damaged("the directory does not end where the end record begins"))
      }
      return (offset..<start, count)
    }
    throw ArchiveError(.notAnArchive)
  }
}
