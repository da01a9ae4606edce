import Console

/// Draws a text as a QR code, one pixel a module, with its top left corner, four light modules
/// around it included, at (x, y).
///
/// A colour that is nil leaves its pixels as they are. Source: firefly.md 3.12.
func drawQR(
  _ text: UnsafeRawBufferPointer, x: Int, y: Int, dark: UInt8?, light: UInt8?,
  into screen: Framebuffer
) throws(HostCallError) {
  guard let codewords = QRCodewords(text) else {
    throw HostCallError("QR code cannot be constructed")
  }
  let matrix = QRMatrix(codewords)
  let quiet = 4
  for row in -quiet..<matrix.size + quiet {
    var column = -quiet
    while column < matrix.size + quiet {
      let isDark = matrix.isDark(column, row)
      let start = column
      repeat {
        column += 1
      } while column < matrix.size + quiet && matrix.isDark(column, row) == isDark
      if let color = isDark ? dark : light {
        screen.span(x + quiet + start, x + quiet + column, row: y + quiet + row, color)
      }
    }
  }
}
