import Console

/// What a controller holds at one moment.
package struct PadState: Sendable, Equatable {
  /// Buttons that are down, whatever they mean.
  package var pressed: Set<ControllerButton> = []
  /// What the buttons that are down stand for.
  package var held: Controls
  /// Stick deflections, x right and y **down** as drivers count, each -32768...32767.
  package var leftStick: SIMD2<Int16>
  /// The other stick, counted alike.
  package var rightStick: SIMD2<Int16>

  /// By default nothing is held.
  package init(
    held: Controls = [], leftStick: SIMD2<Int16> = .zero, rightStick: SIMD2<Int16> = .zero
  ) {
    self.held = held
    self.leftStick = leftStick
    self.rightStick = rightStick
  }

  /// A button went down or up; the map tells what the buttons stand for.
  package mutating func hold(
    _ button: ControllerButton?, isDown: Bool, meaning controls: [ControllerButton: Controls]
  ) {
    guard let button else { return }
    if isDown { pressed.insert(button) } else { pressed.remove(button) }
    // Of two buttons that mean the same one may be let go.
    held = pressed.reduce(into: []) { $0.formUnion(controls[$1] ?? []) }
  }

  /// The place of the finger that the controls stand for; nil = not touched.
  ///
  /// The directional pad comes first, one direction at a time in the order down, up, left, right;
  /// then the left stick while its shoulder or the stick is pressed; then the right stick, where
  /// it is away from its centre or pressed (firefly.md section 5). Beyond that rule a left stick
  /// that is clearly away from its centre works without holding anything.
  package func touch(adding tapped: Controls = []) -> SIMD2<Int16>? {
    let held = held.union(tapped)
    if held.contains(.down) { return SIMD2(0, -1000) }
    if held.contains(.up) { return SIMD2(0, 1000) }
    if held.contains(.left) { return SIMD2(-1000, 0) }
    if held.contains(.right) { return SIMD2(1000, 0) }
    let left = Self.thousandths(leftStick)
    if held.contains(.leftTouch) { return left }
    let right = Self.thousandths(rightStick)
    let isOutside = abs(Int(right.x)) > 50 || abs(Int(right.y)) > 50
    if held.contains(.rightTouch) || isOutside { return right }
    let x = Int(left.x)
    let y = Int(left.y)
    return x * x + y * y > 250 * 250 ? left : nil
  }

  /// A deflection as -1000...1000, y up, truncated toward zero.
  private static func thousandths(_ stick: SIMD2<Int16>) -> SIMD2<Int16> {
    func scaled(_ value: Int) -> Int16 { Int16(max(-1000, min(1000, value * 1000 / 32767))) }
    return SIMD2(scaled(Int(stick.x)), scaled(-Int(stick.y)))
  }
}
