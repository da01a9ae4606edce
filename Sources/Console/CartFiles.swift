/// The files of a cart, readable by name.
///
/// Files of a directory are opened relative to it and without following links, so that no name
/// leads out of it.
public struct CartFiles: Sendable {
  /// Files with more bytes count as unreadable.
  public static let largestFile = 64 << 20

  private let directory: FileHandle?
  private let memory: [String: [UInt8]]

  /// Files in memory; none by default.
  public init(_ memory: [String: [UInt8]] = [:]) {
    directory = nil
    self.memory = memory
  }

  init(directory: FileHandle) {
    self.directory = directory
    memory = [:]
  }

  /// Bytes of the file, nil if there is no such regular file.
  public func size(of name: String) -> Int? {
    if let content = memory[name] { return content.count }
    let size = open(name).size
    return size.flatMap { $0 <= Self.largestFile ? $0 : nil }
  }

  /// Content of the file, at most the first `limit` bytes; nil if there is no such regular file.
  public func read(_ name: String, limit: Int = CartFiles.largestFile) -> [UInt8]? {
    if let content = memory[name] { return Array(content.prefix(limit)) }
    let file = open(name)
    guard let size = file.size, size <= Self.largestFile else { return nil }
    return file.read(limit: min(limit, Self.largestFile))
  }

  func open(_ name: String) -> FileHandle {
    directory?.open(name) ?? FileHandle(-1)
  }
}
