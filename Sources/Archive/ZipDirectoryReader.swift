/// Reads the directory of an archive entry by entry and compares it with the local headers.
struct ZipDirectoryReader {
  private let bytes: [UInt8]
  private let directory: Range<Int>
  private let limits: ArchiveLimits
  private var offset: Int
  private var entries: [ZipEntry] = []
  private var names: Set<String> = []
  private var total = 0

  init(_ bytes: [UInt8], _ directory: Range<Int>, _ limits: ArchiveLimits) {
    self.bytes = bytes
    self.directory = directory
    self.limits = limits
    offset = directory.lowerBound
  }

  /// Reads the next entry.
  ///
  /// Source: APPNOTE.TXT 4.3.12.
  mutating func readEntry() throws(ArchiveError) {
    let number = "number \(entries.count + 1)"
    guard
      let header = ZipFields(
        bytes, at: offset, size: ZipRecord.centralSize, before: directory.upperBound),
      header.u32(0) == ZipRecord.central
    else { throw ArchiveError(.damaged("the directory ends before it"), entry: number) }
    let nameStart = offset + ZipRecord.centralSize
    let nameEnd = nameStart + header.count(28)
    let extraEnd = nameEnd + header.count(30)
    let end = extraEnd + header.count(32)
    guard end <= directory.upperBound else {
      throw ArchiveError(.damaged("it reaches beyond the directory"), entry: number)
    }
    offset = end
    guard let name = Self.fileName(bytes[nameStart..<nameEnd]) else {
      let isFolder = nameEnd > nameStart && bytes[nameEnd - 1] == UInt8(ascii: "/")
      throw ArchiveError(isFolder ? .notAFile : .badName, entry: number)
    }
    guard names.insert(name).inserted else { throw ArchiveError(.duplicate, entry: name) }
    try checkKind(header, name)
    try checkExtraFields(nameEnd..<extraEnd, name)
    let (packed, size) = (Int(header.u32(20)), Int(header.u32(24)))
    guard let compression = Compression(rawValue: header.u16(10)) else {
      throw ArchiveError(.unsupported("compression method \(header.u16(10))"), entry: name)
    }
    try checkSizes(packed: packed, unpacked: size, compression, name)
    entries.append(
      ZipEntry(
        name: name, size: size, packedSize: packed, compression: compression,
        checksum: header.u32(16), extent: try localExtent(header, nameStart..<nameEnd, name)))
  }

  /// All entries, none of which shares bytes with another.
  consuming func finish() throws(ArchiveError) -> [ZipEntry] {
    guard offset == directory.upperBound else {
      throw ArchiveError(.damaged("the directory has more than its entries"))
    }
    var end = 0
    for entry in entries.sorted(by: { $0.extent.lowerBound < $1.extent.lowerBound }) {
      guard entry.extent.lowerBound >= end else { throw ArchiveError(.overlap, entry: entry.name) }
      end = entry.extent.upperBound
    }
    return entries
  }

  /// A name that means a file in a folder whatever the folder is; nil for all others.
  private static func fileName(_ bytes: ArraySlice<UInt8>) -> String? {
    guard (1...255).contains(bytes.count),
      bytes.allSatisfy({
        (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "\\")
      })
    else { return nil }
    let name = String(decoding: bytes, as: UTF8.self)
    return name == "." || name == ".." ? nil : name
  }

  private func checkKind(_ header: ZipFields, _ name: String) throws(ArchiveError) {
    let flags = header.u16(8)
    guard flags & ZipRecord.encryptedFlags == 0 else {
      throw ArchiveError(.encrypted, entry: name)
    }
    guard flags & ZipRecord.patchFlag == 0 else {
      throw ArchiveError(.unsupported("a patch"), entry: name)
    }
    // The upper half is the mode of a Unix file, zero where no such system made the archive; bit 4
    // is the folder attribute of DOS.
    let attributes = header.u32(38)
    let type = attributes >> 28
    guard type == 0 || type == 0o10, attributes & 0x10 == 0 else {
      throw ArchiveError(.notAFile, entry: name)
    }
    guard header.u16(34) == 0 else {
      throw ArchiveError(.unsupported("an archive in several parts"), entry: name)
    }
  }

  private func checkExtraFields(_ range: Range<Int>, _ name: String) throws(ArchiveError) {
    var start = range.lowerBound
    // Fewer than four bytes are padding, as some programs leave it.
    while let field = ZipFields(bytes, at: start, size: 4, before: range.upperBound) {
      let id = field.u16(0)
      guard id != ZipRecord.zip64Field else {
        throw ArchiveError(.unsupported("zip64"), entry: name)
      }
      guard id != ZipRecord.unicodePathField else {
        throw ArchiveError(.unsupported("a second name"), entry: name)
      }
      start += 4 + field.count(2)
      guard start <= range.upperBound else {
        throw ArchiveError(.damaged("an extra field is too long"), entry: name)
      }
    }
  }

  private mutating func checkSizes(
    packed: Int, unpacked: Int, _ compression: Compression, _ name: String
  ) throws(ArchiveError) {
    guard compression != .stored || packed == unpacked else {
      throw ArchiveError(.damaged("it is stored, yet its two sizes differ"), entry: name)
    }
    guard unpacked <= limits.fileBytes else {
      throw ArchiveError(
        .tooLarge("\(unpacked) bytes; more than \(limits.fileBytes) are refused"), entry: name)
    }
    total += unpacked
    guard total <= limits.totalBytes else {
      throw ArchiveError(
        .tooLarge("the files have more than \(limits.totalBytes) bytes together"))
    }
    // Compared by division, so that nothing overflows.
    guard unpacked <= limits.smallFile || unpacked / limits.ratio <= packed else {
      throw ArchiveError(
        .tooLarge("\(packed) bytes that unpack to \(unpacked): refused as a zip bomb"), entry: name)
    }
  }

  /// Where the entry's header and content are; both headers must say the same.
  ///
  /// Source: APPNOTE.TXT 4.3.7.
  private func localExtent(
    _ central: ZipFields, _ nameRange: Range<Int>, _ name: String
  ) throws(ArchiveError) -> Range<Int> {
    let start = Int(central.u32(42))
    guard
      let local = ZipFields(
        bytes, at: start, size: ZipRecord.localSize, before: directory.lowerBound),
      local.u32(0) == ZipRecord.local
    else { throw ArchiveError(.damaged("it is not where the directory says"), entry: name) }
    let nameStart = start + ZipRecord.localSize
    let nameEnd = nameStart + local.count(26)
    let contentStart = nameEnd + local.count(28)
    let end = contentStart + Int(central.u32(20))
    guard end <= directory.lowerBound else {
      throw ArchiveError(.damaged("it reaches into the directory"), entry: name)
    }
    // Checksum and sizes may stand behind the content; then the header has zeros.
    let sizes = [14, 18, 22].map { local.u32($0) }
    let expected = [16, 20, 24].map { central.u32($0) }
    let isLater = local.u16(6) & ZipRecord.descriptorFlag != 0 && sizes == [0, 0, 0]
    guard bytes[nameStart..<nameEnd] == bytes[nameRange], local.u16(6) == central.u16(8),
      local.u16(8) == central.u16(10), isLater || sizes == expected
    else { throw ArchiveError(.damaged("its two headers differ"), entry: name) }
    return start..<end
  }
}
