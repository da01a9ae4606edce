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

/// What one player does in one frame.
public struct PlayerInput: Sendable, Equatable {
  /// Place of the finger, x to the right and y up, each -1000...1000; nil = not touched.
  public var pad: SIMD2<Int16>?
  /// Buttons held down.
  public var buttons: Buttons

  /// By default no touch and no button.
  public init(pad: SIMD2<Int16>? = nil, buttons: Buttons = []) {
    self.pad = pad
    self.buttons = buttons
  }
}

/// The input of all players for one frame, player 1 first.
public struct InputFrame: Sendable, Equatable {
  /// At least one player.
  public var players: [PlayerInput]

  /// By default one idle player.
  public init(players: [PlayerInput] = [PlayerInput()]) {
    self.players = players.isEmpty ? [PlayerInput()] : players
  }

  /// The input of player 1.
  public var first: PlayerInput { players.first ?? PlayerInput() }
}
