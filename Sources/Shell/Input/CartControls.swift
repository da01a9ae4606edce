import Console

/// Everything on a keyboard or controller that a cart can feel, as bits.
package struct CartControls: OptionSet, Sendable, Hashable {
  /// One bit a control; the lowest five are those of `Buttons`.
  package let rawValue: UInt16

  /// Controls from their bits.
  package init(rawValue: UInt16) { self.rawValue = rawValue }

  /// The lower button.
  package static let south = CartControls(rawValue: 1 << 0)
  /// The right button.
  package static let east = CartControls(rawValue: 1 << 1)
  /// The left button.
  package static let west = CartControls(rawValue: 1 << 2)
  /// The upper button.
  package static let north = CartControls(rawValue: 1 << 3)
  /// The cart's own menu.
  package static let menu = CartControls(rawValue: 1 << 4)
  /// The upper edge of the pad.
  package static let up = CartControls(rawValue: 1 << 5)
  /// The lower edge of the pad.
  package static let down = CartControls(rawValue: 1 << 6)
  /// The left edge of the pad.
  package static let left = CartControls(rawValue: 1 << 7)
  /// The right edge of the pad.
  package static let right = CartControls(rawValue: 1 << 8)
  /// The middle of the pad.
  package static let center = CartControls(rawValue: 1 << 9)
  /// Lets the left stick act on the pad even at its centre.
  package static let leftTouch = CartControls(rawValue: 1 << 10)
  /// Lets the right stick act on the pad even at its centre.
  package static let rightTouch = CartControls(rawValue: 1 << 11)

  /// The buttons among the controls.
  package var buttons: Buttons { Buttons(rawValue: UInt8(rawValue & 0x1F)) }
}
