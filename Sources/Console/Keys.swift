// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation

/// A place on the keyboard, named by what is printed there on a US keyboard.
///
/// Source: USB HID usage tables, page 7; window systems count alike.
public enum Key: UInt32, Sendable {
  case a = 4
  case b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z
  case enter = 40
  case backspace = 42
  case tab, space
  case comma = 54
  case period
  case right = 79
  case left, down, up
  case keypadMultiply = 85
  case keypadMinus
  case keypadEnter = 88
  case keypad1, keypad2, keypad3, keypad4, keypad5, keypad6, keypad7, keypad8
  case keypad9, keypad0, keypadPeriod
  case leftShift = 225
}

/// A button of a controller, named by its place on the usual kind.
public enum ControllerButton: Int32, Sendable {
  case south, east, west, north
  case back, guide, start
  case leftStick, rightStick, leftShoulder, rightShoulder
  case up, down, left, right
  /// A trigger that is pulled more than half.
  case leftTrigger = 100
  case rightTrigger
}
