import CSDL2

/// A control of a controller that menus know: a button, or a stick or trigger pushed far enough.
package enum PadInput: Sendable, Hashable {
  /// A button, by its SDL number.
  case button(Int32)
  /// The left stick, pushed to one side.
  case leftStick(Side)
  /// The right stick, pushed to one side.
  case rightStick(Side)
  /// The left trigger.
  case leftTrigger
  /// The right trigger.
  case rightTrigger

  /// Where a stick is pushed to.
  package enum Side: Sendable, Hashable {
    /// Away from the player.
    case up
    /// Towards the player.
    case down
    /// To the left.
    case left
    /// To the right.
    case right
  }

  /// A button by SDL's name.
  static func button(_ button: SDL_GameControllerButton) -> PadInput { .button(button.rawValue) }
}

/// Turns a stick or a trigger into a switch: on beyond three fifths of its way, off below two.
///
/// Between the two it stays as it was, so that a trembling stick does not switch again and again.
package struct AxisSwitch: Sendable {
  private static let on = 19660
  private static let off = 13107

  /// Where a stick is pushed to; nil near its centre.
  package private(set) var side: PadInput.Side?
  /// Whether a trigger is pulled.
  package private(set) var isPulled = false

  /// A switch that is off.
  package init() {}

  /// Takes a stick's deflection, x right and y down, each -32768...32767.
  package mutating func take(stick: SIMD2<Int16>) {
    let x = Int(stick.x)
    let y = Int(stick.y)
    let reach = max(abs(x), abs(y))
    if reach <= Self.off { side = nil }
    guard reach >= Self.on else { return }
    side = abs(x) > abs(y) ? (x > 0 ? .right : .left) : (y > 0 ? .down : .up)
  }

  /// Takes a trigger's way, 0...32767.
  package mutating func take(trigger: Int16) {
    if trigger <= Self.off { isPulled = false }
    if trigger >= Self.on { isPulled = true }
  }
}
