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

  var rest = UnsafeRawBufferPointer(rebasing: bytes)
  if image.transparent > 15, x >= 0, x % 2 == 0, left % 2 == 0, right % 2 == 0 {
    let count = (right - left) / 2
    var row = y
    while !rest.isEmpty {
      if row < screen.height {
        let visible = UnsafeRawBufferPointer(rebasing: rest.prefix(count))
        PixelRow(transparent: image.transparent).copy(
          bytes: visible, to: screen.pixels + (row * screen.width + left))
      }
      if !hasFullRow(screen, x: x, row: row) { break }
      rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(count + skip))
      row += 1
    }
  }
  drawPixels(rest, of: image, from: Point(x: x, y: y), left: left, right: right, skip, into: screen)
}

/// Draws pixel by pixel from `start` on.
///
/// Before column `right` a row ends, after which `skip` bytes are left out and the next one begins at
/// `left`; an image fully to the left of the screen has `right` before it.
private func drawPixels(
  _ bytes: UnsafeRawBufferPointer, of image: ImageFormat, from start: Point, left: Int, right: Int,
  _ skip: Int, into screen: Framebuffer
) {
  var (column, row) = (start.x, start.y)
  func draw(_ color: UInt8) {
    if color != image.transparent { screen.point(column, row, color) }
  }
  let copier = PixelRow(transparent: image.transparent)
  var index = 0
  while index < bytes.count {
    // Whole bytes that lie inside, without a look at each pixel's place.
    let whole = min((min(right, screen.width) - column) / 2, bytes.count - index)
    if column >= 0, whole > 0, row < screen.height {
      copier.copy(
        bytes: UnsafeRawBufferPointer(rebasing: bytes[index..<index + whole]),
        to: screen.pixels + (row &* screen.width &+ column))
      column += 2 * whole
      index += whole
      if column >= right {
        column = left
        row += 1
        index += skip
      }
      continue
    }
    let byte = bytes[index]
    for shift: UInt8 in [4, 0] {
      draw(byte >> shift & 15)
      column += 1
      if column >= right {
        column = left
        row += 1
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
