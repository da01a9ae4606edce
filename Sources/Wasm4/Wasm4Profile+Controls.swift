import Console

extension Wasm4Profile {
  /// The keys of both official players, by place, and up to four controllers.
  ///
  /// Player 1 has the keys of either, players 2 and 3 those of the web player but for the keypad's
  /// minus, which is the volume.
  ///
  /// Source: wasm4.md section 10.
  public static var controls: ControlMap {
    var keys: [Key: ControlMap.PlayerControl] = [:]
    for (player, rows) in playerKeys.enumerated() {
      for (control, places) in rows {
        for key in places { keys[key] = .init(control, player: player) }
      }
    }
    return ControlMap(playerCount: 4, keys: keys, buttons: buttons)
  }

  /// X is south, Z is east.
  private static let playerKeys: [[(Controls, [Key])]] = [
    [
      (.south, [.x, .v, .k, .space, .period]), (.east, [.z, .c, .y, .w, .j, .comma]),
      (.up, [.up]), (.down, [.down]), (.left, [.left]), (.right, [.right]),
    ],
    [
      (.south, [.a, .q]), (.east, [.leftShift, .tab]),
      (.up, [.e]), (.down, [.d]), (.left, [.s]), (.right, [.f]),
    ],
    [
      (.south, [.keypadMultiply, .keypadPeriod]), (.east, [.keypadEnter]),
      (.up, [.keypad8]), (.down, [.keypad5]), (.left, [.keypad4]), (.right, [.keypad6]),
    ],
  ]

  private static let buttons: [ControllerButton: Controls] = [
    .south: .south, .north: .north, .rightShoulder: .south, .rightTrigger: .south,
    .east: .east, .west: .west, .leftShoulder: .east, .leftTrigger: .east,
    .up: .up, .down: .down, .left: .left, .right: .right,
  ]
}
