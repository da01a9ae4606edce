/// What the window shows, with what belongs to it.
enum ShellScreen {
  /// The cart and nothing else.
  case game
  /// The menu of the player.
  case pause(Menu)
  /// The question what to do about the callback that began at this moment.
  case watchdog(Menu, callbackStart: UInt64)
  /// What happened to a cart that crashed.
  case crash(CrashDesk)

  /// Who gets the keys.
  var focus: Keymap.Focus {
    switch self {
    case .game: .game
    case .pause, .watchdog: .menu
    case .crash: .crash
    }
  }

  /// Whether the cart has the window for itself.
  var isGame: Bool { focus == .game }

  /// Draws what lies over the picture, for a window of this size; nil if nothing does.
  mutating func draw(width: Int, height: Int, fonts: inout FontShelf) -> Canvas? {
    switch self {
    case .game: return nil
    case .pause(let menu), .watchdog(let menu, _):
      let choice = fonts.choose(windowWidth: width, windowHeight: height, columns: 56, rows: 18)
      return menu.draw(width: width, height: height, choice: choice)
    case .crash(var crash):
      defer { self = .crash(crash) }
      return crash.draw(width: width, height: height, fonts: &fonts)
    }
  }
}
