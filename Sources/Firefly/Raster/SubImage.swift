import Console

/// Draws the region (sub.x, sub.y, sub.width, sub.height) of an image at (x, y).
///
/// On row y it is at most 240 - y wide, as on the official console. Source: firefly.md 3.10.
func drawSubImage(_ image: ImageFormat, x: Int, y: Int, sub: Rectangle, into screen: Framebuffer) {
  var (x, y, sub) = (x, y, sub)
  if y < 0 {
    sub.y -= y
    sub.height += y
    y = 0
  }
  sub.height = min(sub.height, image.height - sub.y, screen.height - y)
  if x < 0 {
    sub.x -= x
    sub.width += x
    x = 0
  }
  sub.width = min(sub.width, image.width - sub.x)
  // The row takes part in clipping the columns: the official console's slip.
  sub.width -= max(0, y + sub.width - screen.width)
  guard sub.height > 0, sub.width > 0, x < screen.width else { return }

  let columns = min(sub.width, screen.width - x)
  let copier = PixelRow(transparent: image.transparent)
  for row in 0..<sub.height {
    let start = (sub.y + row) * image.width + sub.x
    // What lies before or behind the image's pixels is not drawn.
    let first = min(max(0, -start), columns)
    let end = max(first, min(columns, image.pixels.count * 2 - start))
    copier.copy(
      image.pixels, from: start + first, count: end - first,
      to: screen.pixels + ((y + row) * screen.width + x + first))
  }
}

/// Fills the area with copies of a region of the image.
///
/// Source: firefly.md 3.10. The area must be a whole number of regions wide and high.
func drawSubTile(
  _ image: ImageFormat, area: Rectangle, sub: Rectangle, into screen: Framebuffer
) throws(HostCallError) {
  guard sub.width > 0, area.width.isMultiple(of: sub.width) else {
    throw HostCallError("area width must be a multiple of sib-image width")
  }
  guard sub.height > 0, area.height.isMultiple(of: sub.height) else {
    throw HostCallError("area width must be a multiple of sub-image height")
  }
  tile(image, area: area, sub: sub, into: screen)
}

/// Fills the area with an image whose corners keep their size, whose edges and middle repeat.
///
/// `middle` is the repeating part of the image. Source: firefly.md 3.10.
func drawNineSlice(
  _ image: ImageFormat, area: Rectangle, middle: Rectangle, into screen: Framebuffer
) throws(HostCallError) {
  let extra = Point(x: area.width - image.width, y: area.height - image.height)
  guard extra.x >= 0, extra.y >= 0 else {
    throw HostCallError("the area is smaller than the image")
  }
  guard middle.width > 0, extra.x.isMultiple(of: middle.width) else {
    throw HostCallError("area width must be a multiple of middle segment width")
  }
  guard middle.height > 0, extra.y.isMultiple(of: middle.height) else {
    throw HostCallError("area height must be a multiple of middle segment height")
  }
  let source = Slices(
    columns: (0, middle.x, middle.right, image.width),
    rows: (0, middle.y, middle.bottom, image.height))
  // The right column and bottom row end where the area ends.
  let target = Slices(
    columns: (
      area.x, area.x + middle.x, area.right - (image.width - middle.right), area.right
    ),
    rows: (
      area.y, area.y + middle.y, area.bottom - (image.height - middle.bottom), area.bottom
    ))
  let order = [(0, 0), (2, 0), (0, 2), (2, 2), (1, 0), (1, 2), (0, 1), (2, 1), (1, 1)]
  for (column, row) in order {
    tile(image, area: target[column, row], sub: source[column, row], into: screen)
  }
}

/// Four cuts in each direction make nine slices.
private struct Slices {
  private let columns: [Int]
  private let rows: [Int]

  init(columns: (Int, Int, Int, Int), rows: (Int, Int, Int, Int)) {
    self.columns = [columns.0, columns.1, columns.2, columns.3]
    self.rows = [rows.0, rows.1, rows.2, rows.3]
  }

  subscript(column: Int, row: Int) -> Rectangle {
    Rectangle(
      x: columns[column], y: rows[row], width: max(0, columns[column + 1] - columns[column]),
      height: max(0, rows[row + 1] - rows[row]))
  }
}

/// Draws the region at every whole step of its size inside the area; only steps that can be seen
/// are looked at.
private func tile(
  _ image: ImageFormat, area: Rectangle, sub: Rectangle, into screen: Framebuffer
) {
  guard !sub.isEmpty, !area.isEmpty else { return }
  func starts(_ first: Int, _ end: Int, step: Int, extent: Int) -> StrideTo<Int> {
    let skipped = first <= -step ? -first / step : 0
    return stride(from: first + skipped * step, to: min(end, extent), by: step)
  }
  for x in starts(area.x, area.right, step: sub.width, extent: screen.width) {
    for y in starts(area.y, area.bottom, step: sub.height, extent: screen.height) {
      drawSubImage(image, x: x, y: y, sub: sub, into: screen)
    }
  }
}
