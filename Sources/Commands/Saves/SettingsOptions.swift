import ArgumentParser
import Console
import Foundation

/// What carts are told about the player; in the window also from the settings file.
struct SettingsOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "File with settings: in the window $XDG_CONFIG_HOME/glowjar/settings.toml.",
      valueName: "file"), completion: .file())
  var settings: String?

  @Option(help: "Language, two letters such as en.")
  var language: LanguageCode?

  @Option(help: "Name of the console, 1 to 16 of a-z, 0-9 and hyphens.")
  var name: DeviceName?

  @Option(help: "Colour theme as a number, such as 0x0D6C00.")
  var theme: ThemeCode?

  @Flag(inversion: .prefixedNo, help: "The console is held upside down.")
  var rotateScreen: Bool?

  @Flag(inversion: .prefixedNo, help: "Flashes are to be avoided.")
  var reduceFlashing: Bool?

  @Flag(inversion: .prefixedNo, help: "More contrast is wanted.")
  var contrast: Bool?

  @Flag(inversion: .prefixedNo, help: "Easter eggs are welcome.")
  var easterEggs: Bool?

  /// The settings for a run: without a display the user's own file is left alone.
  ///
  /// What is wrong with a file is told on stderr, and does not keep a cart from running.
  func playerSettings(headless: Bool) throws(Failure) -> PlayerSettings {
    var result = PlayerSettings()
    if let settings {
      result = read(try readFile(settings), settings)
    } else if !headless, let path = SettingsFile.standardPath(),
      FileManager.default.fileExists(atPath: path)
    {
      do {
        result = read(try readFile(path), path)
      } catch {
        printError(error.line)
      }
    }
    if let language { result.language = language.code }
    if let name { result.deviceName = name.name }
    if let theme { result.theme = theme.code }
    result.rotatesScreen = rotateScreen ?? result.rotatesScreen
    result.reducesFlashing = reduceFlashing ?? result.reducesFlashing
    result.highContrast = contrast ?? result.highContrast
    result.easterEggs = easterEggs ?? result.easterEggs
    return result
  }

  private func read(_ bytes: [UInt8], _ path: String) -> PlayerSettings {
    guard bytes.count <= 1 << 20, let text = String(validating: bytes, as: UTF8.self) else {
      printError(Failure.badData(path, "not a text").line)
      return PlayerSettings()
    }
    let file = SettingsFile(parsing: text)
    for fault in file.faults {
      printError(Failure.badData("\(path):\(fault.line)", fault.reason).line)
    }
    return file.settings
  }
}

/// A language as two letters of ISO 639-1.
struct LanguageCode: ExpressibleByArgument {
  static let expectation = "it is two letters, such as \"en\""
  let code: String

  init?(argument: String) {
    let letters = Array(argument.utf8)
    guard letters.count == 2,
      letters.allSatisfy({ (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) })
    else { return nil }
    code = argument
  }
}

/// The name of a console, after the rules for ids.
struct DeviceName: ExpressibleByArgument {
  static let expectation = "it is 1 to 16 of a-z, 0-9 and single hyphens, such as \"my-console\""
  let name: String

  init?(argument: String) {
    guard argument.utf8.count <= 16, argument.wholeMatch(of: #/[a-z0-9]+(-[a-z0-9]+)*/#) != nil
    else { return nil }
    name = argument
  }
}

/// A colour theme: four palette indices and the theme's number, 24 bits.
struct ThemeCode: ExpressibleByArgument {
  static let expectation = "it is a number of up to 24 bits, such as 0x0D6C00"
  let code: UInt32

  init?(_ number: Int) {
    guard let code = UInt32(exactly: number), code < 1 << 24 else { return nil }
    self.code = code
  }

  init?(argument: String) {
    let text = argument.lowercased()
    guard let number = text.hasPrefix("0x") ? Int(text.dropFirst(2), radix: 16) : Int(text) else {
      return nil
    }
    self.init(number)
  }
}
