import Console

/// The files of a cart's ROM; what was read once is not read again.
///
/// A ROM does not change while it is played, so that also what is not in it is remembered.
struct RomFiles {
  /// Bytes that are remembered of all files, and names of which anything is.
  private static let largestMemory = 8 << 20
  private static let mostNames = 1024

  private let files: CartFiles
  private var sizes: [String: Int?] = [:]
  private var contents: [String: [UInt8]] = [:]
  private var bytes = 0

  init(_ files: CartFiles) {
    self.files = files
  }

  /// Bytes of a file, nil if it is not in the ROM.
  mutating func size(of name: String) -> Int? {
    if let known = sizes[name] { return known }
    let size = files.size(of: name)
    if sizes.count < Self.mostNames { sizes[name] = .some(size) }
    return size
  }

  /// At least the first `limit` bytes of a file, if it has as many; nil if it is not in the ROM.
  mutating func read(_ name: String, limit: Int) -> [UInt8]? {
    if let known = contents[name] { return known }
    guard let size = size(of: name) else { return nil }
    guard size <= Self.largestMemory - bytes, contents.count < Self.mostNames else {
      return files.read(name, limit: limit)
    }
    guard let content = files.read(name) else { return nil }
    contents[name] = content
    bytes += content.count
    return content
  }
}
