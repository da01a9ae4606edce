import Synchronization

/// A storage before another one, for carts that save in every frame: the disk sees each file at
/// most once an interval.
///
/// The first save of a file goes through at once, and so does one that takes more room than the
/// last, since it may be refused. Others wait in memory until `settle` finds the interval over.
/// Source: reliability plan K12.
public final class MergingStorage: Storage {
  private struct File {
    /// When it was written last.
    var time: UInt64
    /// Bytes that it had then.
    var size: Int
    /// What has been saved since.
    var waiting: [UInt8]?
  }

  private let base: any Storage
  private let interval: UInt64
  private let now: @Sendable () -> UInt64
  private let files = Mutex<[String: File]>([:])

  /// A storage before `base`.
  ///
  /// - Parameters:
  ///   - base: Where files end up.
  ///   - interval: Nanoseconds between two writes of a file.
  ///   - now: A clock of nanoseconds that never goes back.
  public init(
    _ base: any Storage, interval: UInt64 = 1_000_000_000, now: @escaping @Sendable () -> UInt64
  ) {
    self.base = base
    self.interval = interval
    self.now = now
  }

  /// Bytes of a saved file, nil if there is none.
  public func size(of name: String) throws(StorageError) -> Int? {
    if let waiting = waiting(name) { return waiting.count }
    return try base.size(of: name)
  }

  /// Content of a saved file, nil if there is none.
  public func read(_ name: String) throws(StorageError) -> [UInt8]? {
    if let waiting = waiting(name) { return waiting }
    return try base.read(name)
  }

  /// Saves a file, now or when its time has come.
  public func write(_ name: String, _ content: [UInt8]) throws(StorageError) {
    let time = now()
    let mayWait = files.withLock { files in
      guard let file = files[name], time &- file.time < interval, content.count <= file.size else {
        return false
      }
      files[name]?.waiting = content
      return true
    }
    if !mayWait { try writeNow(name, content, at: time) }
  }

  /// Removes a file, and what waits to be written to it.
  public func remove(_ name: String) throws(StorageError) {
    files.withLock { $0[name] = nil }
    try base.remove(name)
  }

  /// Writes files whose time has come; at the end all of them.
  ///
  /// - Throws: The first error; what could not be written waits on, and is tried again after an
  ///   interval.
  public func settle(isEnd: Bool) throws(StorageError) {
    // Asked in every frame, of which nearly all find nothing.
    guard files.withLock({ $0.contains { $0.value.waiting != nil } }) else { return }
    let time = now()
    let due = files.withLock {
      $0.filter { _, file in
        file.waiting != nil && (isEnd || time &- file.time >= interval)
      }
    }
    var failure: StorageError?
    for (name, file) in due {
      guard let content = file.waiting else { continue }
      do {
        try writeNow(name, content, at: time)
      } catch {
        files.withLock { $0[name]?.time = time }
        failure = failure ?? error
      }
    }
    if let failure { throw failure }
  }

  private func waiting(_ name: String) -> [UInt8]? { files.withLock { $0[name]?.waiting } }

  private func writeNow(
    _ name: String, _ content: [UInt8], at time: UInt64
  ) throws(StorageError) {
    try base.write(name, content)
    files.withLock { $0[name] = File(time: time, size: content.count) }
  }
}
