/// What a player can hold on a keyboard or controller, whatever the console makes of it.
public struct Controls: OptionSet, Sendable, Hashable {
  /// One bit a control; the lowest five are those of `Buttons`.
  public let rawValue: UInt16

  /// Controls from their bits.
  public init(rawValue: UInt16) { self.rawValue = rawValue }

  /// The lower button.
  public static let south = Controls(rawValue: 1 << 0)
  /// The right button.
  public static let east = Controls(rawValue: 1 << 1)
  /// The left button.
  public static let west = Controls(rawValue: 1 << 2)
  /// The upper button.
  public static let north = Controls(rawValue: 1 << 3)
  /// The cart's own menu.
  public static let menu = Controls(rawValue: 1 << 4)
  /// Up, or the upper edge of a touch pad.
  public static let up = Controls(rawValue: 1 << 5)
  /// Down, or the lower edge.
  public static let down = Controls(rawValue: 1 << 6)
  /// Left, or the left edge.
  public static let left = Controls(rawValue: 1 << 7)
  /// Right, or the right edge.
  public static let right = Controls(rawValue: 1 << 8)
  /// The middle of a touch pad.
  public static let center = Controls(rawValue: 1 << 9)
  /// Lets the left stick act on a touch pad even at its centre.
  public static let leftTouch = Controls(rawValue: 1 << 10)
  /// Lets the right stick act on a touch pad even at its centre.
  public static let rightTouch = Controls(rawValue: 1 << 11)

  /// The four directions.
  public static let directions: Controls = [.up, .down, .left, .right]

  /// The buttons among the controls.
  public var buttons: Buttons { Buttons(rawValue: UInt8(rawValue & 0x1F)) }
}
