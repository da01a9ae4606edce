import CSDL2

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
    Binding(.keepReplay, [.game, .menu], [SDLK_F9]),
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
