/// The buttons of one player.
public struct Buttons: OptionSet, Sendable, Hashable {
  /// One bit a button, in the order in which carts read them.
  public let rawValue: UInt8

  /// Buttons from their bits.
  public init(rawValue: UInt8) {
    self.rawValue = rawValue
  }

  /// Bit 0.
  public static let south = Buttons(rawValue: 1)
  /// Bit 1.
  public static let east = Buttons(rawValue: 2)
  /// Bit 2.
  public static let west = Buttons(rawValue: 4)
  /// Bit 3.
  public static let north = Buttons(rawValue: 8)
  /// Bit 4.
  public static let menu = Buttons(rawValue: 16)
}

/// What one player does in one frame; each kind of console takes what it knows.
public struct PlayerInput: Sendable, Equatable {
  /// Place of the finger, x to the right and y up, each -1000...1000; nil = not touched.
  public var pad: SIMD2<Int16>?
  /// Buttons held down.
  public var buttons: Buttons
  /// Directions held down, of `Controls.directions`; opposite ones may be held together.
  public var directions: Controls
  /// Bits that a script adds to the byte in which a console reads a gamepad.
  public var gamepad: UInt8

  /// By default no touch and no button.
  public init(
    pad: SIMD2<Int16>? = nil, buttons: Buttons = [], directions: Controls = [], gamepad: UInt8 = 0
  ) {
    self.pad = pad
    self.buttons = buttons
    self.directions = directions
    self.gamepad = gamepad
  }
}

/// Where the mouse is and which of its buttons are held.
public struct MouseInput: Sendable, Equatable, Codable {
  /// Column of the cart's picture; it may lie outside.
  public var x: Int16
  /// Row of the cart's picture; it may lie outside.
  public var y: Int16
  /// Bit 0 left, 1 right, 2 middle.
  public var buttons: UInt8

  /// A mouse at a place.
  public init(x: Int16, y: Int16, buttons: UInt8 = 0) {
    self.x = x
    self.y = y
    self.buttons = buttons
  }

  /// A mouse that has not moved yet, which is far from the picture.
  public static let rest = MouseInput(x: .max, y: .max)
}

/// The input of all players for one frame, player 1 first.
public struct InputFrame: Sendable, Equatable {
  /// At least one player.
  public var players: [PlayerInput]
  /// The one mouse.
  public var mouse: MouseInput

  /// By default one idle player.
  public init(players: [PlayerInput] = [PlayerInput()], mouse: MouseInput = .rest) {
    self.players = players.isEmpty ? [PlayerInput()] : players
    self.mouse = mouse
  }

  /// The input of player 1.
  public var first: PlayerInput { players.first ?? PlayerInput() }
}
