import CSDL2

/// Which keys and buttons mean what: for the cart by place, for the shell by label.
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

  // swift-format-ignore
  private static let cartKeys: [UInt32: CartControls] = [
    SDL_SCANCODE_Z.rawValue: .south, SDL_SCANCODE_SPACE.rawValue: .south,
    SDL_SCANCODE_X.rawValue: .east, SDL_SCANCODE_RETURN.rawValue: .east,
    SDL_SCANCODE_A.rawValue: .west, SDL_SCANCODE_BACKSPACE.rawValue: .west,
    SDL_SCANCODE_S.rawValue: .north,
    SDL_SCANCODE_TAB.rawValue: .menu,
    SDL_SCANCODE_UP.rawValue: .up, SDL_SCANCODE_KP_8.rawValue: .up,
    SDL_SCANCODE_DOWN.rawValue: .down, SDL_SCANCODE_KP_2.rawValue: .down,
    SDL_SCANCODE_LEFT.rawValue: .left, SDL_SCANCODE_KP_4.rawValue: .left,
    SDL_SCANCODE_RIGHT.rawValue: .right, SDL_SCANCODE_KP_6.rawValue: .right,
    SDL_SCANCODE_KP_5.rawValue: .center,
  ]

  // swift-format-ignore
  private static let cartButtons: [Int32: CartControls] = [
    SDL_CONTROLLER_BUTTON_A.rawValue: .south, SDL_CONTROLLER_BUTTON_B.rawValue: .east,
    SDL_CONTROLLER_BUTTON_X.rawValue: .west, SDL_CONTROLLER_BUTTON_Y.rawValue: .north,
    SDL_CONTROLLER_BUTTON_START.rawValue: .menu,
    SDL_CONTROLLER_BUTTON_DPAD_UP.rawValue: .up, SDL_CONTROLLER_BUTTON_DPAD_DOWN.rawValue: .down,
    SDL_CONTROLLER_BUTTON_DPAD_LEFT.rawValue: .left,
    SDL_CONTROLLER_BUTTON_DPAD_RIGHT.rawValue: .right,
    SDL_CONTROLLER_BUTTON_LEFTSHOULDER.rawValue: .leftTouch,
    SDL_CONTROLLER_BUTTON_LEFTSTICK.rawValue: .leftTouch,
    SDL_CONTROLLER_BUTTON_RIGHTSTICK.rawValue: .rightTouch,
  ]

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
    Binding(focus: [.game, .menu], keys: [Int(SDLK_m.rawValue)], buttons: [], action: .mute),
    Binding(focus: [.game, .menu],
      keys: [Int(SDLK_PLUS.rawValue), Int(SDLK_EQUALS.rawValue), Int(SDLK_KP_PLUS.rawValue)],
      buttons: [], action: .louder),
    Binding(focus: [.game, .menu],
      keys: [Int(SDLK_MINUS.rawValue), Int(SDLK_KP_MINUS.rawValue)], buttons: [], action: .quieter),
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

  /// The cart's control on a key, by its place on the keyboard.
  package static func control(scancode: UInt32) -> CartControls? { cartKeys[scancode] }

  /// The cart's control on a controller button, by its place.
  package static func control(button: Int32) -> CartControls? { cartButtons[button] }

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
