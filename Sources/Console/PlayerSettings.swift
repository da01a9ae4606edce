import TOML

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

extension PlayerSettings {
  /// Sets what an entry of a settings table means.
  ///
  /// - Throws: `TextFault` at the key if there is no such setting, or it does not take the value.
  public mutating func set(_ entry: TOMLTable.Entry) throws(TextFault) {
    let value = entry.node.value
    func refuse(_ reason: String) -> TextFault {
      TextFault(entry.place, "\(entry.key): \(reason)")
    }
    func truth() throws(TextFault) -> Bool {
      guard case .boolean(let truth) = value else { throw refuse("it is true or false") }
      return truth
    }
    switch entry.key {
    case "language":
      guard case .string(let text) = value, let language = LanguageCode(text) else {
        throw refuse(LanguageCode.expectation)
      }
      self.language = language.code
    case "name":
      guard case .string(let text) = value, let name = DeviceName(text) else {
        throw refuse(DeviceName.expectation)
      }
      deviceName = name.name
    case "theme":
      guard case .integer(let number) = value, let theme = ThemeCode(Int(number)) else {
        throw refuse(ThemeCode.expectation)
      }
      self.theme = theme.code
    case "rotate-screen": rotatesScreen = try truth()
    case "reduce-flashing": reducesFlashing = try truth()
    case "contrast": highContrast = try truth()
    case "easter-eggs": easterEggs = try truth()
    default: throw refuse("there is no such setting")
    }
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
