/// A triangle with a style.
///
/// Source: firefly.md 3.8. Vertices beyond `Limits.coordinate` are moved there.
struct Triangle: Shape {
  let a: Point
  let b: Point
  let c: Point
  let style: Style

  func draw<Target: PixelTarget>(into target: Target) {
    guard !style.isInvisible else { return }
    let triangle = OrderedTriangle(a.confined, b.confined, c.confined)
    let width = min(style.strokeWidth, Limits.lineStroke)
    let segments = width > 0 ? triangle.segments(width: width) : []
    let rows = width < 2 ? triangle.rows : segments.map(\.rows).reduce(nil, covering)
    guard let rows else { return }

    let visible =
      max(rows.lowerBound, 0)..<max(rows.lowerBound, 0, min(rows.upperBound + 1, target.height))
    for y in visible {
      var first = RowSpan.empty
      var second = RowSpan.empty
      for segment in segments {
        let span = segment.span(row: y)
        if first.isEmpty {
          first = span
        } else if span.touches(first) {
          first.cover(span)
        } else if second.isEmpty {
          second = span
        } else if span.touches(second) {
          second.cover(span)
        }
      }
      if first.touches(second) {
        first.cover(second)
        second = .empty
      }
      if let fill = style.fill {
        if !first.isEmpty, !second.isEmpty {
          target.span(min(first.end, second.end), max(first.start, second.start), row: y, fill)
        } else if first.isEmpty, second.isEmpty {
          let span = triangle.span(row: y)
          target.span(span.start, span.end, row: y, fill)
        }
      }
      if let stroke = style.stroke {
        target.span(first.start, first.end, row: y, stroke)
        target.span(second.start, second.end, row: y, stroke)
      }
    }
  }
}

private func covering(_ a: ClosedRange<Int>?, _ b: ClosedRange<Int>) -> ClosedRange<Int> {
  guard let a else { return b }
  return min(a.lowerBound, b.lowerBound)...max(a.upperBound, b.upperBound)
}

/// Three vertices in the order in which the edges are drawn.
private struct OrderedTriangle {
  let vertices: [Point]
  /// By row, then column.
  let sorted: [Point]
  let isFlat: Bool

  init(_ a: Point, _ b: Point, _ c: Point) {
    let area = -b.y * c.x + a.y * (c.x - b.x) + a.x * (b.y - c.y) + b.x * c.y
    sorted = [a, b, c].sorted { ($0.y, $0.x) < ($1.y, $1.x) }
    isFlat = area == 0
    vertices = area < 0 ? [b, a, c] : area == 0 ? sorted : [a, b, c]
  }

  var rows: ClosedRange<Int>? { sorted[0].y...sorted[2].y }

  /// The columns between the thin edges, the edges included.
  func span(row y: Int) -> RowSpan {
    var span = ThinLine(start: sorted[0], end: sorted[2]).span(row: y)
    if !isFlat {
      span.cover(ThinLine(start: sorted[0], end: sorted[1]).span(row: y))
      span.cover(ThinLine(start: sorted[1], end: sorted[2]).span(row: y))
    }
    return span
  }

  func segments(width: Int) -> [Segment] {
    let v = vertices
    let joins = [
      Join(v[0], v[1], v[2], width: width), Join(v[1], v[2], v[0], width: width),
      Join(v[2], v[0], v[1], width: width),
    ]
    return [
      Segment(joins[0], joins[1]), Segment(joins[1], joins[2]), Segment(joins[2], joins[0]),
    ]
  }
}

/// The outline of one thick edge between two joins.
private struct Segment {
  /// Edges and caps.
  private let lines: [ThinLine]
  let rows: ClosedRange<Int>

  init(_ from: Join, _ to: Join) {
    let right = ThinLine(start: from.start.right, end: to.end.right)
    let left = ThinLine(start: to.end.left, end: from.start.left)
    var ends = [left.start.y, left.end.y]
    if from.end.left == from.end.right {
      lines = [right]
    } else {
      lines = from.cap(from.start) + to.cap(to.end) + [right, left]
      ends += [right.start.y, right.end.y]
    }
    rows = ends.reduce(ends[0]) { min($0, $1) }...ends.reduce(ends[0]) { max($0, $1) }
  }

  func span(row y: Int) -> RowSpan {
    var span = RowSpan.empty
    for line in lines { span.cover(line.span(row: y)) }
    return span
  }
}
