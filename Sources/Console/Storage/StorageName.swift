/// A name of a saved file, or of a folder: parts that cannot lead anywhere else.
struct StorageName {
  /// Bytes of a part, as Linux's file systems have it.
  static let longestPart = 255
  /// Folders in folders.
  static let deepest = 8

  /// At least one; none is empty, begins with a dot or holds `/` or NUL.
  let parts: [String]

  /// Checks a name.
  ///
  /// A dot at the beginning is kept for files of our own, such as those that are being written.
  init(_ name: String) throws(StorageError) {
    let parts = name.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard parts.count <= Self.deepest, parts.allSatisfy(Self.isPart) else { throw .badName }
    self.parts = parts
  }

  static func isPart(_ part: String) -> Bool {
    let bytes = part.utf8
    return (1...longestPart).contains(bytes.count) && bytes.first != UInt8(ascii: ".")
      && !bytes.contains(0) && !bytes.contains(UInt8(ascii: "/"))
  }

  var folder: ArraySlice<String> { parts.dropLast() }
  var last: String { parts[parts.count - 1] }
}
