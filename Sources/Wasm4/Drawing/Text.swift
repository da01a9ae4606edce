extension Screen {
  /// Draws code units in cells of 8x8: 10 begins a new line, 32...255 are glyphs, all others are
  /// empty cells; 0 ends the text.
  ///
  /// Source: wasm4.md 4.7.
  func text(_ units: some Sequence<UInt16>, x: Int, y: Int, font: Font) {
    var column = x
    var row = y
    for unit in units {
      if unit == 0 { return }
      if unit == 10 {
        row += Font.cell
        column = x
        continue
      }
      // The walk over an endless line off the screen is the caller's length, at most a memory.
      if let glyph = font.glyph(unit) { draw(glyph, x: column, y: row) }
      column += Font.cell
    }
  }

  /// Draws a glyph: 0 bits with draw colour 1, 1 bits with draw colour 2.
  private func draw(_ glyph: UInt64, x: Int, y: Int) {
    guard x > -Font.cell, x < Self.width, y > -Font.cell, y < Self.height else { return }
    let ink = color(1)
    let paper = color(2)
    for v in max(0, -y)..<min(Font.cell, Self.height - y) {
      let row = UInt8(truncatingIfNeeded: glyph >> UInt64(8 * v))
      for u in max(0, -x)..<min(Font.cell, Self.width - x) {
        if let color = row & 0x80 >> UInt8(u) == 0 ? ink : paper { set(x + u, y + v, color) }
      }
    }
  }
}

/// Glyphs of 8x8 pixels for the codes 32...255.
struct Font: Sendable {
  static let cell = 8
  static let glyphCount = 224
  static let byteCount = glyphCount * cell

  /// The rows of a glyph, the topmost in the low byte; in a row the high bit is left, 0 is ink.
  private let glyphs: [UInt64]

  /// A font from its bytes, top row first, nil if there are not `byteCount` of them.
  init?(_ bytes: [UInt8]) {
    guard bytes.count == Self.byteCount else { return nil }
    self.init { glyph, y in bytes[glyph * Self.cell + y] }
  }

  /// A font from the rows of its glyphs, by number and row.
  init(row: (_ glyph: Int, _ y: Int) -> UInt8) {
    glyphs = (0..<Self.glyphCount).map { glyph in
      (0..<Self.cell).reduce(0) { $0 | UInt64(row(glyph, $1)) << UInt64(8 * $1) }
    }
  }

  @inline(__always) func glyph(_ code: UInt16) -> UInt64? {
    let index = Int(code) - 32
    return index >= 0 && index < glyphs.count ? glyphs[index] : nil
  }
}
