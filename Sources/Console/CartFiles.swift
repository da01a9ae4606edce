/// The files of a cart, by name, all of them in memory.
///
/// A cart's host calls find a file without touching the disk, and what was checked when the cart was
/// opened is what it gets.
public struct CartFiles: Sendable {
  private let contents: [String: [UInt8]]

  /// Files by name; none by default.
  public init(_ contents: [String: [UInt8]] = [:]) {
    self.contents = contents
  }

  /// All names, in the order of their bytes.
  public var names: [String] {
    contents.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  /// All files by name.
  public var byName: [String: [UInt8]] { contents }

  /// Bytes of the file, nil if there is none.
  public func size(of name: String) -> Int? { contents[name]?.count }

  /// Content of the file, at most the first `limit` bytes; nil if there is none.
  ///
  /// A file within the limit is shared, not copied.
  public func read(_ name: String, limit: Int = .max) -> [UInt8]? {
    guard let content = contents[name], content.count > limit else { return contents[name] }
    return Array(content.prefix(max(0, limit)))
  }
}
