import Synchronization

/// A storage in memory: for runs that neither see nor leave saved files, and for tests.
public final class MemoryStorage: StorageTree, WatchedStorage {
  fileprivate struct State {
    var files: [[String]: [UInt8]] = [:]
    var folders: Set<[String]> = []
  }

  private let limits: StorageLimits
  private let state: Mutex<State>

  /// A storage that holds these files.
  public init(_ files: [String: [UInt8]] = [:], limits: StorageLimits = .cart) {
    self.limits = limits
    var start = State()
    for (name, content) in files {
      guard let name = try? StorageName(name) else { continue }
      start.files[name.parts] = content
      start.makeFolders(name.folder)
    }
    state = Mutex(start)
  }

  /// All files, for a look from outside.
  public var files: [String: [UInt8]] {
    state.withLock { state in
      Dictionary(
        uniqueKeysWithValues: state.files.map { ($0.key.joined(separator: "/"), $0.value) })
    }
  }

  /// Bytes of a saved file, nil if there is none.
  public func size(of name: String) throws(StorageError) -> Int? { try read(name)?.count }

  /// Content of a saved file, nil if there is none.
  public func read(_ name: String) throws(StorageError) -> [UInt8]? {
    let parts = try StorageName(name).parts
    return state.withLock { $0.files[parts] }
  }

  /// Saves a file, within the limits.
  public func write(_ name: String, _ content: [UInt8]) throws(StorageError) {
    let name = try StorageName(name)
    try state.withLock { state throws(StorageError) in
      guard !state.folders.contains(name.parts) else { throw .failed(reason: "is a directory") }
      guard !name.folder.indices.contains(where: { state.files[Array(name.parts[...$0])] != nil })
      else { throw .failed(reason: "not a directory") }
      try limits.check(content.count, beside: state.usage(beside: name))
      state.files[name.parts] = content
      state.makeFolders(name.folder)
    }
  }

  /// Removes a file; nothing happens if there is none.
  public func remove(_ name: String) throws(StorageError) {
    let parts = try StorageName(name).parts
    try state.withLock { state throws(StorageError) in
      guard !state.folders.contains(parts) else { throw .failed(reason: "is a directory") }
      state.files[parts] = nil
    }
  }

  /// What is in a folder, by name; nil if there is no such folder.
  public func entries(of folder: String) throws(StorageError) -> [StorageEntry]? {
    let parts = try StorageName(folder).parts
    return state.withLock { state in
      guard state.folders.contains(parts) else { return nil }
      func isHere(_ other: [String]) -> Bool { other.dropLast().elementsEqual(parts) }
      let files = state.files.keys.filter(isHere).compactMap(\.last)
      let folders = state.folders.filter(isHere).compactMap(\.last)
      let entries =
        files.map { StorageEntry(name: $0, isFolder: false) }
        + folders.map { StorageEntry(name: $0, isFolder: true) }
      return entries.sorted { $0.name < $1.name }
    }
  }

  /// Makes a folder; nothing happens if it is there.
  public func makeFolder(_ name: String) throws(StorageError) {
    let name = try StorageName(name)
    try state.withLock { state throws(StorageError) in
      guard !state.folders.contains(name.parts) else { return }
      guard state.files[name.parts] == nil else { throw .failed(reason: "file exists") }
      try limits.check(0, beside: state.usage(beside: name))
      state.makeFolders(name.parts[...])
    }
  }

  /// Removes a folder with all that is in it; nothing happens if there is none.
  public func removeFolder(_ name: String) throws(StorageError) {
    let parts = try StorageName(name).parts
    state.withLock { state in
      state.folders = state.folders.filter { !$0.starts(with: parts) }
      state.files = state.files.filter { $0.key == parts || !$0.key.starts(with: parts) }
    }
  }
}

extension MemoryStorage.State {
  mutating func makeFolders(_ parts: ArraySlice<String>) {
    for end in parts.indices { folders.insert(Array(parts[...end])) }
  }

  /// What shares the limits with a file, without the file itself.
  func usage(beside name: StorageName) -> StorageUsage {
    var usage = StorageUsage()
    func shares(_ other: [String]) -> Bool {
      guard other != name.parts, (other.count > 1) == (name.parts.count > 1) else { return false }
      return other.count == 1 || other[0] == name.parts[0]
    }
    for (other, content) in files where shares(other) {
      usage.bytes += content.count
      usage.files += 1
    }
    usage.files += folders.count { $0.count > 1 && shares($0) }
    return usage
  }
}
