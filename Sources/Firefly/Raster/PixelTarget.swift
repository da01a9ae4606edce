import Console

/// Something that shapes are drawn into: the frame buffer or a canvas.
///
/// Drawing calls `point` and `span`, which clip; a target only fills runs that are known to be
/// inside. Colours are palette indices 0...15.
protocol PixelTarget {
  /// Columns.
  var width: Int { get }
  /// Rows.
  var height: Int { get }
  /// Fills `count` pixels from (x, y) to the right, all of them inside.
  func fill(x: Int, y: Int, count: Int, color: UInt8)
}

/// Something that is drawn into the frame buffer or a canvas alike.
protocol Shape {
  /// Draws as much as is inside, in bounded time whatever the numbers are.
  func draw<Target: PixelTarget>(into target: Target)
}

/// One pixel.
struct Dot: Shape {
  let place: Point
  let color: UInt8

  func draw<Target: PixelTarget>(into target: Target) { target.point(place.x, place.y, color) }
}

extension PixelTarget {
  /// Draws one pixel if it is inside.
  @inline(__always)
  func point(_ x: Int, _ y: Int, _ color: UInt8) {
    if x >= 0, y >= 0, x < width, y < height { fill(x: x, y: y, count: 1, color: color) }
  }

  /// Draws the columns start..<end of row y as far as they are inside.
  @inline(__always)
  func span(_ start: Int, _ end: Int, row y: Int, _ color: UInt8) {
    let first = max(start, 0)
    let last = min(end, width)
    if y >= 0, y < height, first < last { fill(x: first, y: y, count: last - first, color: color) }
  }

  /// Rows of `area` that are inside.
  func visibleRows(_ area: Rectangle) -> Range<Int> {
    let first = max(area.y, 0)
    return first..<max(first, min(area.bottom, height))
  }

  /// Columns of `area` that are inside.
  func visibleColumns(_ area: Rectangle) -> Range<Int> {
    let first = max(area.x, 0)
    return first..<max(first, min(area.right, width))
  }

  /// Columns of row `y` that are inside, and inside the circle in the square `area` too, whose
  /// doubled coordinates end at the squared distance `threshold`.
  func visibleColumns(_ area: Rectangle, within threshold: Int, row y: Int) -> Range<Int> {
    let center = area.doubledCenter
    let dy = 2 * y - center.y
    let middle = area.x + (area.width + 1) / 2
    guard
      let first = firstColumn(
        in: area.x..<middle,
        where: {
          let dx = 2 * $0 - center.x
          return dx &* dx &+ dy &* dy < threshold
        })
    else { return 0..<0 }
    let start = max(first, 0)
    return start..<max(start, min(area.right - (first - area.x), width))
  }

  /// Fills a rectangle as far as it is inside.
  func fill(_ area: Rectangle, _ color: UInt8) {
    for y in visibleRows(area) { span(area.x, area.right, row: y, color) }
  }
}

extension Framebuffer: PixelTarget {
  @inline(__always)
  func fill(x: Int, y: Int, count: Int, color: UInt8) {
    (pixels + (y &* width &+ x)).update(repeating: color, count: count)
  }
}
