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
    let outside = plane.sides(margin: -(style.outside * 2048 + 1024))
    let inside = plane.sides(margin: style.inside * 2048 - 1024)
    let inner = style.fillArea(area)
    let innerEnd = circleThreshold(inner.width)
    let outerEnd = circleThreshold(outer.width)
    let center = outer.doubledCenter
    /// The colour of a pixel inside the circle, by twice its distance from the centre.
    func color(_ offset: Point) -> UInt8? {
      guard plane.combine(outside.right.contains(offset), outside.left.contains(offset)) else {
        return nil
      }
      var isFill = plane.combine(inside.right.contains(offset), inside.left.contains(offset))
      if !isFill, let bevel, bevel.cut.contains(offset) {
        if bevel.isExterior { return nil }
        isFill = true
      }
      return isFill && offset.dot(offset) < innerEnd ? style.fill : style.stroke
    }
    var cuts = RowCuts()
    for y in target.visibleRows(outer) {
      let dy = 2 * y - center.y
      cuts.removeAll()
      cuts.add(outside.right, dy: dy, center: center.x)
      cuts.add(outside.left, dy: dy, center: center.x)
      cuts.add(inside.right, dy: dy, center: center.x)
      cuts.add(inside.left, dy: dy, center: center.x)
      if let bevel { cuts.add(bevel.cut, dy: dy, center: center.x) }
      cuts.add(circleIn: inner, within: innerEnd, dy: dy, center: center.x)
      let columns = target.visibleColumns(outer, within: outerEnd, row: y)
      cuts.draw(columns, row: y, into: target) { color(Point(x: 2 * $0 - center.x, y: dy)) }
    }
  }
}

/// The line that cuts the tip of the stroke where both radii of a narrow sector, or of a narrow
/// gap, meet.
private struct Bevel {
  let isExterior: Bool
  /// What is cut off.
  let cut: HalfPlane

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
    let normal = Angle.normal(isExterior ? half - quarter : half + quarter)
    cut = HalfPlane(normal: -normal, limit: outside * 4096)
  }
}
