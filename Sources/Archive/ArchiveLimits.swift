/// How much an archive may hold; everything beyond is refused before anything is unpacked.
public struct ArchiveLimits: Sendable {
  /// Entries of an archive.
  public var entries = 1024
  /// Bytes of one file, unpacked.
  public var fileBytes = 64 << 20
  /// Bytes of all files together, unpacked.
  public var totalBytes = 128 << 20
  /// How many times its packed size a file may have when unpacked.
  ///
  /// Only asked of files with more than `smallFile` bytes. Deflate itself reaches about 1,030,
  /// Zstandard far more.
  public var ratio = 250
  /// Files of at most so many bytes are not asked for their ratio: empty pictures pack well.
  public var smallFile = 1 << 20

  /// The limits as they are above.
  public init() {}
}
