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

  /// Takes a click at a pixel; gives the choice that it made in a menu.
  mutating func click(x: Int, y: Int) -> Menu.Choice? {
    switch self {
    case .game: return nil
    case .pause(var menu):
      defer { self = .pause(menu) }
      return menu.click(x: x, y: y)
    case .watchdog(var menu, let start):
      defer { self = .watchdog(menu, callbackStart: start) }
      return menu.click(x: x, y: y)
    case .crash(var crash):
      crash.click(x: x, y: y)
      self = .crash(crash)
      return nil
    }
  }

  /// Takes a turn of the wheel at a pixel, downwards for positive numbers.
  mutating func turnWheel(x: Int, y: Int, by steps: Int) {
    switch self {
    case .game: break
    case .pause(var menu):
      menu.move(by: steps.signum())
      self = .pause(menu)
    case .watchdog(var menu, let start):
      menu.move(by: steps.signum())
      self = .watchdog(menu, callbackStart: start)
    case .crash(var crash):
      crash.turnWheel(x: x, y: y, by: steps)
      self = .crash(crash)
    }
  }

  /// Draws what lies over the picture, for a window of this size; nil if nothing does.
  ///
  /// - Parameters:
  ///   - width: Width of the window in pixels.
  ///   - height: Height of the window in pixels.
  ///   - fonts: Where the letters come from.
  ///   - buttonNames: What the buttons of the controller are called; nil if there is none.
  mutating func draw(
    width: Int, height: Int, fonts: inout FontShelf, buttonNames: ButtonNames?
  ) -> Canvas? {
    switch self {
    case .game: return nil
    case .pause(var menu):
      defer { self = .pause(menu) }
      return menu.draw(width: width, height: height, fonts: &fonts, buttonNames: buttonNames)
    case .watchdog(var menu, let start):
      defer { self = .watchdog(menu, callbackStart: start) }
      return menu.draw(width: width, height: height, fonts: &fonts, buttonNames: buttonNames)
    case .crash(var crash):
      defer { self = .crash(crash) }
      return crash.draw(width: width, height: height, fonts: &fonts, buttonNames: buttonNames)
    }
  }
}
