import Foundation

/// The console's own folders, where the desktop wants them.
///
/// Source: the XDG base directory specification; relative values of its variables are ignored.
enum BaseFolder {
  /// What a user edits.
  case config
  /// What a user has installed, and what carts save.
  case data
  /// What may be lost: crashes, recordings.
  case state

  /// `glowjar` in the folder that the variable or the home names; nil without either.
  func path(
    _ environment: [String: String] = ProcessInfo.processInfo.environment
  ) -> String? {
    let (variable, fallback) =
      switch self {
      case .config: ("XDG_CONFIG_HOME", "/.config")
      case .data: ("XDG_DATA_HOME", "/.local/share")
      case .state: ("XDG_STATE_HOME", "/.local/state")
      }
    if let named = environment[variable], named.hasPrefix("/") { return named + "/glowjar" }
    guard let home = environment["HOME"], home.hasPrefix("/") else { return nil }
    return home + fallback + "/glowjar"
  }
}
