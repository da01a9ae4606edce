import Console
import Foundation

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
    BaseFolder.config.path(environment).map { $0 + "/settings.toml" }
  }

  /// Reads the text of a file: what TOML there is in the example above, and nothing more.
  init(parsing text: String) {
    var known: Set<Substring> = []
    let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    for (index, line) in lines.enumerated() {
      let content = line.drop { $0 == " " || $0 == "\t" }
      if content.isEmpty || content.hasPrefix("#") { continue }
      var reason: String?
      if let match = content.wholeMatch(of: #/([A-Za-z0-9_-]+)[ \t]*=[ \t]*(.*)/#) {
        let (key, value) = (match.1, SettingValue(match.2))
        if !known.insert(key).inserted {
          reason = "is set twice"
        } else if let value {
          reason = settings.set(String(key), to: value)
        } else {
          reason = "the value is neither true, false, a number nor a \"text\""
        }
        reason = reason.map { "\(key): \($0)" }
      } else {
        reason = "not a line such as: language = \"en\""
      }
      if let reason { faults.append(Fault(line: index + 1, reason: reason)) }
    }
  }
}

extension SettingValue {
  /// Reads the rest of a line, comment included.
  fileprivate init?(_ text: Substring) {
    let comment = #/[ \t]*(#.*)?/#
    if let match = text.prefixMatch(of: #/"([^"\\]*)"|'([^']*)'/#) {
      self = .text(String(match.1 ?? match.2 ?? ""))
      guard text[match.range.upperBound...].wholeMatch(of: comment) != nil else { return nil }
      return
    }
    let word = text.prefix { $0 != " " && $0 != "\t" && $0 != "#" }
    guard text[word.endIndex...].wholeMatch(of: comment) != nil else { return nil }
    switch word {
    case "true": self = .truth(true)
    case "false": self = .truth(false)
    default:
      let number =
        word.hasPrefix("0x") ? Int(word.dropFirst(2), radix: 16) : Int(word)
      guard let number else { return nil }
      self = .number(number)
    }
  }
}
