import Console
import Foundation
import TOMLKit

/// What a player has set, in a file that is written by hand:
/// `$XDG_CONFIG_HOME/glowjar/settings.toml`.
///
/// ```toml
/// language = "nl"          # two letters
/// name = "my-console"      # 1 to 16 of a-z, 0-9 and hyphens
/// theme = 0x0D6C00         # primary, secondary, accent, background, two digits for its number
/// rotate-screen = false
/// reduce-flashing = false
/// contrast = false
/// easter-eggs = false
/// ```
struct SettingsFile {
  /// What was read, with defaults for what is not there or is wrong.
  private(set) var settings = PlayerSettings()
  /// What is wrong, each with the line.
  private(set) var faults: [Fault] = []

  /// Something wrong at a place of the file.
  struct Fault: Equatable {
    /// From 1.
    var line: Int
    var reason: String
  }

  /// Path of the file; nil without a home.
  static func standardPath(
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) -> String? {
    let name = "/glowjar/settings.toml"
    if let config = environment["XDG_CONFIG_HOME"], config.hasPrefix("/") { return config + name }
    guard let home = environment["HOME"], home.hasPrefix("/") else { return nil }
    return home + "/.config" + name
  }

  /// Reads the text of a file.
  init(parsing text: String) {
    let table: TOMLTable
    do {
      table = try TOMLTable(string: text)
    } catch let error as TOMLParseError {
      faults = [Fault(line: error.source.begin.line, reason: Self.reason(error))]
      return
    } catch {
      faults = [Fault(line: 1, reason: "\(error)")]
      return
    }
    let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    for key in table.keys.sorted() {
      guard let value = table[key], let reason = settings.set(key, to: value) else { continue }
      let line = lines.firstIndex { $0.isDefinition(of: key) } ?? 0
      faults.append(Fault(line: line + 1, reason: "\(key): \(reason)"))
    }
    faults.sort { $0.line < $1.line }
  }

  private static func reason(_ error: TOMLParseError) -> String {
    let text = error.description.split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
    return text.prefix(1).lowercased() + text.dropFirst()
  }
}

extension PlayerSettings {
  /// Sets what a key of the file means; returns what is wrong with it.
  fileprivate mutating func set(_ key: String, to value: any TOMLValueConvertible) -> String? {
    switch key {
    case "language":
      guard let language = value.string.flatMap(LanguageCode.init(argument:)) else {
        return LanguageCode.expectation
      }
      self.language = language.code
    case "name":
      guard let name = value.string.flatMap(DeviceName.init(argument:)) else {
        return DeviceName.expectation
      }
      deviceName = name.name
    case "theme":
      guard let theme = value.int.flatMap(ThemeCode.init) else { return ThemeCode.expectation }
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
    _ setting: WritableKeyPath<PlayerSettings, Bool>, to value: any TOMLValueConvertible
  ) -> String? {
    guard let value = value.bool else { return "it is true or false" }
    self[keyPath: setting] = value
    return nil
  }
}

extension Substring {
  /// Whether the line gives a value to a key; keys of tables count too.
  fileprivate func isDefinition(of key: String) -> Bool {
    var rest = drop { $0 == " " || $0 == "\t" || $0 == "[" || $0 == "\"" || $0 == "'" }
    guard rest.hasPrefix(key) else { return false }
    rest = rest.dropFirst(key.count).drop { $0 == "\"" || $0 == "'" || $0 == " " || $0 == "\t" }
    return rest.first.map { "=].".contains($0) } ?? false
  }
}
