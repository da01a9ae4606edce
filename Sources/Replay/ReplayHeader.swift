import Console
import Foundation

/// What a recording was made with: everything that a run depends on beside its input and the files
/// that were saved before.
public struct ReplayHeader: Sendable, Equatable {
  /// Bytes of the JSON.
  static let largest = 64 << 10
  /// Bytes of memory that a replay may ask for: all that 32 bits reach.
  static let largestMemory = 1 << 32

  /// The console's version.
  public var console: String
  /// Name of the profile.
  public var profile: String
  /// The cart's file or folder without its ending.
  public var cartID: String
  /// Where the cart was, to find it again; nil where that is not known.
  public var cartPath: String?
  /// Which cart it was.
  public var cart: CartIdentity
  /// Source of all randomness.
  public var seed: UInt64
  /// Bytes of memory that the cart could have.
  public var memoryLimit: Int
  /// Steps that a callback could take; nil for no limit.
  public var fuel: UInt64?
  /// What the cart was told about the player.
  public var settings: PlayerSettings
  /// The date that the cart could ask for.
  public var today: CalendarDate?
  /// What the console's own font was replaced by: carts can see what they have drawn.
  public var font: [UInt8]?
  /// Saved files that were there at the start and are not in the recording, being too large.
  public var filesLeftOut: Int

  /// Options for a run like the recorded one; saved files are another matter.
  public var options: ConsoleOptions {
    var options = ConsoleOptions(
      seed: seed, memoryLimit: memoryLimit, settings: settings, today: today)
    options.fuel = fuel
    options.font = font
    return options
  }
}

extension ReplayHeader: Codable {
  private enum Key: String, CodingKey {
    case console, profile, cartID, cartPath, cart, seed, memoryLimit, fuel, settings, today, font
    case filesLeftOut
  }

  private struct Settings: Codable {
    var name: String
    var language: String
    var theme: UInt32
    var rotateScreen: Bool
    var reduceFlashing: Bool
    var contrast: Bool
    var easterEggs: Bool
  }

  private struct Day: Codable {
    var year: UInt16
    var month: UInt8
    var day: UInt8
  }

  /// Encodes all keys.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(console, forKey: .console)
    try container.encode(profile, forKey: .profile)
    try container.encode(cartID, forKey: .cartID)
    try container.encodeIfPresent(cartPath, forKey: .cartPath)
    try container.encode(cart, forKey: .cart)
    try container.encode(seed, forKey: .seed)
    try container.encode(memoryLimit, forKey: .memoryLimit)
    try container.encodeIfPresent(fuel, forKey: .fuel)
    try container.encode(
      Settings(
        name: settings.deviceName, language: settings.language, theme: settings.theme,
        rotateScreen: settings.rotatesScreen, reduceFlashing: settings.reducesFlashing,
        contrast: settings.highContrast, easterEggs: settings.easterEggs), forKey: .settings)
    try container.encodeIfPresent(
      today.map { Day(year: $0.year, month: $0.month, day: $0.day) }, forKey: .today)
    try container.encodeIfPresent(font.map { Data($0) }, forKey: .font)
    try container.encode(filesLeftOut, forKey: .filesLeftOut)
  }

  /// Decodes and checks all keys: what profiles rely on holds.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    func check(_ isRight: Bool, _ key: Key) throws {
      guard !isRight else { return }
      throw DecodingError.dataCorruptedError(
        forKey: key, in: container, debugDescription: "not a \(key.rawValue)")
    }
    console = try container.decode(String.self, forKey: .console)
    profile = try container.decode(String.self, forKey: .profile)
    cartID = try container.decode(String.self, forKey: .cartID)
    cartPath = try container.decodeIfPresent(String.self, forKey: .cartPath)
    cart = try container.decode(CartIdentity.self, forKey: .cart)
    seed = try container.decode(UInt64.self, forKey: .seed)
    memoryLimit = try container.decode(Int.self, forKey: .memoryLimit)
    try check((0...Self.largestMemory).contains(memoryLimit), .memoryLimit)
    fuel = try container.decodeIfPresent(UInt64.self, forKey: .fuel)
    let told = try container.decode(Settings.self, forKey: .settings)
    try check(
      (1...16).contains(told.name.utf8.count) && told.name.allSatisfy(\.isASCII)
        && told.language.utf8.count == 2
        && told.language.utf8.allSatisfy { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) }
        && told.theme < 1 << 24, .settings)
    settings = PlayerSettings()
    settings.deviceName = told.name
    settings.language = told.language
    settings.theme = told.theme
    settings.rotatesScreen = told.rotateScreen
    settings.reducesFlashing = told.reduceFlashing
    settings.highContrast = told.contrast
    settings.easterEggs = told.easterEggs
    today = try container.decodeIfPresent(Day.self, forKey: .today).map {
      CalendarDate(year: $0.year, month: $0.month, day: $0.day)
    }
    if let today { try check((1...12) ~= today.month && (1...31) ~= today.day, .today) }
    font = try container.decodeIfPresent(Data.self, forKey: .font).map { [UInt8]($0) }
    filesLeftOut = try container.decode(Int.self, forKey: .filesLeftOut)
  }
}
