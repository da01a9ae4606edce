/// A slice of a circle.
///
/// Source: firefly.md 3.7.
struct Sector: Shape {
  /// The square around the whole circle.
  let area: Rectangle
  /// Radians, clockwise from the right.
  let start: Float
  let sweep: Float
  let style: Style

  func draw<Target: PixelTarget>(into target: Target) {
    let outer = style.strokeArea(area)
    guard !style.isInvisible, outer.width <= Limits.roundSize else { return }
    let plane = PlaneSector(start: start, sweep: sweep)
    let bevel = Bevel(start: start, sweep: sweep, outside: style.outside)
    let inside = style.inside * 2048 - 1024
    let outside = style.outside * 2048 + 1024
    let innerEnd = circleThreshold(style.fillArea(area).width)
    let outerEnd = circleThreshold(outer.width)
    let center = outer.doubledCenter
    let columns = target.visibleColumns(outer)
    for y in target.visibleRows(outer) {
      for x in columns {
        let offset = Point(x: 2 * x - center.x, y: 2 * y - center.y)
        let distance = offset.dot(offset)
        guard distance < outerEnd else { continue }
        let right = offset.dot(plane.right)
        let left = offset.dot(plane.left)
        guard plane.combine(right >= -outside, left <= outside) else { continue }
        var isFill = plane.combine(right >= inside, left <= -inside)
        if !isFill, let bevel, bevel.cuts(offset) {
          if bevel.isExterior { continue }
          isFill = true
        }
        if isFill, distance >= innerEnd { isFill = false }
        if let color = isFill ? style.fill : style.stroke { target.point(x, y, color) }
      }
    }
  }
}

/// The line that cuts the tip of the stroke where both radii of a narrow sector, or of a narrow
/// gap, meet.
private struct Bevel {
  let isExterior: Bool
  private let normal: Point
  private let limit: Int

  init?(start: Float, sweep: Float, outside: Int) {
    let size = abs(sweep)
    if size < Angle.degrees(55) {
      isExterior = true
    } else if size > Angle.degrees(305), size < Angle.degrees(360) {
      isExterior = false
    } else {
      return nil
    }
    let half = start + sweep / 2
    let quarter = Angle.degrees(90)
    normal = Angle.normal(isExterior ? half - quarter : half + quarter)
    limit = -outside * 4096
  }

  func cuts(_ offset: Point) -> Bool { offset.dot(normal) <= limit }
}
