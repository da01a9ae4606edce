import Console

/// What the open menu looks like, over the frame that stood on the display when it opened.
///
/// The colours are fixed, whatever the cart's palette is. Source: firefly.md 10.1, and the official
/// console's runtime 0.12.1 for the pixels of frame and cursor.
struct MenuPanel {
  let menu: CartMenu

  private static let background = Palette.shown(0xF4F4F4)
  private static let ink = Palette.shown(0x1A1C2C)
  private static let lineHeight = 12
  /// Distance of the panel from the edges of the screen.
  private static let margin = 20
  private static let textStart = margin + 6
  private static let firstBaseline = margin + 9
  /// The system's items stand lower where a line separates them from the cart's.
  private static let separation = 4

  /// The frame with the panel on it.
  func drawn(over frame: Framebuffer, colors: [UInt32]) -> Picture {
    let screen = Framebuffer(width: frame.width, height: frame.height)
    screen.pixels.update(from: frame.pixels, count: frame.width * frame.height)
    var colors = colors
    let background = Self.index(of: Self.background, in: &colors)
    let ink = Self.index(of: Self.ink, in: &colors)
    drawFrame(on: screen, background: background, ink: ink)
    drawItems(on: screen, background: background, ink: ink)
    drawCursor(row: menu.selected, on: screen, ink)
    return Picture(
      width: screen.width, height: screen.height, pixels: screen.copy, palette: colors)
  }

  private static func index(of color: UInt32, in colors: inout [UInt32]) -> UInt8 {
    if let index = colors.firstIndex(of: color) { return UInt8(truncatingIfNeeded: index) }
    colors.append(color)
    return UInt8(truncatingIfNeeded: colors.count - 1)
  }

  /// A shadow of one pixel lies to the right and below.
  private func drawFrame(on screen: Framebuffer, background: UInt8, ink: UInt8) {
    let (left, top) = (Self.margin, Self.margin)
    let (right, bottom) = (screen.width - Self.margin, screen.height - Self.margin)
    let (width, height) = (right - left, bottom - top)
    for (x, y, w, h, color) in [
      (left, top, width, height, background),
      (left - 1, top - 1, width + 2, 1, ink), (left, bottom, width + 2, 2, ink),
      (left - 1, top, 1, height + 1, ink), (right, top, 2, height, ink),
    ] {
      screen.fill(Rectangle(x: x, y: y, width: w, height: h), color)
    }
  }

  private func drawItems(on screen: Framebuffer, background: UInt8, ink: UInt8) {
    for (row, item) in (menu.customItems + CartMenu.systemItems).enumerated() {
      let baseline = Self.firstBaseline + offset(row: row)
      guard baseline - MenuFont.height < screen.height else { break }
      if row != menu.selected { drawCursor(row: row, on: screen, background) }
      MenuFont.draw(
        item.label, x: Self.textStart, baseline: baseline, color: ink, background: background,
        on: screen)
    }
    if !menu.customItems.isEmpty {
      let y = Self.margin + Self.separation + menu.customItems.count * Self.lineHeight
      screen.fill(
        Rectangle(x: Self.margin, y: y, width: screen.width - 2 * Self.margin, height: 1), ink)
    }
  }

  /// A rounded frame with a shadow, around one row.
  private func drawCursor(row: Int, on screen: Framebuffer, _ color: UInt8) {
    let left = Self.margin + 3
    let right = screen.width - Self.margin - 6
    let top = Self.margin + 2 + offset(row: row)
    let bottom = top + Self.lineHeight
    let height = Self.lineHeight - 4
    for (x, y, w, h) in [
      (left + 2, top, right - left - 3, 1), (left + 2, bottom - 1, right - left - 1, 1),
      (left + 3, bottom, right - left - 3, 1), (left, top + 2, 1, height),
      (right, top + 3, 2, height), (right, top + 2, 1, 1), (right - 1, top + 1, 1, 1),
      (left + 1, top + 1, 1, 1), (left + 1, bottom - 2, 1, 1), (right - 1, bottom - 2, 2, 1),
    ] {
      screen.fill(Rectangle(x: x, y: y, width: w, height: h), color)
    }
  }

  private func offset(row: Int) -> Int {
    let count = menu.customItems.count
    return row * Self.lineHeight + (count > 0 && row >= count ? Self.separation : 0)
  }
}
