import Console

/// Everything on a keyboard or controller that a cart can feel, as bits.
struct CartControls: OptionSet, Sendable, Hashable {
  let rawValue: UInt16

  static let south = CartControls(rawValue: 1 << 0)
  static let east = CartControls(rawValue: 1 << 1)
  static let west = CartControls(rawValue: 1 << 2)
  static let north = CartControls(rawValue: 1 << 3)
  static let menu = CartControls(rawValue: 1 << 4)
  static let up = CartControls(rawValue: 1 << 5)
  static let down = CartControls(rawValue: 1 << 6)
  static let left = CartControls(rawValue: 1 << 7)
  static let right = CartControls(rawValue: 1 << 8)
  static let center = CartControls(rawValue: 1 << 9)
  /// Lets the left stick act on the pad even at its centre.
  static let leftTouch = CartControls(rawValue: 1 << 10)
  /// Lets the right stick act on the pad even at its centre.
  static let rightTouch = CartControls(rawValue: 1 << 11)

  /// The buttons among the controls; their bits are the same.
  var buttons: Buttons { Buttons(rawValue: UInt8(truncatingIfNeeded: rawValue & 0x1F)) }
}

/// What a controller holds at one moment.
struct PadState: Sendable, Equatable {
  var held: CartControls = []
  /// Stick deflections, x right and y **down** as drivers count, each -32768...32767.
  var leftStick: SIMD2<Int16> = .zero
  /// The other stick, counted alike.
  var rightStick: SIMD2<Int16> = .zero

  /// The place of the finger that the controls stand for; nil = not touched.
  ///
  /// The directional pad comes first, one direction at a time in the order down, up, left, right;
  /// then the left stick while its shoulder or the stick is pressed; then the right stick, where
  /// it is away from its centre or pressed (firefly.md section 5). Beyond that rule a left stick
  /// that is clearly away from its centre works without holding anything.
  func touch(adding tapped: CartControls = []) -> SIMD2<Int16>? {
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
