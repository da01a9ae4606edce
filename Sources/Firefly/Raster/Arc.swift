import Glibc

/// The part of the plane between two rays from the centre of a circle.
///
/// Source: firefly.md 3.7. All arithmetic is in single precision, with the C library's sinf and
/// cosf: the official pictures depend on it.
struct PlaneSector {
  enum Mode {
    case everything
    case both
    case either
  }

  let mode: Mode
  /// Normal of the ray at the start of a clockwise sweep.
  let right: Point
  /// Normal of the ray at its end.
  let left: Point

  init(start: Float, sweep: Float) {
    let size = abs(sweep)
    if size >= 2 * Angle.pi {
      mode = .everything
    } else {
      mode = size >= Angle.pi ? .either : .both
    }
    let end = start + sweep
    right = Angle.normal(sweep < 0 ? end : start)
    left = Angle.normal(sweep < 0 ? start : end)
  }

  /// The sides toward the inside of both rays, moved inward by `margin`.
  func sides(margin: Int) -> (right: HalfPlane, left: HalfPlane) {
    (HalfPlane(normal: right, limit: margin), HalfPlane(normal: -left, limit: margin))
  }

  /// Combines the tests on both sides.
  @inline(__always)
  func combine(_ a: Bool, _ b: Bool) -> Bool {
    switch mode {
    case .everything: true
    case .both: a && b
    case .either: a || b
    }
  }
}

/// Angles in radians, single precision.
enum Angle {
  /// Pi, rounded to nearest (`Float.pi` rounds toward zero).
  static let pi: Float = 3.1415927

  /// Degrees, converted in single precision.
  static func degrees(_ value: Float) -> Float { value * pi / 180 }

  /// The normal of a ray, 1024 units long.
  static func normal(_ angle: Float) -> Point {
    if angle == degrees(180) { return Point(x: 0, y: -1024) }
    return Point(x: -scaled(sinf(angle)), y: scaled(cosf(angle)))
  }

  /// Truncated; not a number counts as 0, as it does for infinite angles on the console.
  private static func scaled(_ value: Float) -> Int {
    value.isNaN ? 0 : Int(value * 1024)
  }
}

/// A stroke along a part of a circle.
///
/// Source: firefly.md 3.7.
struct Arc: Shape {
  /// The square around the whole circle.
  let area: Rectangle
  /// Radians, clockwise from the right.
  let start: Float
  let sweep: Float
  let style: Style

  func draw<Target: PixelTarget>(into target: Target) {
    guard let stroke = style.stroke else { return }
    let outer = style.strokeArea(area)
    guard outer.width <= Limits.roundSize else { return }
    let plane = PlaneSector(start: start, sweep: sweep)
    let inner = style.fillArea(area)
    let innerEnd = circleThreshold(inner.width)
    let outerEnd = max(innerEnd, circleThreshold(outer.width))
    let sides = plane.sides(margin: 0)
    let center = outer.doubledCenter
    var cuts = RowCuts()
    for y in target.visibleRows(outer) {
      let dy = 2 * y - center.y
      cuts.removeAll()
      cuts.add(sides.right, dy: dy, center: center.x)
      cuts.add(sides.left, dy: dy, center: center.x)
      cuts.add(circleIn: inner, within: innerEnd, dy: dy, center: center.x)
      let columns = target.visibleColumns(outer, within: outerEnd, row: y)
      cuts.draw(columns, row: y, into: target) {
        let offset = Point(x: 2 * $0 - center.x, y: dy)
        let isInside = plane.combine(sides.right.contains(offset), sides.left.contains(offset))
        return isInside && offset.dot(offset) >= innerEnd ? stroke : nil
      }
    }
  }
}
