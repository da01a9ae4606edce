import Console

/// Merges keyboard, mouse and controllers into the input of a frame.
///
/// A key or button that goes down and up between two frames still counts for the next one.
package struct InputMixer: Sendable {
  private struct Pad {
    var player: Int
    var state = PadState()
    var tapped: CartControls = []
  }

  private let playerCount: Int
  private var heldKeys: CartControls = []
  private var tappedKeys: CartControls = []
  private var finger: SIMD2<Int16>?
  /// Where the finger was, if it has come since the last frame.
  private var tappedFinger: SIMD2<Int16>?
  private var pads: [Int32: Pad] = [:]

  /// A mixer without controllers for 1...4 players.
  package init(playerCount: Int) { self.playerCount = max(1, min(4, playerCount)) }

  /// A key of the cart went down.
  package mutating func press(_ control: CartControls) {
    heldKeys.formUnion(control)
    tappedKeys.formUnion(control)
  }

  /// A key of the cart went up.
  package mutating func release(_ control: CartControls) { heldKeys.subtract(control) }

  /// The mouse touches the pad, or moves on it.
  package mutating func touch(_ place: SIMD2<Int16>) {
    finger = place
    tappedFinger = place
  }

  /// Whether the mouse touches the pad.
  package var isTouched: Bool { finger != nil }

  /// The mouse leaves the pad.
  package mutating func liftFinger() { finger = nil }

  /// A controller came or changed; the first free player gets a new one, player 1 when all have.
  package mutating func update(pad id: Int32, to state: PadState) {
    var pad = pads[id] ?? Pad(player: freePlayer)
    pad.tapped.formUnion(state.held.subtracting(pad.state.held))
    pad.state = state
    pads[id] = pad
  }

  /// A controller went away.
  package mutating func remove(pad id: Int32) { pads[id] = nil }

  /// Nothing is held any more: the keys go to a menu now.
  package mutating func releaseAll() {
    heldKeys = []
    tappedKeys = []
    finger = nil
    tappedFinger = nil
    for id in pads.keys {
      pads[id]?.state = PadState()
      pads[id]?.tapped = []
    }
  }

  /// The input for the next frame.
  package mutating func take() -> InputFrame {
    var players = [PlayerInput](repeating: PlayerInput(), count: playerCount)
    for (_, pad) in pads.sorted(by: { $0.key < $1.key }) {
      let controls = pad.state.held.union(pad.tapped)
      players[pad.player].buttons.formUnion(controls.buttons)
      if players[pad.player].pad == nil {
        players[pad.player].pad = pad.state.touch(adding: pad.tapped)
      }
    }
    let keys = heldKeys.union(tappedKeys)
    players[0].buttons.formUnion(keys.buttons)
    players[0].pad = players[0].pad ?? finger ?? tappedFinger ?? touch(of: keys)
    tappedKeys = []
    tappedFinger = nil
    for id in pads.keys { pads[id]?.tapped = [] }
    return InputFrame(players: players)
  }

  private var freePlayer: Int {
    let taken = Set(pads.values.map(\.player))
    return (0..<playerCount).first { !taken.contains($0) } ?? 0
  }

  /// Arrow keys as a finger at the edge; opposite keys cancel each other.
  private func touch(of keys: CartControls) -> SIMD2<Int16>? {
    guard !keys.isDisjoint(with: [.up, .down, .left, .right, .center]) else { return nil }
    let x: Int16 = (keys.contains(.right) ? 1000 : 0) - (keys.contains(.left) ? 1000 : 0)
    let y: Int16 = (keys.contains(.up) ? 1000 : 0) - (keys.contains(.down) ? 1000 : 0)
    return SIMD2(x, y)
  }
}
