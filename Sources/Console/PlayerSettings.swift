/// What a player has set and carts may ask for.
public struct PlayerSettings: Sendable, Equatable, Codable {
  /// Name of the device, 1...16 ASCII characters.
  public var deviceName = "firefly-zero"
  /// Two letters, ISO 639-1.
  public var language = "en"
  /// Palette indices of primary, secondary, accent and background colour and the theme's number.
  public var theme: UInt32 = 0x0D6C00
  /// The console is held upside down.
  public var rotatesScreen = false
  /// Flashes are to be avoided.
  public var reducesFlashing = false
  /// More contrast is wanted.
  public var highContrast = false
  /// Easter eggs are welcome.
  public var easterEggs = false

  /// The defaults of a new console.
  public init() {}
}

/// A value of a setting, as files have it.
public enum SettingValue: Sendable, Equatable {
  /// In quotation marks.
  case text(String)
  /// A whole number.
  case number(Int)
  /// True or false.
  case truth(Bool)

  var text: String? { if case .text(let text) = self { text } else { nil } }
  var number: Int? { if case .number(let number) = self { number } else { nil } }
  var truth: Bool? { if case .truth(let truth) = self { truth } else { nil } }
}

extension PlayerSettings {
  /// Sets what a key of a settings file means; returns what is wrong with it.
  public mutating func set(_ key: String, to value: SettingValue) -> String? {
    switch key {
    case "language":
      guard let language = value.text.flatMap(LanguageCode.init) else {
        return LanguageCode.expectation
      }
      self.language = language.code
    case "name":
      guard let name = value.text.flatMap(DeviceName.init) else { return DeviceName.expectation }
      deviceName = name.name
    case "theme":
      guard let theme = value.number.flatMap(ThemeCode.init) else { return ThemeCode.expectation }
      self.theme = theme.code
    case "rotate-screen": return set(\.rotatesScreen, to: value)
    case "reduce-flashing": return set(\.reducesFlashing, to: value)
    case "contrast": return set(\.highContrast, to: value)
    case "easter-eggs": return set(\.easterEggs, to: value)
    default: return "there is no such setting"
    }
    return nil
  }

  private mutating func set(
    _ setting: WritableKeyPath<PlayerSettings, Bool>, to value: SettingValue
  ) -> String? {
    guard let truth = value.truth else { return "it is true or false" }
    self[keyPath: setting] = truth
    return nil
  }
}

/// A language as two letters of ISO 639-1.
public struct LanguageCode: Sendable {
  /// What is wanted of one, for messages.
  public static let expectation = "it is two letters, such as \"en\""
  /// The letters.
  public let code: String

  /// Nil for anything else.
  public init?(_ text: String) {
    let letters = Array(text.utf8)
    guard letters.count == 2,
      letters.allSatisfy({ (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) })
    else { return nil }
    code = text
  }
}

/// The name of a console, after the rules for ids.
public struct DeviceName: Sendable {
  /// What is wanted of one, for messages.
  public static let expectation =
    "it is 1 to 16 of a-z, 0-9 and single hyphens, such as \"my-console\""
  /// The name.
  public let name: String

  /// Nil for anything else.
  public init?(_ text: String) {
    guard text.utf8.count <= 16, text.wholeMatch(of: #/[a-z0-9]+(-[a-z0-9]+)*/#) != nil
    else { return nil }
    name = text
  }
}

/// A colour theme: four palette indices and the theme's number, 24 bits.
public struct ThemeCode: Sendable {
  /// What is wanted of one, for messages.
  public static let expectation = "it is a number of up to 24 bits, such as 0x0D6C00"
  /// The bits.
  public let code: UInt32

  /// Nil for anything else.
  public init?(_ number: Int) {
    guard let code = UInt32(exactly: number), code < 1 << 24 else { return nil }
    self.code = code
  }
}
