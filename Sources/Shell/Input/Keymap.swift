import CSDL2

/// What the shell itself does with a key or button, apart from the cart.
package enum ShellAction: Sendable, Equatable {
  /// The pause menu comes.
  case openMenu
  /// One up.
  case up
  /// One down.
  case down
  /// A screenful up.
  case pageUp
  /// A screenful down.
  case pageDown
  /// To the beginning.
  case top
  /// To the end.
  case bottom
  /// Takes what is highlighted.
  case confirm
  /// Leaves a menu.
  case back
  /// Shows what a row stands for.
  case unfold
  /// Folds away what a row belongs to.
  case fold
  /// Folds or unfolds.
  case toggleFold
  /// Opens the source file.
  case openSource
  /// Puts the report on the clipboard.
  case copy
  /// Writes the report to a file.
  case save
  /// The cart begins anew.
  case restart
  /// The window closes.
  case quit
}

/// Which keys and buttons mean what to the shell, by label; a cart's are in its `ControlMap`.
package enum Keymap {
  /// Who gets the keys.
  package enum Focus {
    /// The cart.
    case game
    /// A panel of choices.
    case menu
    /// The crash screen.
    case crash
  }

  /// One way to reach an action: who has the focus, keys by label, controller buttons.
  private struct Binding {
    var focus: [Focus]
    var keys: [Int]
    var buttons: [SDL_GameControllerButton]
    var action: ShellAction
  }

  // swift-format-ignore
  private static let bindings: [Binding] = [
    Binding(focus: [.game], keys: [Int(SDLK_ESCAPE.rawValue)],
      buttons: [SDL_CONTROLLER_BUTTON_BACK, SDL_CONTROLLER_BUTTON_GUIDE], action: .openMenu),
    Binding(focus: [.menu], keys: [Int(SDLK_ESCAPE.rawValue)],
      buttons: [SDL_CONTROLLER_BUTTON_B, SDL_CONTROLLER_BUTTON_BACK, SDL_CONTROLLER_BUTTON_GUIDE],
      action: .back),
    Binding(focus: [.menu],
      keys: [Int(SDLK_RETURN.rawValue), Int(SDLK_KP_ENTER.rawValue), Int(SDLK_SPACE.rawValue),
        Int(SDLK_z.rawValue)],
      buttons: [SDL_CONTROLLER_BUTTON_A, SDL_CONTROLLER_BUTTON_START], action: .confirm),
    Binding(focus: [.menu, .crash], keys: [Int(SDLK_UP.rawValue), Int(SDLK_KP_8.rawValue)],
      buttons: [SDL_CONTROLLER_BUTTON_DPAD_UP], action: .up),
    Binding(focus: [.menu, .crash], keys: [Int(SDLK_DOWN.rawValue), Int(SDLK_KP_2.rawValue)],
      buttons: [SDL_CONTROLLER_BUTTON_DPAD_DOWN], action: .down),
    Binding(focus: [.crash], keys: [Int(SDLK_PAGEUP.rawValue)],
      buttons: [SDL_CONTROLLER_BUTTON_LEFTSHOULDER], action: .pageUp),
    Binding(focus: [.crash], keys: [Int(SDLK_PAGEDOWN.rawValue), Int(SDLK_SPACE.rawValue)],
      buttons: [SDL_CONTROLLER_BUTTON_RIGHTSHOULDER], action: .pageDown),
    Binding(focus: [.crash], keys: [Int(SDLK_HOME.rawValue)], buttons: [], action: .top),
    Binding(focus: [.crash], keys: [Int(SDLK_END.rawValue)], buttons: [], action: .bottom),
    Binding(focus: [.crash], keys: [Int(SDLK_RIGHT.rawValue), Int(SDLK_KP_6.rawValue)],
      buttons: [SDL_CONTROLLER_BUTTON_DPAD_RIGHT], action: .unfold),
    Binding(focus: [.crash], keys: [Int(SDLK_LEFT.rawValue), Int(SDLK_KP_4.rawValue)],
      buttons: [SDL_CONTROLLER_BUTTON_DPAD_LEFT], action: .fold),
    Binding(focus: [.crash], keys: [Int(SDLK_RETURN.rawValue), Int(SDLK_KP_ENTER.rawValue)],
      buttons: [], action: .toggleFold),
    Binding(focus: [.crash], keys: [Int(SDLK_o.rawValue)],
      buttons: [SDL_CONTROLLER_BUTTON_START], action: .openSource),
    Binding(focus: [.crash], keys: [Int(SDLK_c.rawValue)],
      buttons: [SDL_CONTROLLER_BUTTON_X], action: .copy),
    Binding(focus: [.crash], keys: [Int(SDLK_s.rawValue)],
      buttons: [SDL_CONTROLLER_BUTTON_Y], action: .save),
    Binding(focus: [.crash], keys: [Int(SDLK_r.rawValue)],
      buttons: [SDL_CONTROLLER_BUTTON_A], action: .restart),
    Binding(focus: [.crash], keys: [Int(SDLK_q.rawValue), Int(SDLK_ESCAPE.rawValue)],
      buttons: [SDL_CONTROLLER_BUTTON_B], action: .quit),
  ]

  /// What a key means to the shell.
  package static func action(key: Int32, focus: Focus) -> ShellAction? {
    bindings.first { $0.focus.contains(focus) && $0.keys.contains(Int(key)) }?.action
  }

  /// What a controller button means to the shell.
  package static func action(button: Int32, focus: Focus) -> ShellAction? {
    bindings.first {
      $0.focus.contains(focus) && $0.buttons.contains { $0.rawValue == button }
    }?.action
  }
}
