/// Where a cart's saved files are; the console itself opens none.
public protocol Storage: Sendable {
  /// Content of a saved file, nil if there is none. `name` has passed the profile's rules.
  func read(_ name: String) -> [UInt8]?
}

/// A storage that never holds anything.
public struct EmptyStorage: Storage {
  /// An empty storage.
  public init() {}

  /// Always nil.
  public func read(_ name: String) -> [UInt8]? { nil }
}
