/// An area with elliptic corners of equal radii.
private struct RoundedArea {
  let area: Rectangle
  let radii: Point
  private let test: EllipseTest

  /// Radii are confined to the area: firefly.md 3.6.
  init(_ area: Rectangle, radii: Point) {
    self.area = area
    let overX = 2 * radii.x - area.width
    let overY = 2 * radii.y - area.height
    var radii = radii
    if max(overX, overY) > 0 {
      let (side, doubled) =
        overX >= overY ? (area.width, 2 * radii.x) : (area.height, 2 * radii.y)
      radii = Point(x: radii.x * side / doubled, y: radii.y * side / doubled)
    }
    self.radii = radii
    test = EllipseTest(width: 2 * radii.x, height: 2 * radii.y)
  }

  /// Twice the row's distance from the middle of the corner ellipses, nil between the corners.
  private func cornerOffset(row y: Int) -> Int? {
    let top: Int
    if y < area.y + radii.y {
      top = area.y
    } else if y >= area.bottom - radii.y {
      top = area.bottom - 2 * radii.y
    } else {
      return nil
    }
    return 2 * (y - top) - max(2 * radii.y - 1, 0)
  }

  /// How many columns the corner ellipse cuts off at each end of row `y`; 0 if it has no pixel.
  func limit(row y: Int) -> Int {
    guard let offset = cornerOffset(row: y) else { return 0 }
    let middle = max(2 * radii.x - 1, 0)
    return firstColumn(in: 0..<min(radii.x, area.width)) { test.contains(2 * $0 - middle, offset) }
      ?? 0
  }

  /// The columns of `span` from the first to the last one that is inside on row `y`; where none
  /// is, the limits are those of `span`.
  ///
  /// Where corner boxes overlap, the left one decides.
  func inside(_ span: RowSpan, row y: Int) -> RowSpan {
    let from = max(span.start - area.x, 0)
    let end = min(span.end - area.x, area.width)
    guard from < end else { return span }
    guard let offset = cornerOffset(row: y) else {
      return RowSpan(start: area.x + from, end: area.x + end)
    }
    let center = max(2 * radii.x - 1, 0)
    // The columns of the left box, those that are in no box, and those of the right box only.
    let left = from..<max(from, min(end, radii.x))
    let between = left.upperBound..<max(left.upperBound, min(end, area.width - radii.x))
    let right = between.upperBound..<max(between.upperBound, end)
    func isInsideLeft(_ column: Int) -> Bool { test.contains(2 * column - center, offset) }
    func isInsideRight(_ column: Int) -> Bool { isInsideLeft(area.width - 1 - column) }

    var first = firstColumn(in: left, where: isInsideLeft)
    if first == nil {
      first = between.first ?? right.first.flatMap { isInsideRight($0) ? $0 : nil }
    }
    var outside = firstColumn(in: right) { !isInsideRight($0) } ?? right.upperBound
    if outside == right.lowerBound, between.isEmpty {
      // Nothing in the right box: the last column of the left box is its innermost.
      outside = left.last.map { isInsideLeft($0) ? $0 + 1 : end } ?? end
    }
    return RowSpan(
      start: first.map { area.x + $0 } ?? span.start,
      end: first == nil ? span.end : area.x + outside)
  }
}

/// A rectangle with rounded corners and a style.
///
/// Source: firefly.md 3.6.
struct RoundedRectangle: Shape {
  let area: Rectangle
  /// Radii of the corners.
  let corner: Point
  let style: Style

  func draw<Target: PixelTarget>(into target: Target) {
    let outerArea = style.strokeArea(area)
    guard !style.isInvisible, !outerArea.isEmpty,
      max(outerArea.width, outerArea.height) <= Limits.roundSize
    else { return }
    let corner = corner.confined
    let outer = RoundedArea(
      outerArea, radii: corner + Point(x: style.outside, y: style.outside))
    let inner = RoundedArea(
      style.fillArea(area),
      radii: Point(x: max(0, corner.x - style.inside), y: max(0, corner.y - style.inside)))

    for y in target.visibleRows(outerArea) {
      let cut = outer.limit(row: y)
      let span = RowSpan(start: outerArea.x + cut, end: outerArea.right - cut)
      guard let stroke = style.stroke else {
        if let fill = style.fill { target.span(span.start, span.end, row: y, fill) }
        continue
      }
      guard y >= inner.area.y, y < inner.area.bottom else {
        target.span(span.start, span.end, row: y, stroke)
        continue
      }
      let filled = inner.inside(span, row: y)
      target.span(span.start, filled.start, row: y, stroke)
      if let fill = style.fill { target.span(filled.start, filled.end, row: y, fill) }
      target.span(filled.end, span.end, row: y, stroke)
    }
  }
}
