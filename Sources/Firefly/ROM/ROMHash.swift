import Crypto

/// The checksum in a ROM's file `_hash`.
public enum ROMHash {
  /// The file that holds it.
  public static let fileName = "_hash"

  /// What the checksum says about the files.
  public enum State: String, Sendable {
    /// It is theirs.
    case matches
    /// There is none.
    case missing
    /// It is that of other files.
    case differs
  }

  /// SHA-256 of all files but `_hash`, in the order of their names' bytes: for each a zero byte, the
  /// name, a zero byte and the content.
  ///
  /// Source: firefly.md 11.7.
  public static func digest(of files: [String: [UInt8]]) -> [UInt8] {
    var hash = SHA256()
    let names = files.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    for name in names where name != fileName {
      hash.update(data: [0])
      hash.update(data: Array(name.utf8))
      hash.update(data: [0])
      hash.update(data: files[name] ?? [])
    }
    return Array(hash.finalize())
  }

  /// Compares `_hash` with the files.
  public static func state(of files: [String: [UInt8]]) -> State {
    guard let stored = files[fileName] else { return .missing }
    return stored == digest(of: files) ? .matches : .differs
  }
}
