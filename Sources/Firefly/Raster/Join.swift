/// Two ends of the edges of a thick line, where another one begins.
struct Corner {
  var left: Point
  var right: Point
}

/// How two thick lines meet.
///
/// Source: firefly.md 3.8.
struct Join {
  /// Where the edges of the first line end.
  let end: Corner
  /// Where the edges of the second line start.
  let start: Corner
  /// Closes the wedge on the outer side of a bevel.
  let filler: ThinLine?

  /// Lines of `width` from `a` to `middle` and from `middle` to `b`.
  init(_ a: Point, _ middle: Point, _ b: Point, width: Int) {
    let first = Extents(from: a, to: middle, width: width)
    let second = Extents(from: middle, to: b, width: width)
    let ends = Corner(left: first.left.end, right: first.right.end)
    let starts = Corner(left: second.left.start, right: second.right.start)

    guard let left = Intersection(second.left, first.left),
      let right = Intersection(second.right, first.right)
    else {
      (end, start, filler) = (ends, starts, nil)
      return
    }
    let outer = left.outerSide
    let outerFiller =
      outer == .left
      ? ThinLine(start: ends.left, end: starts.left)
      : ThinLine(start: ends.right, end: starts.right)

    let crosses =
      outer == .right
      ? Normal(first.left).distance(second.left.end) >= 0
      : Normal(first.right).distance(second.right.end) <= 0
    if crosses {
      (end, start, filler) = (ends, starts, outerFiller)
      return
    }

    let tip = (outer == .left ? left.point : right.point) - middle
    if UInt32(truncatingIfNeeded: tip.dot(tip)) <= 4 * width * width {
      let corner = Corner(left: left.point, right: right.point)
      (end, start, filler) = (corner, corner, nil)
    } else if outer == .right {
      end = Corner(left: left.point, right: ends.right)
      start = Corner(left: left.point, right: starts.right)
      filler = outerFiller
    } else {
      end = Corner(left: ends.left, right: right.point)
      start = Corner(left: starts.left, right: right.point)
      filler = outerFiller
    }
  }

  /// The thin lines across a thick line at this join, given its corner on that line.
  func cap(_ corner: Corner) -> [ThinLine] {
    guard let filler else { return [ThinLine(start: corner.left, end: corner.right)] }
    let half = filler.delta
    let middle = filler.start + Point(x: half.x / 2, y: half.y / 2)
    return [
      ThinLine(start: corner.left, end: middle), ThinLine(start: middle, end: corner.right),
    ]
  }
}

/// What 32 bits hold of a number, as the official console counts: it matters where edges are longer
/// than a screen.
private func wrapped(_ number: Int) -> Int { Int(Int32(truncatingIfNeeded: number)) }

/// A line as the set of points with the same product with its normal.
private struct Normal {
  let vector: Point
  let offset: Int

  init(_ line: ThinLine) {
    vector = line.delta.rotated
    offset = wrapped(line.start.dot(vector))
  }

  /// Signed and unscaled.
  func distance(_ point: Point) -> Int { wrapped(point.dot(vector) - offset) }
}

/// Where two edges of the same side meet; nil if they are parallel.
private struct Intersection {
  let point: Point
  let outerSide: Side

  init?(_ second: ThinLine, _ first: ThinLine) {
    let (n1, n2) = (Normal(second), Normal(first))
    let denominator = wrapped(n1.vector.cross(n2.vector))
    guard denominator != 0 else { return nil }
    outerSide = denominator < 0 ? .left : .right
    if wrapped(denominator * denominator) < abs(wrapped(second.delta.dot(first.delta))) {
      point = first.end
      return
    }
    let half = abs(denominator) / 2
    func divided(_ numerator: Int) -> Int {
      let numerator = wrapped(numerator)
      let quotient = wrapped(numerator < 0 ? numerator - half : numerator + half) / denominator
      // Nearly parallel edges of absurd triangles meet far away; keep later squares in range.
      return min(max(quotient, -1 << 20), 1 << 20)
    }
    point = Point(
      x: divided(n1.offset * n2.vector.y - n2.offset * n1.vector.y),
      y: divided(n1.vector.x * n2.offset - n2.vector.x * n1.offset))
  }
}
