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

  /// One way to reach an action: who has the focus, keys by label, whether Shift is held with
  /// them, what of a controller.
  private struct Binding {
    var focus: [Focus]
    var keys: [Int]
    var hasShift = false
    var pad: [PadInput]
    var action: ShellAction

    init(
      _ action: ShellAction, _ focus: [Focus], shift: Bool = false, _ keys: [SDL_KeyCode],
      pad: [PadInput] = []
    ) {
      self.action = action
      self.focus = focus
      self.keys = keys.map { Int($0.rawValue) }
      self.pad = pad
      hasShift = shift
    }
  }

  // swift-format-ignore
  private static let bindings: [Binding] = [
    Binding(.openMenu, [.game], [SDLK_ESCAPE],
      pad: [.button(SDL_CONTROLLER_BUTTON_BACK), .button(SDL_CONTROLLER_BUTTON_GUIDE)]),
    Binding(.back, [.menu], [SDLK_ESCAPE, SDLK_BACKSPACE],
      pad: [.button(SDL_CONTROLLER_BUTTON_B), .button(SDL_CONTROLLER_BUTTON_BACK),
        .button(SDL_CONTROLLER_BUTTON_GUIDE)]),
    Binding(.confirm, [.menu], [SDLK_RETURN, SDLK_KP_ENTER, SDLK_SPACE, SDLK_z],
      pad: [.button(SDL_CONTROLLER_BUTTON_A), .button(SDL_CONTROLLER_BUTTON_START)]),
    Binding(.mute, [.game, .menu], [SDLK_m]),
    Binding(.louder, [.game, .menu], [SDLK_PLUS, SDLK_EQUALS, SDLK_KP_PLUS]),
    Binding(.quieter, [.game, .menu], [SDLK_MINUS, SDLK_KP_MINUS]),
    Binding(.top, [.menu], [SDLK_HOME, SDLK_PAGEUP, SDLK_KP_7, SDLK_KP_9],
      pad: [.button(SDL_CONTROLLER_BUTTON_LEFTSHOULDER)]),
    Binding(.bottom, [.menu], [SDLK_END, SDLK_PAGEDOWN, SDLK_KP_1, SDLK_KP_3],
      pad: [.button(SDL_CONTROLLER_BUTTON_RIGHTSHOULDER)]),
    Binding(.up, [.menu, .crash], [SDLK_UP, SDLK_KP_8],
      pad: [.button(SDL_CONTROLLER_BUTTON_DPAD_UP), .leftStick(.up)]),
    Binding(.down, [.menu, .crash], [SDLK_DOWN, SDLK_KP_2],
      pad: [.button(SDL_CONTROLLER_BUTTON_DPAD_DOWN), .leftStick(.down)]),
    Binding(.listPageUp, [.crash], shift: true, [SDLK_PAGEUP, SDLK_KP_9], pad: [.leftTrigger]),
    Binding(.listPageDown, [.crash], shift: true, [SDLK_PAGEDOWN, SDLK_KP_3],
      pad: [.rightTrigger]),
    Binding(.listTop, [.crash], shift: true, [SDLK_HOME, SDLK_KP_7]),
    Binding(.listBottom, [.crash], shift: true, [SDLK_END, SDLK_KP_1]),
    Binding(.listOtherEnd, [.crash], [], pad: [.button(SDL_CONTROLLER_BUTTON_LEFTSTICK)]),
    Binding(.lineUp, [.crash], shift: true, [SDLK_UP, SDLK_KP_8], pad: [.rightStick(.up)]),
    Binding(.lineDown, [.crash], shift: true, [SDLK_DOWN, SDLK_KP_2], pad: [.rightStick(.down)]),
    Binding(.pageUp, [.crash], [SDLK_PAGEUP, SDLK_KP_9],
      pad: [.button(SDL_CONTROLLER_BUTTON_LEFTSHOULDER)]),
    Binding(.pageDown, [.crash], [SDLK_PAGEDOWN, SDLK_KP_3, SDLK_SPACE],
      pad: [.button(SDL_CONTROLLER_BUTTON_RIGHTSHOULDER)]),
    Binding(.top, [.crash], [SDLK_HOME, SDLK_KP_7]),
    Binding(.bottom, [.crash], [SDLK_END, SDLK_KP_1]),
    Binding(.otherEnd, [.crash], [], pad: [.button(SDL_CONTROLLER_BUTTON_RIGHTSTICK)]),
    Binding(.unfold, [.crash], [SDLK_RIGHT, SDLK_KP_6],
      pad: [.button(SDL_CONTROLLER_BUTTON_DPAD_RIGHT), .leftStick(.right)]),
    Binding(.fold, [.crash], [SDLK_LEFT, SDLK_KP_4],
      pad: [.button(SDL_CONTROLLER_BUTTON_DPAD_LEFT), .leftStick(.left)]),
    Binding(.toggleFold, [.crash], [SDLK_RETURN, SDLK_KP_ENTER]),
    Binding(.openSource, [.crash], [SDLK_o], pad: [.button(SDL_CONTROLLER_BUTTON_START)]),
    Binding(.copy, [.crash], [SDLK_c], pad: [.button(SDL_CONTROLLER_BUTTON_X)]),
    Binding(.save, [.crash], [SDLK_s], pad: [.button(SDL_CONTROLLER_BUTTON_Y)]),
    Binding(.restart, [.crash], [SDLK_r], pad: [.button(SDL_CONTROLLER_BUTTON_A)]),
    Binding(.quit, [.crash], [SDLK_q, SDLK_ESCAPE], pad: [.button(SDL_CONTROLLER_BUTTON_B)]),
  ]

  /// The cart's control on a key, by its place on the keyboard.
  package static func control(scancode: UInt32) -> CartControls? { cartKeys[scancode] }

  /// The cart's control on a controller button, by its place.
  package static func control(button: Int32) -> CartControls? { cartButtons[button] }

  /// What a key means to the shell, alone or with Shift; Shift changes nothing for other keys.
  package static func action(key: Int32, hasShift: Bool = false, focus: Focus) -> ShellAction? {
    let all = bindings.filter { $0.focus.contains(focus) && $0.keys.contains(Int(key)) }
    return (all.first { $0.hasShift == hasShift } ?? all.first { !$0.hasShift })?.action
  }

  /// What a control of a controller means to the shell.
  package static func action(pad input: PadInput, focus: Focus) -> ShellAction? {
    bindings.first { $0.focus.contains(focus) && $0.pad.contains(input) }?.action
  }

  /// The control of a controller that hints name for an action; nil if there is none.
  package static func padInput(for action: ShellAction, focus: Focus) -> PadInput? {
    bindings.first { $0.focus.contains(focus) && $0.action == action }?.pad.first
  }
}
