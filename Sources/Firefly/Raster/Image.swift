import Console

/// Draws a whole image with its top left pixel at (x, y), as the official console does.
///
/// Its visible oddities are kept: a fast path for opaque images in even places does not consume
/// the image's row on the last row of the screen, which is then drawn from the top too; images fully to the left
/// leave pixels in column 0. Source: firefly.md 3.10.
func drawImage(_ image: ImageFormat, x: Int, y: Int, into screen: Framebuffer) {
  guard x < screen.width, y < screen.height else { return }
  // Clip whole rows at the top and bottom.
  var bytes = image.pixels[...]
  var y = y
  if y < 0 {
    bytes = bytes.dropFirst(-y * image.width / 2)
    y = 0
  }
  bytes = bytes.prefix((screen.height - y) * image.width / 2)

  // Bytes to skip after each row, and the columns of a row that are drawn.
  var skip = 0
  var right = x + image.width
  if right > screen.width {
    let over = right - screen.width
    skip = over / 2
    right = screen.width + over % 2
  }
  var left = x
  if x < 0 {
    skip += -x / 2
    left = -(-x % 2)
  }

  var index = bytes.startIndex
  if image.transparent > 15, x >= 0, x % 2 == 0, left % 2 == 0, right % 2 == 0 {
    let count = (right - left) / 2
    var row = y
    while index < bytes.endIndex {
      for column in 0..<min(count, bytes.endIndex - index) {
        screen.point(left + 2 * column, row, bytes[index + column] >> 4)
        screen.point(left + 2 * column + 1, row, bytes[index + column] & 15)
      }
      if !hasFullRow(screen, x: x, row: row) { break }
      index += count + skip
      row += 1
    }
  }

  var column = x
  while index < bytes.endIndex {
    let byte = bytes[index]
    for color in [byte >> 4, byte & 15] {
      if color != image.transparent { screen.point(column, y, color) }
      column += 1
      if column >= right {
        column = left
        y += 1
        index += skip
      }
    }
    index += 1
  }
}

/// At least as many pixels as a row has follow from column `x` of `row` on.
private func hasFullRow(_ screen: Framebuffer, x: Int, row: Int) -> Bool {
  row * screen.width + x + screen.width <= screen.width * screen.height
}
