/// Writes a flat zip archive as Firefly's tools do: Zstandard, mode 755, nothing but what is
/// needed.
///
/// The same files always give the same bytes: entries are sorted by name and dated to the first day
/// the format knows. No library of Debian 12 writes Zstandard into zip files.
public struct ZipWriter: Sendable {
  private var content: [UInt8] = []
  private var directory: [UInt8] = []

  /// An archive of these files.
  ///
  /// - Precondition: Names are plain file names, and everything together stays far below 4 GiB and
  ///   65,535 files, as `ArchiveLimits` want it.
  public static func archive(of files: [String: [UInt8]]) -> [UInt8] {
    var writer = ZipWriter()
    let names = files.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    for name in names { writer.add(name, files[name] ?? []) }
    return writer.finish(count: names.count)
  }

  private mutating func add(_ name: String, _ file: [UInt8]) {
    let frame = Compression.zstandardFrame(file)
    let offset = content.count
    var common: [UInt8] = []
    common.append16(Self.version)
    common.append16(0)
    common.append16(Compression.zstandard.rawValue)
    common.append32(Self.firstDay)
    common.append32(crc32(of: file))
    common.append32(UInt32(frame.count))
    common.append32(UInt32(file.count))
    common.append16(UInt16(name.utf8.count))
    common.append16(0)

    content.append32(ZipRecord.local)
    content += common
    content += Array(name.utf8)
    content += frame

    directory.append32(ZipRecord.central)
    directory.append16(Self.unix << 8 | Self.version)
    directory += common
    // No comment, the first part, no text.
    for _ in 0..<3 { directory.append16(0) }
    directory.append32(Self.executableFile << 16)
    directory.append32(UInt32(offset))
    directory += Array(name.utf8)
  }

  private consuming func finish(count: Int) -> [UInt8] {
    var archive = content + directory
    archive.append32(ZipRecord.end)
    archive.append32(0)
    archive.append16(UInt16(count))
    archive.append16(UInt16(count))
    archive.append32(UInt32(directory.count))
    archive.append32(UInt32(content.count))
    archive.append16(0)
    return archive
  }

  /// 6.3: the first version of the format with Zstandard.
  private static let version: UInt16 = 63
  private static let unix: UInt16 = 3
  /// A regular file of mode 755.
  private static let executableFile: UInt32 = 0o100755
  /// Midnight of 1980-01-01: time, then date.
  private static let firstDay: UInt32 = 0x0021_0000
}

extension [UInt8] {
  fileprivate mutating func append16(_ value: UInt16) {
    append(UInt8(truncatingIfNeeded: value))
    append(UInt8(truncatingIfNeeded: value >> 8))
  }

  fileprivate mutating func append32(_ value: UInt32) {
    append16(UInt16(truncatingIfNeeded: value))
    append16(UInt16(truncatingIfNeeded: value >> 16))
  }
}
