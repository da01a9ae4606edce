/// A file of an archive.
public struct ZipEntry: Sendable, Hashable {
  /// Its name: printable ASCII without a slash of either kind, not `.` or `..`, at most 255 bytes.
  public let name: String
  /// Bytes when unpacked.
  public let size: Int
  /// Bytes in the archive.
  public let packedSize: Int
  /// How it is packed.
  public let compression: Compression
  let checksum: UInt32
  /// Where header and content are.
  let extent: Range<Int>

  var content: Range<Int> { extent.upperBound - packedSize..<extent.upperBound }
}
