/// Which keys and controller buttons a kind of console listens to.
public struct ControlMap: Sendable {
  /// What a key stands for.
  public struct PlayerControl: Sendable, Hashable {
    /// From 0.
    public var player: Int
    /// What it holds.
    public var controls: Controls

    /// A control of a player, by default the first.
    public init(_ controls: Controls, player: Int = 0) {
      self.player = player
      self.controls = controls
    }
  }

  /// Players that controllers are dealt out to, 1...4.
  public var playerCount: Int
  /// What keys mean, by their place on the keyboard.
  public var keys: [Key: PlayerControl]
  /// What the buttons of every controller mean, by their place.
  public var buttons: [ControllerButton: Controls]

  /// Whether the mouse, while its left button is down, is a finger on the touch pad.
  public var mouseTouchesPad: Bool

  /// A map of these parts; keys of further players than `playerCount` do nothing.
  public init(
    playerCount: Int, keys: [Key: PlayerControl], buttons: [ControllerButton: Controls],
    mouseTouchesPad: Bool = false
  ) {
    self.playerCount = max(1, min(4, playerCount))
    self.keys = keys.filter { (0..<max(1, playerCount)).contains($0.value.player) }
    self.buttons = buttons
    self.mouseTouchesPad = mouseTouchesPad
  }
}
