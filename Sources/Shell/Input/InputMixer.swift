import Console

/// Merges keyboard, controllers and mouse into the input of a frame.
///
/// A key or button that goes down and up between two frames still counts for the next one.
package struct InputMixer: Sendable {
  private struct Pad {
    var player: Int
    var state = PadState()
    var tapped: Controls = []
  }

  private let playerCount: Int
  private var heldKeys: Set<Key> = []
  private let keys: [Key: ControlMap.PlayerControl]
  private var tappedKeys: [Controls]
  /// Whether the mouse is a finger on the pad.
  private let mouseTouchesPad: Bool
  private var finger: SIMD2<Int16>?
  /// Where the finger was, if it has come since the last frame.
  private var tappedFinger: SIMD2<Int16>?
  private var pads: [Int32: Pad] = [:]
  private var mouse = MouseInput.rest
  private var tappedMouse: UInt8 = 0

  /// A mixer without controllers for the players and keys of a map.
  package init(controls: ControlMap) {
    playerCount = controls.playerCount
    keys = controls.keys
    mouseTouchesPad = controls.mouseTouchesPad
    tappedKeys = Array(repeating: [], count: controls.playerCount)
  }

  /// A key went down, by its scancode; nothing happens if it means nothing to the cart.
  package mutating func press(scancode: UInt32) {
    guard let key = Key(rawValue: scancode), let control = keys[key] else { return }
    heldKeys.insert(key)
    tappedKeys[control.player].formUnion(control.controls)
  }

  /// A key went up.
  package mutating func release(scancode: UInt32) {
    if let key = Key(rawValue: scancode) { heldKeys.remove(key) }
  }

  /// The mouse is at a place of the picture, or beside it.
  package mutating func moveMouse(x: Int, y: Int) {
    mouse.x = Int16(clamping: x)
    mouse.y = Int16(clamping: y)
  }

  /// A mouse button, as a bit of `MouseInput.buttons`, went down or up.
  package mutating func hold(mouseButton bit: UInt8, isDown: Bool) {
    if isDown {
      mouse.buttons |= bit
      tappedMouse |= bit
    } else {
      mouse.buttons &= ~bit
    }
  }

  /// The mouse touches the pad, or moves on it; nothing happens where it is no finger.
  package mutating func touch(_ place: SIMD2<Int16>) {
    guard mouseTouchesPad else { return }
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
    forgetTaps()
    mouse.buttons = 0
    finger = nil
    for id in pads.keys { pads[id]?.state = PadState() }
  }

  /// The input for the next frame.
  package mutating func take() -> InputFrame {
    var players = [PlayerInput](repeating: PlayerInput(), count: playerCount)
    for (_, pad) in pads.sorted(by: { $0.key < $1.key }) {
      let controls = pad.state.held.union(pad.tapped)
      players[pad.player].buttons.formUnion(controls.buttons)
      players[pad.player].directions.formUnion(controls.intersection(.directions))
      if players[pad.player].pad == nil {
        players[pad.player].pad = pad.state.touch(adding: pad.tapped)
      }
    }
    var held = tappedKeys
    for key in heldKeys {
      if let control = keys[key] { held[control.player].formUnion(control.controls) }
    }
    for (player, controls) in held.enumerated() {
      players[player].buttons.formUnion(controls.buttons)
      players[player].directions.formUnion(controls.intersection(.directions))
    }
    players[0].pad = players[0].pad ?? finger ?? tappedFinger
    for (player, controls) in held.enumerated() where players[player].pad == nil {
      players[player].pad = touch(of: controls)
    }
    var mouse = mouse
    mouse.buttons |= tappedMouse
    forgetTaps()
    return InputFrame(players: players, mouse: mouse)
  }

  private mutating func forgetTaps() {
    for player in tappedKeys.indices { tappedKeys[player] = [] }
    for id in pads.keys { pads[id]?.tapped = [] }
    tappedMouse = 0
    tappedFinger = nil
  }

  private var freePlayer: Int {
    let taken = Set(pads.values.map(\.player))
    return (0..<playerCount).first { !taken.contains($0) } ?? 0
  }

  /// Arrow keys as a finger at the edge; opposite keys cancel each other.
  private func touch(of keys: Controls) -> SIMD2<Int16>? {
    guard !keys.isDisjoint(with: [.up, .down, .left, .right, .center]) else { return nil }
    let x: Int16 = (keys.contains(.right) ? 1000 : 0) - (keys.contains(.left) ? 1000 : 0)
    let y: Int16 = (keys.contains(.up) ? 1000 : 0) - (keys.contains(.down) ? 1000 : 0)
    return SIMD2(x, y)
  }
}
