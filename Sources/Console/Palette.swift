/// Sixteen colours as a 5-6-5 display shows them.
///
/// Source: firefly.md section 4.
public struct Palette: Sendable, Equatable {
  /// What is shown, 0xRRGGBB each.
  public private(set) var colors: [UInt32]

  /// A palette of 16 colours, each quantised to what the display shows.
  public init(_ colors: [UInt32]) {
    precondition(colors.count == 16, "a palette has 16 colours")
    self.colors = colors.map(Self.shown)
  }

  /// Replaces one colour; only the low 8 bits of each component count.
  public mutating func set(_ index: Int, red: UInt32, green: UInt32, blue: UInt32) {
    guard colors.indices.contains(index) else { return }
    colors[index] = Self.shown((red & 0xFF) << 16 | (green & 0xFF) << 8 | blue & 0xFF)
  }

  /// The colour that a 5-6-5 display makes of `color`: low bits cut, full components at 0xFF.
  public static func shown(_ color: UInt32) -> UInt32 {
    var red = color >> 16 & 0xF8
    var green = color >> 8 & 0xFC
    var blue = color & 0xF8
    if red == 0xF8 { red = 0xFF }
    if green == 0xFC { green = 0xFF }
    if blue == 0xF8 { blue = 0xFF }
    return red << 16 | green << 8 | blue
  }

  /// SWEETIE-16 by GrafxKid, the palette that a cart starts with.
  public static let sweetie16 = Palette([
    0x1A1C2C, 0x5D275D, 0xB13E53, 0xEF7D57, 0xFFCD75, 0xA7F070, 0x38B764, 0x257179,
    0x29366F, 0x3B5DC9, 0x41A6F6, 0x73EFF7, 0xF4F4F4, 0x94B0C2, 0x566C86, 0x333C57,
  ])
}
