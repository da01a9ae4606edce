import Console
import Foundation
import TOML

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
  /// What is wrong, and where.
  private(set) var faults: [TextFault] = []

  /// Path of the file; nil without a home.
  static func standardPath(
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) -> String? {
    BaseFolder.config.path(environment).map { $0 + "/settings.toml" }
  }

  /// Reads a file: a table of TOML without further tables.
  ///
  /// A value that a setting does not take leaves that one alone; what is not TOML leaves all.
  init(parsing bytes: [UInt8]) {
    do throws(TextFault) {
      for entry in try TOMLReader.read(bytes).entries {
        do throws(TextFault) { try settings.set(entry) } catch { faults.append(error) }
      }
    } catch {
      faults.append(error)
    }
  }
}
