/// Why files are no ROM.
public struct ROMError: Error, Hashable, Sendable {
  /// Lower case, no full stop, with the file's name where it is about one.
  public let reason: String
}
