/// Where a cart's saved files are; the console itself opens none.
///
/// Names have passed the profile's rules; an implementation still refuses whatever would lead out
/// of its folder. Used on the cart's thread only.
public protocol Storage: Sendable {
  /// Content of a saved file, nil if there is none.
  func read(_ name: String) -> [UInt8]?
  /// Saves a file whole: after a crash at any moment there is the old content or the new.
  ///
  /// - Throws: `StorageError`, and the old content stays.
  func write(_ name: String, _ content: [UInt8]) throws(StorageError)
  /// Removes a file; nothing happens if there is none.
  func remove(_ name: String) throws(StorageError)
}

/// Why something was not saved.
public enum StorageError: Error, Equatable, Sendable {
  /// The name cannot be that of a saved file.
  case badName
  /// The cart has saved as much as it may.
  case quotaExceeded
  /// The system refused.
  case failed(reason: String)
}

/// A storage that never holds anything.
public struct EmptyStorage: Storage {
  /// An empty storage.
  public init() {}

  /// Always nil.
  public func read(_ name: String) -> [UInt8]? { nil }
  /// Always refused.
  public func write(_ name: String, _ content: [UInt8]) throws(StorageError) {
    throw .failed(reason: "nothing can be saved here")
  }
  /// Does nothing.
  public func remove(_ name: String) throws(StorageError) {}
}
