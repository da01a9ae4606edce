import Console

/// Draws a line on the frame buffer, `width` pixels wide.
///
/// Source: firefly.md 3.4, with the shortcuts of axis-parallel lines.
func drawLine(
  from a: Point, to b: Point, width: Int, color: UInt8, into screen: Framebuffer
) {
  if a.y == b.y {
    let shift = a.x > b.x && width % 2 == 0 ? 1 : 0
    let area = Rectangle(
      x: min(a.x, b.x), y: a.y - width / 2 + shift, width: abs(b.x - a.x) + 1, height: width)
    screen.fill(area, color)
  } else if a.x == b.x {
    let shift = a.y > b.y && width % 2 == 0 ? 1 : 0
    let area = Rectangle(
      x: a.x - width / 2 + shift, y: min(a.y, b.y), width: width, height: abs(b.y - a.y) + 1)
    screen.fill(area, color)
  } else {
    ThickLine(start: a, end: b, width: width, color: color).draw(into: screen)
  }
}

/// A line of any direction, drawn as thin parallels.
///
/// Source: firefly.md 3.4. A line that leaves the square of `Limits.coordinate` is cut there.
struct ThickLine: Shape {
  let start: Point
  let end: Point
  let width: Int
  let color: UInt8

  func draw<Target: PixelTarget>(into target: Target) {
    guard let (a, b) = confined(start, end) else { return }
    let count = max(abs(b.x - a.x), abs(b.y - a.y)) + 1
    let lines = ParallelLines(from: a, to: b, width: width)
    for line in lines {
      lines.pattern.walk(
        from: line.start, error: line.error, count: line.isExtra ? count - 1 : count,
        color: color, into: target)
    }
  }
}

/// The part of a line inside the square of `Limits.coordinate`, nil if there is none.
private func confined(_ a: Point, _ b: Point) -> (Point, Point)? {
  if a.confined == a, b.confined == b { return (a, b) }
  // Liang and Barsky's clipping, in floating point: far lines need no exact pixels.
  let (dx, dy) = (Double(b.x - a.x), Double(b.y - a.y))
  let limit = Double(Limits.coordinate)
  var enter = 0.0
  var leave = 1.0
  for (direction, distance) in [
    (-dx, Double(a.x) + limit), (dx, limit - Double(a.x)),
    (-dy, Double(a.y) + limit), (dy, limit - Double(a.y)),
  ] {
    if direction == 0 {
      if distance < 0 { return nil }
    } else if direction < 0 {
      enter = max(enter, distance / direction)
    } else {
      leave = min(leave, distance / direction)
    }
  }
  guard enter <= leave else { return nil }
  func place(_ t: Double) -> Point {
    Point(
      x: a.x + Int((dx * t).rounded()), y: a.y + Int((dy * t).rounded())
    ).confined
  }
  return (place(enter), place(leave))
}
