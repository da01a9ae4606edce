extension Screen {
  /// Draws code units in cells of 8x8: 10 begins a new line, 32...255 are glyphs, all others are
  /// empty cells; 0 ends the text.
  ///
  /// Source: wasm4.md 4.7.
  func text(_ units: some Sequence<UInt16>, x: Int, y: Int, font: Font) {
    let colors = GlyphColors(ink: color(1), paper: color(2))
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
      if let glyph = font.glyph(unit) { draw(glyph, x: column, y: row, colors) }
      column += Font.cell
    }
  }

  /// Draws the part of a glyph that is on the screen.
  private func draw(_ glyph: Font.Glyph, x: Int, y: Int, _ colors: GlyphColors) {
    guard x > -Font.cell, x < Self.width, y > -Font.cell, y < Self.height else { return }
    let column = max(0, x)
    let hidden = UInt64(2 &* (column &- x))
    let shift = UInt64(2 &* (column % Self.wordPixels))
    // A glyph may go on in the next word of its row.
    let goesOn = shift > 48 && column < Self.width &- Self.wordPixels
    let end = min(Font.cell, Self.height &- y)
    var v = max(0, -y)
    var word = words + (Self.rowWords &* (y &+ v) &+ column / Self.wordPixels)
    while v < end {
      let ink = glyph.ink(v)
      let paper = ink ^ 0xFFFF
      let mask = (ink & colors.inkMask | paper & colors.paperMask) &>> hidden
      let bits = (ink & colors.ink | paper & colors.paper) &>> hidden
      word.pointee = word.pointee & ~(mask &<< shift) | bits &<< shift
      if goesOn {
        let rest = 64 &- shift
        word[1] = word[1] & ~(mask &>> rest) | bits &>> rest
      }
      word += Self.rowWords
      v &+= 1
    }
  }
}

/// Draw colour 1 for ink and 2 for paper, each in eight pixels of two bits.
private struct GlyphColors {
  /// All bits set where the colour is drawn.
  let inkMask: UInt64
  let paperMask: UInt64
  let ink: UInt64
  let paper: UInt64

  init(ink: UInt8?, paper: UInt8?) {
    inkMask = ink == nil ? 0 : 0xFFFF
    paperMask = paper == nil ? 0 : 0xFFFF
    self.ink = UInt64(ink ?? 0) &* 0x5555
    self.paper = UInt64(paper ?? 0) &* 0x5555
  }
}

/// Glyphs of 8x8 pixels for the codes 32...255.
struct Font: Sendable {
  static let cell = 8
  static let glyphCount = 224
  static let byteCount = glyphCount * cell

  /// A glyph as it is drawn: both bits of a pixel are set where it is ink, the left one the lowest.
  struct Glyph: Sendable {
    /// Four rows each, the topmost in the low 16 bits.
    private var upper: UInt64 = 0
    private var lower: UInt64 = 0

    /// A glyph from its rows, in which the high bit is left and 0 is ink.
    init(row: (_ y: Int) -> UInt8) {
      for y in 0..<Font.cell {
        let pixels = row(y)
        var lanes: UInt64 = 0
        for x in 0..<Font.cell where pixels & 0x80 >> UInt8(x) == 0 {
          lanes |= 3 << UInt64(2 * x)
        }
        if y < 4 { upper |= lanes << UInt64(16 * y) } else { lower |= lanes << UInt64(16 * y - 64) }
      }
    }

    /// The ink of row 0...7.
    @inline(__always) func ink(_ y: Int) -> UInt64 {
      (y < 4 ? upper : lower) &>> UInt64(truncatingIfNeeded: 16 &* (y & 3)) & 0xFFFF
    }
  }

  private let glyphs: [Glyph]

  /// A font from its bytes, top row first, nil if there are not `byteCount` of them.
  init?(_ bytes: [UInt8]) {
    guard bytes.count == Self.byteCount else { return nil }
    self.init { glyph, y in bytes[glyph * Self.cell + y] }
  }

  /// A font from the rows of its glyphs, by number and row.
  init(row: (_ glyph: Int, _ y: Int) -> UInt8) {
    glyphs = (0..<Self.glyphCount).map { glyph in Glyph { row(glyph, $0) } }
  }

  @inline(__always) func glyph(_ code: UInt16) -> Glyph? {
    let index = Int(code) - 32
    return index >= 0 && index < glyphs.count ? glyphs[index] : nil
  }
}
