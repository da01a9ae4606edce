import Console

/// What the `_meta` file of a ROM says about the cart.
///
/// Source: firefly.md 11.1 and 11.2.
public struct CartMetadata: Sendable, Equatable {
  /// 1...16 of a-z, 0-9 and hyphens.
  public var appID: String
  /// The title.
  public var appName: String
  /// 1...16 of a-z, 0-9 and hyphens.
  public var authorID: String
  /// Who made it.
  public var authorName: String
  /// Replaces the console's menu.
  public var isLauncher: Bool
  /// May import the modules `sudo` and `wifi`.
  public var isPrivileged: Bool
  /// Counts up.
  public var version: UInt32

  /// Decodes the file; bytes after the last field are ignored.
  public init(decoding bytes: [UInt8]) throws(MetadataError) {
    var reader = PostcardReader(bytes)
    do {
      appID = try reader.string()
      appName = try reader.string()
      authorID = try reader.string()
      authorName = try reader.string()
      isLauncher = try reader.bool()
      isPrivileged = try reader.bool()
      version = try reader.u32()
    } catch {
      throw MetadataError(reason: "cannot decode: \(error.reason)")
    }
    try Self.check(id: appID, "app id")
    try Self.check(id: authorID, "author id")
    try Self.check(name: appName, "app name")
    try Self.check(name: authorName, "author name")
  }

  /// The file for a cart that has none: it is called by its ids and may do nothing special.
  ///
  /// - Throws: `MetadataError` for what can be no id.
  public static func file(authorID: String, appID: String) throws(MetadataError) -> [UInt8] {
    try check(id: appID, "app id")
    try check(id: authorID, "author id")
    // Neither has more than 16 bytes, so that a count is one byte; then launcher, sudo, version.
    let texts = [appID, appID, authorID, authorID].flatMap { text in
      [UInt8(truncatingIfNeeded: text.utf8.count)] + Array(text.utf8)
    }
    return texts + [0, 0, 0]
  }

  /// The file of a ROM with the metadata: `_meta`, or `meta` as old archives have it; nil without
  /// either.
  public static func fileName(in files: CartFiles) -> String? {
    ["_meta", "meta"].first { files.size(of: $0) != nil }
  }

  /// The id by which the console files the cart: AUTHOR.APP.
  public var fullID: String { "\(authorID).\(appID)" }

  /// Whether a text can be the id of an author or an app: 1...16 of a-z, 0-9 and single hyphens,
  /// none of them at an end.
  public static func isID(_ text: some StringProtocol) -> Bool {
    (try? check(id: String(text), "")) != nil
  }

  private static func check(id: String, _ what: String) throws(MetadataError) {
    let bytes = Array(id.utf8)
    let allowed = bytes.allSatisfy {
      switch $0 {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
        UInt8(ascii: "-"):
        true
      default: false
      }
    }
    guard (1...16).contains(bytes.count), allowed, !id.hasPrefix("-"), !id.hasSuffix("-"),
      !id.contains("--")
    else { throw MetadataError(reason: "\(what) is not 1 to 16 of a-z, 0-9 and single hyphens") }
  }

  private static func check(name: String, _ what: String) throws(MetadataError) {
    let bytes = Array(name.utf8)
    guard (1...40).contains(bytes.count), bytes.allSatisfy({ (0x20...0x7E).contains($0) })
    else { throw MetadataError(reason: "\(what) is not 1 to 40 printable ASCII characters") }
  }
}

/// Why a `_meta` file was refused.
public struct MetadataError: Error, Equatable, Sendable {
  /// Lower case, no full stop.
  public let reason: String
}
