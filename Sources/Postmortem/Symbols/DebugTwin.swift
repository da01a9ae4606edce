import Engine

/// A module with the same code as a stripped one and the debug information that was taken from that,
/// as far as one was found.
public struct DebugTwin: Sendable {
  /// The module; nil if there is none.
  public var module: Module?
  /// Where it is.
  public var path: String?
  /// Files that were refused or could not be had, each with the reason: a sentence each.
  public var notes: [String] = []

  /// No twin, and nothing to say about it.
  public init() {}
}
