/// A picture in window pixels, 0xAARRGGBB row by row, for everything that is not the game.
public struct Canvas {
  /// Width in pixels.
  public let width: Int
  /// Height in pixels.
  public let height: Int
  /// `width * height` pixels, not premultiplied.
  public private(set) var pixels: [UInt32]

  /// A fully transparent canvas; a size below 1 counts as 1.
  public init(width: Int, height: Int) {
    self.width = max(1, width)
    self.height = max(1, height)
    pixels = [UInt32](repeating: 0, count: self.width * self.height)
  }

  /// Replaces a rectangle, clipped to the canvas.
  public mutating func fill(x: Int, y: Int, width: Int, height: Int, color: UInt32) {
    let columns = max(0, x)..<max(0, x, min(self.width, x + width))
    for row in max(0, y)..<max(0, y, min(self.height, y + height)) {
      let start = row * self.width
      for at in start + columns.lowerBound..<start + columns.upperBound { pixels[at] = color }
    }
  }

  /// Draws one glyph with its top-left corner at (x, y), each font pixel `scale` pixels wide.
  ///
  /// Pixels of the cell without ink stay as they are.
  public mutating func draw(
    _ scalar: Unicode.Scalar, font: BitmapFont, scale: Int, x: Int, y: Int, color: UInt32
  ) {
    for glyphRow in 0..<font.height {
      var ink = font.row(glyphRow, of: scalar)
      while ink != 0 {
        let column = ink.leadingZeroBitCount
        ink &= ~(1 << UInt64(63 - column))
        fill(
          x: x + column * scale, y: y + glyphRow * scale, width: scale, height: scale, color: color)
      }
    }
  }
}
