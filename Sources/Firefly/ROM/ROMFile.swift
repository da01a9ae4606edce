/// What a file of a ROM is for.
///
/// Source: firefly.md 11.2 to 11.7; media files tell by their first byte.
public enum ROMFile: String, Sendable, CaseIterable {
  /// The cart's module.
  case module
  /// Ids, names and version.
  case metadata
  /// Checksum of all other files.
  case hash
  /// Progress with which a player begins.
  case stats
  /// What can be achieved.
  case badges
  /// Where scores are listed.
  case boards
  /// Pages to read.
  case manual
  /// A picture that is shown while the cart loads.
  case splash
  /// A picture of 16 colours.
  case image
  /// A picture in the format before the current one.
  case oldImage = "image, version 1"
  /// Letters.
  case font
  /// Recorded sound.
  case audio
  /// Anything else.
  case data

  /// The purpose of a file.
  public init(name: String, content: [UInt8]) {
    self = Self.reserved[name] ?? content.first.flatMap { Self.media[$0] } ?? .data
  }

  private static let reserved: [String: ROMFile] = [
    "_bin": .module, "_meta": .metadata, "_hash": .hash, "_stats": .stats, "_badges": .badges,
    "_boards": .boards, "_manual": .manual, "_splash": .splash,
  ]
  private static let media: [UInt8: ROMFile] = [
    0x11: .font, 0x21: .oldImage, 0x22: .image, 0x31: .audio,
  ]
}
