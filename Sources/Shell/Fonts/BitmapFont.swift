/// A fixed-width bitmap font: equal cells, one bit a pixel, found by Unicode scalar.
///
/// Glyph `g` occupies `height` rows of `bytesPerRow` bytes; the leftmost pixel of a row is the
/// highest bit of its first byte.
public struct BitmapFont: Sendable {
  /// Width of a cell in pixels, 1...64.
  public let width: Int
  /// Height of a cell in pixels, 1...128.
  public let height: Int
  /// Bytes that hold one row of a cell.
  public let bytesPerRow: Int
  let bits: [UInt8]
  let glyphIndices: [UInt32: Int]
  let missingGlyph: Int

  init(width: Int, height: Int, bits: [UInt8], glyphIndices: [UInt32: Int]) {
    self.width = width
    self.height = height
    self.bytesPerRow = (width + 7) / 8
    self.bits = bits
    self.glyphIndices = glyphIndices
    self.missingGlyph = glyphIndices[0xFFFD] ?? glyphIndices[UInt32(UInt8(ascii: "?"))] ?? 0
  }

  /// Whether the font has a drawing of its own for `scalar`.
  public func covers(_ scalar: Unicode.Scalar) -> Bool { glyphIndices[scalar.value] != nil }

  /// Whether the pixel of `scalar`'s glyph is set.
  ///
  /// A scalar without a glyph shows the replacement character or `?`. Pixels outside the cell are
  /// never set.
  public func isSet(_ scalar: Unicode.Scalar, x: Int, y: Int) -> Bool {
    guard x >= 0, x < width, y >= 0, y < height else { return false }
    return row(y, of: scalar) & (1 << UInt64(63 - x)) != 0
  }

  /// Row `y` (0..<height) of a glyph, leftmost pixel in bit 63.
  func row(_ y: Int, of scalar: Unicode.Scalar) -> UInt64 {
    let glyph = glyphIndices[scalar.value] ?? missingGlyph
    let start = (glyph * height + y) * bytesPerRow
    var row: UInt64 = 0
    for byte in 0..<bytesPerRow {
      row |= UInt64(bits[start + byte]) << UInt64(56 - 8 * byte)
    }
    return row
  }
}
