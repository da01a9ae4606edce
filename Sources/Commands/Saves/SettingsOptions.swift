import ArgumentParser
import Console
import Foundation
import TOML

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
    let file = SettingsFile(parsing: bytes)
    for fault in file.faults {
      printError(Failure.badData("\(path):\(fault.place)", fault.reason).line)
    }
    return file.settings
  }
}

extension LanguageCode: ExpressibleByArgument {
  /// Two letters.
  public init?(argument: String) { self.init(argument) }
}

extension DeviceName: ExpressibleByArgument {
  /// A name after the rules.
  public init?(argument: String) { self.init(argument) }
}

extension ThemeCode: ExpressibleByArgument {
  /// A number, with `0x` before hexadecimal digits.
  public init?(argument: String) {
    let text = argument.lowercased()
    guard let number = text.hasPrefix("0x") ? Int(text.dropFirst(2), radix: 16) : Int(text) else {
      return nil
    }
    self.init(number)
  }
}
