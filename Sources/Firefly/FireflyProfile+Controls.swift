import Console

extension FireflyProfile {
  /// Keys where the official emulator has them, and Space and the keypad beside them; controller
  /// buttons by place.
  public static var controls: ControlMap {
    ControlMap(
      playerCount: 1, keys: keys.mapValues { .init($0) }, buttons: buttons, mouseTouchesPad: true)
  }

  private static let keys: [Key: Controls] = [
    .z: .south, .space: .south, .x: .east, .enter: .east, .a: .west, .backspace: .west,
    .s: .north, .tab: .menu,
    .up: .up, .keypad8: .up, .down: .down, .keypad2: .down, .left: .left, .keypad4: .left,
    .right: .right, .keypad6: .right, .keypad5: .center,
  ]

  private static let buttons: [ControllerButton: Controls] = [
    .south: .south, .east: .east, .west: .west, .north: .north, .start: .menu,
    .up: .up, .down: .down, .left: .left, .right: .right,
    .leftShoulder: .leftTouch, .leftStick: .leftTouch, .rightStick: .rightTouch,
  ]
}
