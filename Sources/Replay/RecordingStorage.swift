import Console
import Synchronization

/// A storage before another one, which remembers what the cart finds there.
///
/// Nothing is read ahead: of a file that the cart asks for, the content is kept that it has then,
/// before the cart writes to it first. What is refused is kept by the number of the call.
final class RecordingStorage: Storage {
  private struct State {
    var start = SavedStart()
    var leftOut = 0
    var known: Set<String> = []
    var bytes = 0
    var calls = 0
  }

  private let base: any Storage
  private let state = Mutex(State())

  init(_ base: any Storage) { self.base = base }

  /// What was found so far.
  var start: SavedStart { state.withLock { $0.start } }
  /// Files that were found and are too large to be kept.
  var leftOut: Int { state.withLock { $0.leftOut } }

  func size(of name: String) throws(StorageError) -> Int? {
    try call { () throws(StorageError) in
      let size = try base.size(of: name)
      if size != nil { try keep(name) { () throws(StorageError) in try base.read(name) } }
      return size
    }
  }

  func read(_ name: String) throws(StorageError) -> [UInt8]? {
    try call { () throws(StorageError) in
      let content = try base.read(name)
      try keep(name) { content }
      return content
    }
  }

  func write(_ name: String, _ content: [UInt8]) throws(StorageError) {
    try call { () throws(StorageError) in try base.write(name, content) }
    forget(name)
  }

  func remove(_ name: String) throws(StorageError) {
    try call { () throws(StorageError) in try base.remove(name) }
    forget(name)
  }

  func settle(isEnd: Bool) throws(StorageError) { try base.settle(isEnd: isEnd) }

  /// Counts a call, and keeps what it was refused for.
  private func call<T>(_ body: () throws(StorageError) -> T) throws(StorageError) -> T {
    let number = state.withLock {
      $0.calls += 1
      return $0.calls
    }
    do {
      return try body()
    } catch {
      state.withLock {
        guard $0.start.refusals.count < SavedStart.mostRefusals else { return }
        $0.start.refusals[number] = error
      }
      throw error
    }
  }

  /// Keeps a content that the cart finds for the first time.
  private func keep(
    _ name: String, _ read: () throws(StorageError) -> [UInt8]?
  ) throws(StorageError) {
    guard isNew(name), let content = try read() else { return }
    state.withLock {
      guard content.count <= SavedStart.largestContent - $0.bytes,
        $0.start.files.count < SavedStart.mostFiles
      else {
        $0.leftOut += 1
        return
      }
      $0.bytes += content.count
      $0.start.files[name] = content
    }
  }

  /// From now on the file is the cart's own doing.
  private func forget(_ name: String) { _ = isNew(name) }

  private func isNew(_ name: String) -> Bool {
    state.withLock { $0.known.count < 65_536 && $0.known.insert(name).inserted }
  }
}

/// The storage of a run like a recorded one: what was there then, in memory, and what was refused
/// is refused again.
final class PlaybackStorage: WatchedStorage {
  private let memory: MemoryStorage
  private let refusals: [Int: StorageError]
  private let calls = Mutex(0)

  init(_ start: SavedStart) {
    // What the real storage took, this one takes, whatever else was saved there.
    memory = MemoryStorage(start.files, limits: .console)
    refusals = start.refusals
  }

  var files: [String: [UInt8]] { memory.files }

  func size(of name: String) throws(StorageError) -> Int? {
    try count()
    return try memory.size(of: name)
  }

  func read(_ name: String) throws(StorageError) -> [UInt8]? {
    try count()
    return try memory.read(name)
  }

  func write(_ name: String, _ content: [UInt8]) throws(StorageError) {
    try count()
    try memory.write(name, content)
  }

  func remove(_ name: String) throws(StorageError) {
    try count()
    try memory.remove(name)
  }

  private func count() throws(StorageError) {
    let number = calls.withLock {
      $0 += 1
      return $0
    }
    if let refusal = refusals[number] { throw refusal }
  }
}
