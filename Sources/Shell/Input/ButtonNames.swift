import CSDL2

/// What is printed on the buttons of a controller: hints call them so.
///
/// Buttons mean something by their place; makers print different names on the same place.
package enum ButtonNames: Sendable, Equatable {
  /// A, B, X and Y as on Xbox controllers, which most others follow.
  case xbox
  /// Symbols, and L1 to R3.
  case playStation
  /// A and B, X and Y the other way round, and a plus for Start.
  case nintendo

  /// The names on a controller of a type.
  init(_ type: SDL_GameControllerType) {
    switch type {
    case SDL_CONTROLLER_TYPE_PS3, SDL_CONTROLLER_TYPE_PS4, SDL_CONTROLLER_TYPE_PS5:
      self = .playStation
    case SDL_CONTROLLER_TYPE_NINTENDO_SWITCH_PRO, SDL_CONTROLLER_TYPE_NINTENDO_SWITCH_JOYCON_LEFT,
      SDL_CONTROLLER_TYPE_NINTENDO_SWITCH_JOYCON_RIGHT,
      SDL_CONTROLLER_TYPE_NINTENDO_SWITCH_JOYCON_PAIR:
      self = .nintendo
    default: self = .xbox
    }
  }

  // swift-format-ignore
  private static let buttons: [(button: SDL_GameControllerButton, names: [String])] = [
    (SDL_CONTROLLER_BUTTON_A, ["A", "Cross", "B"]),
    (SDL_CONTROLLER_BUTTON_B, ["B", "Circle", "A"]),
    (SDL_CONTROLLER_BUTTON_X, ["X", "Square", "Y"]),
    (SDL_CONTROLLER_BUTTON_Y, ["Y", "Triangle", "X"]),
    (SDL_CONTROLLER_BUTTON_BACK, ["Back", "Select", "Minus"]),
    (SDL_CONTROLLER_BUTTON_START, ["Start", "Start", "Plus"]),
    (SDL_CONTROLLER_BUTTON_LEFTSHOULDER, ["LB", "L1", "L"]),
    (SDL_CONTROLLER_BUTTON_RIGHTSHOULDER, ["RB", "R1", "R"]),
    (SDL_CONTROLLER_BUTTON_LEFTSTICK, ["LS", "L3", "LS"]),
    (SDL_CONTROLLER_BUTTON_RIGHTSTICK, ["RS", "R3", "RS"]),
  ]

  private var column: Int {
    switch self {
    case .xbox: 0
    case .playStation: 1
    case .nintendo: 2
    }
  }

  /// What a control is called; the directional pad has one name for all its sides.
  package func name(of input: PadInput) -> String {
    switch input {
    case .leftStick: "left stick"
    case .rightStick: "right stick"
    case .leftTrigger: ["LT", "L2", "ZL"][column]
    case .rightTrigger: ["RT", "R2", "ZR"][column]
    case .button(let number):
      Self.buttons.first { $0.button.rawValue == number }?.names[column] ?? "D-pad"
    }
  }
}
