import Console

/// Draws text with its first baseline at `y`.
///
/// Lines end at LF, each starts again at `x`; a CR before LF or at the end is not drawn. Only
/// what can be seen is looked at, and longer texts than `largestText` are refused, so that no call
/// takes long. Source: firefly.md 3.11.
func drawText(
  _ text: UnsafeRawBufferPointer, _ font: FontFormat, x: Int, y: Int, color: UInt8,
  into screen: Framebuffer
) throws(HostCallError) {
  guard text.count <= largestText else { throw HostCallError("text is too long") }
  guard let text = String(validating: text, as: UTF8.self) else {
    throw HostCallError("the given text is not valid UTF-8")
  }
  var top = y - font.baseline
  for line in text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false) {
    if top >= screen.height { return }
    if top + font.glyphHeight > 0 {
      drawTextLine(line, font, x: x, top: top, color: color, into: screen)
    }
    top += font.glyphHeight
  }
}

/// Bytes of a text in one call: far more than a screen can show.
private let largestText = 1 << 16

private func drawTextLine(
  _ line: Substring.UnicodeScalarView, _ font: FontFormat, x: Int, top: Int, color: UInt8,
  into screen: Framebuffer
) {
  guard font.glyphWidth > 0 else { return }
  var x = x
  for scalar in line.last == "\r" ? line.dropLast() : line {
    if x >= screen.width { return }
    if x + font.glyphWidth > 0, let cell = font.cell(of: scalar) {
      let columns = max(0, -x)..<min(font.glyphWidth, screen.width - x)
      for row in max(0, -top)..<max(0, -top, min(font.glyphHeight, screen.height - top)) {
        let pixels = screen.pixels + ((top + row) * screen.width + x)
        for column in columns where font.hasInk(x: cell.x + column, y: cell.y + row) {
          pixels[column] = color
        }
      }
    }
    x += font.glyphWidth
  }
}
