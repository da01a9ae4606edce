/// The step pattern of lines in one direction (firefly.md 3.4).
struct Bresenham {
  /// Also the number of pixels after the first one.
  let threshold: Int
  /// Added to the error with each major step.
  let errorMajor: Int
  /// Subtracted from the error with each minor step.
  let errorMinor: Int
  let stepMajor: Point
  let stepMinor: Point

  init(_ delta: Point) {
    let signX = delta.x >= 0 ? 1 : -1
    let signY = delta.y >= 0 ? 1 : -1
    let width = abs(delta.x)
    let height = abs(delta.y)
    let upright = height >= width
    threshold = upright ? height : width
    errorMajor = 2 * (upright ? width : height)
    errorMinor = 2 * threshold
    stepMajor = upright ? Point(x: 0, y: signY) : Point(x: signX, y: 0)
    stepMinor = upright ? Point(x: signX, y: 0) : Point(x: 0, y: signY)
  }

  /// The y axis is the major one.
  var isUpright: Bool { stepMajor.x == 0 }

  /// Minor steps made before pixel `index` of a walk that began with `error`.
  ///
  /// Closed form of: step when the error exceeds the threshold, once a pixel at most.
  func minorSteps(before index: Int, error: Int) -> Int {
    let excess = error + errorMajor * index - threshold
    return excess <= 0 ? 0 : (excess + errorMinor - 1) / max(errorMinor, 1)
  }

  /// Draws `count` pixels of a line from `start`, only looking at those inside the target.
  func walk<Target: PixelTarget>(
    from start: Point, error: Int, count: Int, color: UInt8, into target: Target
  ) {
    let place = isUpright ? start.y : start.x
    let sign = isUpright ? stepMajor.y : stepMajor.x
    let extent = isUpright ? target.height : target.width
    var index = sign > 0 ? max(0, -place) : max(0, place - extent + 1)
    let end = min(count, sign > 0 ? extent - place : place + 1)
    guard index < end else { return }
    let minor = minorSteps(before: index, error: error)
    // State after the pixel's own minor step has been made.
    var error = error + errorMajor * index - errorMinor * minor
    var x = start.x + stepMajor.x * index + stepMinor.x * minor
    var y = start.y + stepMajor.y * index + stepMinor.y * minor
    while true {
      target.point(x, y, color)
      index += 1
      if index >= end { return }
      x &+= stepMajor.x
      y &+= stepMajor.y
      error &+= errorMajor
      if error > threshold {
        x &+= stepMinor.x
        y &+= stepMinor.y
        error &-= errorMinor
      }
    }
  }
}

/// The columns that a shape covers on one row.
struct RowSpan {
  /// First column; meaningless if empty.
  var start: Int
  /// The column after the last one.
  var end: Int

  static let empty = RowSpan(start: 0, end: 0)
  var isEmpty: Bool { start >= end }

  /// Adjacent or overlapping.
  func touches(_ other: RowSpan) -> Bool {
    !isEmpty && !other.isEmpty && start <= other.end && other.start <= end
  }

  /// Widened to cover `other` too.
  mutating func cover(_ other: RowSpan) {
    if other.isEmpty { return }
    if isEmpty {
      self = other
    } else {
      start = min(start, other.start)
      end = max(end, other.end)
    }
  }
}

/// A line between two pixels, one pixel wide.
struct ThinLine {
  var start: Point
  var end: Point

  var delta: Point { end - start }

  /// The columns of row `y` that the whole line, drawn from its start, covers.
  func span(row y: Int) -> RowSpan {
    guard y >= min(start.y, end.y), y <= max(start.y, end.y) else { return .empty }
    let delta = delta
    let pattern = Bresenham(delta)
    let rows = abs(y - start.y)
    if pattern.isUpright {
      let x = start.x + pattern.stepMinor.x * pattern.minorSteps(before: rows, error: 0)
      return RowSpan(start: x, end: x + 1)
    }
    // Pixels of an x-major line on its row number `rows`: those between two minor steps.
    let first = firstPixel(row: rows, pattern)
    let last = min(firstPixel(row: rows + 1, pattern) - 1, pattern.threshold)
    guard first <= last else { return .empty }
    let a = start.x + pattern.stepMajor.x * first
    let b = start.x + pattern.stepMajor.x * last
    return RowSpan(start: min(a, b), end: max(a, b) + 1)
  }

  private func firstPixel(row: Int, _ pattern: Bresenham) -> Int {
    if row == 0 { return 0 }
    if pattern.errorMajor == 0 { return pattern.threshold + 1 }
    return (2 * row - 1) * pattern.threshold / pattern.errorMajor + 1
  }
}
