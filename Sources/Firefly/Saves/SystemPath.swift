import Console

/// A path that a privileged cart gives: up to five parts joined by `/`, from the root of the
/// console's files.
///
/// There are three folders at the root, and nothing else can be named: what Glowjar keeps beside
/// them is none of a cart's business.
/// Source: firefly.md 10.6 and 11.8.
struct SystemPath {
  static let roots = ["roms", "data", "sys"]
  private static let deepest = 5

  /// The path as a name in the storage.
  let name: String
  private let parts: [String]

  init(_ bytes: UnsafeRawBufferPointer) throws(HostCallError) {
    guard String(validating: bytes.prefix(Self.longest), as: UTF8.self) != nil else {
      throw .invalidFileName
    }
    let pieces = bytes.split(
      separator: UInt8(ascii: "/"), maxSplits: Self.deepest, omittingEmptySubsequences: false)
    guard bytes.count <= Self.longest, pieces.count <= Self.deepest else {
      throw HostCallError("bad file name: too many parts")
    }
    var parts: [String] = []
    for piece in pieces {
      parts.append(try FileName(UnsafeRawBufferPointer(rebasing: piece)).text)
    }
    self.parts = parts
    name = parts.joined(separator: "/")
  }

  /// Longest path whose parts are all as long as may be.
  private static let longest = deepest * 256

  /// Whether it is one of the three folders at the root, which are always there.
  var isRoot: Bool { parts.count == 1 && isKnown }
  /// Whether it lies in one of them, or is one.
  var isKnown: Bool { parts.first.map(Self.roots.contains) ?? false }

  /// The folder that it lies in; nil for what would lie beside the three.
  var parent: String? {
    parts.count > 1 && isKnown ? parts.dropLast().joined(separator: "/") : nil
  }
}

/// All of the console's files, as a privileged cart may see and change them.
struct SystemFiles {
  let tree: any StorageTree

  func entries(of path: SystemPath) throws(HostCallError) -> [StorageEntry] {
    guard path.isKnown else { throw .fileNotFound }
    if let entries = try answer({ tree throws(StorageError) in try tree.entries(of: path.name) }) {
      return entries
    }
    guard path.isRoot else { throw .fileNotFound }
    return []
  }

  /// Bytes of a file; nil if there is none in its folder, an error if there is no such folder.
  func size(of path: SystemPath) throws(HostCallError) -> Int? {
    try checkFolder(of: path)
    return try answer { tree throws(StorageError) in try tree.size(of: path.name) }
  }

  func read(_ path: SystemPath) throws(HostCallError) -> [UInt8] {
    try checkFolder(of: path)
    guard
      let content = try answer({ tree throws(StorageError) in try tree.read(path.name) })
    else { throw .fileNotFound }
    return content
  }

  func write(_ path: SystemPath, _ content: [UInt8]) throws(HostCallError) {
    try checkFolder(of: path)
    try answer { tree throws(StorageError) in try tree.write(path.name, content) }
  }

  func remove(_ path: SystemPath) throws(HostCallError) {
    try checkFolder(of: path)
    try answer { tree throws(StorageError) in try tree.remove(path.name) }
  }

  func makeFolder(_ path: SystemPath) throws(HostCallError) {
    if path.isRoot { return }
    try checkFolder(of: path)
    try answer { tree throws(StorageError) in try tree.makeFolder(path.name) }
  }

  /// The three folders at the root stay: they hold everything that a player has.
  func removeFolder(_ path: SystemPath) throws(HostCallError) {
    guard !path.isRoot else { throw HostCallError("permission denied") }
    _ = try entries(of: path)
    try answer { tree throws(StorageError) in try tree.removeFolder(path.name) }
  }

  /// Where an installed cart is, if it is installed.
  func isInstalled(_ cart: InstalledCart) -> Bool {
    let entries = try? tree.entries(of: cart.folder.joined(separator: "/"))
    return entries != nil
  }

  private func checkFolder(of path: SystemPath) throws(HostCallError) {
    guard let parent = path.parent else { throw .fileNotFound }
    if SystemPath.roots.contains(parent) { return }
    guard try answer({ tree throws(StorageError) in try tree.entries(of: parent) }) != nil else {
      throw .fileNotFound
    }
  }

  private func answer<Result>(
    _ body: (any StorageTree) throws(StorageError) -> Result
  ) throws(HostCallError) -> Result {
    do {
      return try body(tree)
    } catch {
      throw HostCallError(error)
    }
  }
}
