/// A half plane: the points, as doubled distances from a centre, whose product with the normal is at
/// least `limit`.
struct HalfPlane {
  let normal: Point
  let limit: Int

  @inline(__always)
  func contains(_ offset: Point) -> Bool { offset.dot(normal) >= limit }
}

/// The columns of a row at which something about its pixels changes; between two of them all pixels
/// are alike, so that one look is enough for all.
struct RowCuts {
  /// Sorted; few.
  private var columns: [Int] = []

  init() { columns.reserveCapacity(8) }

  mutating func removeAll() { columns.removeAll(keepingCapacity: true) }

  mutating func add(_ column: Int) {
    var place = columns.count
    columns.append(column)
    while place > 0, columns[place - 1] > column {
      columns[place] = columns[place - 1]
      place -= 1
    }
    columns[place] = column
  }

  /// Where a row enters or leaves a half plane; `dy` is the row's doubled distance from the centre,
  /// and columns are at 2 x - `center`.
  mutating func add(_ plane: HalfPlane, dy: Int, center: Int) {
    let slope = plane.normal.x
    guard slope != 0 else { return }
    let rest = plane.limit - plane.normal.y * dy
    // The row is inside from the quotient on, or up to it.
    let last = slope > 0 ? quotient(rest - 1, slope) : quotient(-rest, -slope)
    add(quotient(last + center, 2) + 1)
  }

  /// Where a row enters and leaves the circle in the square `area`.
  mutating func add(circleIn area: Rectangle, within threshold: Int, dy: Int, center: Int) {
    // Rounded down, also left of the screen: from there on to the left the distance grows.
    let middle = center >> 1
    let reach = max(area.width, 1)
    let first = firstColumn(in: middle - reach..<middle + 1) {
      let dx = 2 * $0 - center
      return dx * dx + dy * dy < threshold
    }
    guard let first else { return }
    add(first)
    add(center - first + 1)
  }

  /// Draws a row: `color` is asked once for each stretch of `range` between two cuts.
  func draw<Target: PixelTarget>(
    _ range: Range<Int>, row y: Int, into target: Target, color: (_ column: Int) -> UInt8?
  ) {
    var start = range.lowerBound
    func draw(to end: Int) {
      guard end > start else { return }
      if let color = color(start) { target.fill(x: start, y: y, count: end - start, color: color) }
      start = end
    }
    for cut in columns { draw(to: min(cut, range.upperBound)) }
    draw(to: range.upperBound)
  }
}

/// Rounded down; the divisor is positive.
private func quotient(_ a: Int, _ b: Int) -> Int {
  a >= 0 ? a / b : -((b - 1 - a) / b)
}
