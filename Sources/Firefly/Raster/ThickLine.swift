/// The side of a line, seen along it, on a screen whose y grows downward.
enum Side {
  case left
  case right
}

/// The thin lines, side by side, that make up a thick one (firefly.md 3.4).
///
/// They come alternating from the right and the left of the middle, each starting on the
/// perpendicular through the line's start. An "extra" line fills the hole that a minor step on
/// the perpendicular leaves, and is one pixel shorter.
struct ParallelLines: Sequence, IteratorProtocol {
  struct Element {
    let side: Side
    let start: Point
    let error: Int
    let isExtra: Bool
  }

  let pattern: Bresenham
  private let perpendicular: Bresenham
  private let limit: Int
  private let flip: Bool
  private let mirror: Bool
  private var thickness: Int
  private var nextSide = Side.right
  private var left: PerpendicularWalker
  private var right: PerpendicularWalker

  /// Line from `start` to `end`, both confined, `width` wide, at most `Limits.lineStroke`.
  init(from start: Point, to end: Point, width: Int) {
    var delta = end - start
    if delta == Point(x: 0, y: 0) { delta.x = 1 }
    let width = Swift.min(width, Limits.lineStroke)
    pattern = Bresenham(delta)
    perpendicular = Bresenham(Point(x: delta.y, y: -delta.x))
    limit = 4 * width * width * delta.dot(delta)
    thickness = (pattern.errorMinor + pattern.errorMajor) / 2
    flip = perpendicular.stepMinor == -pattern.stepMajor
    let (major, minor) = (perpendicular.stepMajor, perpendicular.stepMinor)
    mirror = major.x != 0 ? major.x == minor.y : major.y == -minor.x
    left = PerpendicularWalker(point: start)
    right = PerpendicularWalker(point: start)
    _ = parallel(.left)  // the middle line itself comes first on the right
  }

  mutating func next() -> Element? {
    // `thickness` may exceed the square root of Int.max only when it exceeds the limit.
    guard thickness < 1 << 31, thickness * thickness <= limit else { return nil }
    let element = parallel(nextSide)
    nextSide = nextSide == .right ? .left : .right
    thickness += element.isExtra ? perpendicular.errorMajor : perpendicular.errorMinor
    return element
  }

  private mutating func parallel(_ side: Side) -> Element {
    while true {
      let (point, isExtra) =
        side == .left
        ? left.next(perpendicular, mirror: mirror) : right.previous(perpendicular, mirror: mirror)
      let before = side == .left ? left.parallelError : right.parallelError
      if !isExtra { return Element(side: side, start: point, error: before, isExtra: false) }
      var error = before
      var result: Element?
      if (side == .left) == flip {
        error -= pattern.errorMajor
        if error <= -pattern.threshold {
          error += pattern.errorMinor
          result = Element(side: side, start: point, error: before, isExtra: true)
        }
      } else {
        error += pattern.errorMajor
        if error > pattern.threshold {
          error -= pattern.errorMinor
          result = Element(side: side, start: point, error: error, isExtra: true)
        }
      }
      if side == .left { left.parallelError = error } else { right.parallelError = error }
      if let result { return result }
    }
  }
}

/// Walks along the perpendicular and finds where parallels start.
private struct PerpendicularWalker {
  var point: Point
  var error = 0
  var parallelError = 0

  /// The next start to the left.
  mutating func next(_ pattern: Bresenham, mirror: Bool) -> (Point, isExtra: Bool) {
    var result = point
    if error > pattern.threshold {
      point = point + pattern.stepMinor
      error -= pattern.errorMinor
      if mirror { result = result + pattern.stepMinor - pattern.stepMajor }
      return (result, true)
    }
    point = point + pattern.stepMajor
    error += pattern.errorMajor
    return (result, false)
  }

  /// The next start to the right.
  mutating func previous(_ pattern: Bresenham, mirror: Bool) -> (Point, isExtra: Bool) {
    var result = point
    if error <= -pattern.threshold {
      point = point - pattern.stepMinor
      error += pattern.errorMinor
      if !mirror { result = result + pattern.stepMajor - pattern.stepMinor }
      return (result, true)
    }
    point = point - pattern.stepMajor
    error -= pattern.errorMajor
    return (result, false)
  }
}

/// The two outer thin lines of a thick line.
struct Extents {
  var left: ThinLine
  var right: ThinLine

  init(from start: Point, to end: Point, width: Int) {
    let lines = ParallelLines(from: start, to: end, width: width)
    let shortening = lines.pattern.stepMajor + lines.pattern.stepMinor
    left = ThinLine(start: start, end: end)
    right = left
    for line in lines {
      var stop = line.start + (end - start)
      if line.isExtra { stop = stop - shortening }
      let edge = ThinLine(start: line.start, end: stop)
      if line.side == .left { left = edge } else { right = edge }
    }
  }
}
