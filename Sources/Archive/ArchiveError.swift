/// Why an archive was refused: what is wrong, and with which entry.
public struct ArchiveError: Error, Hashable, Sendable {
  /// The kinds of refusal.
  public enum Kind: Hashable, Sendable {
    /// No end record: not a zip file, or one that is cut off.
    case notAnArchive
    /// A record contradicts another or reaches beyond its place.
    case damaged(String)
    /// Something of the format that flat archives have no use for.
    case unsupported(String)
    /// The entry's name would not stay in a folder, or is no name.
    case badName
    /// Two entries of one name.
    case duplicate
    /// The entry is a folder, a link or a device.
    case notAFile
    /// The entry is encrypted.
    case encrypted
    /// Two entries share bytes.
    case overlap
    /// More than a limit allows.
    case tooLarge(String)
    /// The content is not what the checksum or the size says.
    case corrupt(String)
  }

  /// What is wrong.
  public var kind: Kind
  /// The entry's name if it has a printable one, else its number from 1; nil for the whole archive.
  public var entry: String?

  init(_ kind: Kind, entry: String? = nil) {
    self.kind = kind
    self.entry = entry
  }
}

extension ArchiveError: CustomStringConvertible {
  /// One line, lower case, no full stop.
  public var description: String {
    let text =
      switch kind {
      case .notAnArchive: "not a zip archive, or cut off: it has no end record"
      case .damaged(let what): "damaged: \(what)"
      case .unsupported(let what): "\(what) is not supported"
      case .badName: "its name is no plain file name"
      case .duplicate: "there are two entries of this name"
      case .notAFile: "it is a folder, a link or a device"
      case .encrypted: "it is encrypted"
      case .overlap: "it shares bytes with another entry"
      case .tooLarge(let what), .corrupt(let what): what
      }
    return entry.map { "entry \($0): \(text)" } ?? text
  }
}
