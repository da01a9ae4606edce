extension Screen {
  /// A line with both ends, one pixel a step along its longer side.
  ///
  /// The walk of the reference, whose error term decides when the shorter side moves on, has after
  /// n steps moved it by ceil((n * minor - major / 2) / major). So the part on the screen is found
  /// without walking to it: a line costs the same however far it goes beyond.
  ///
  /// Source: wasm4.md 4.3.
  func line(x1: Int, y1: Int, x2: Int, y2: Int) {
    guard let color = color(1) else { return }
    // Downwards always; level lines keep their direction.
    let (start, end) = y1 > y2 ? ((x2, y2), (x1, y1)) : ((x1, y1), (x2, y2))
    let dx = (end.0 - start.0).magnitude
    let dy = (end.1 - start.1).magnitude
    let stepX = start.0 < end.0 ? 1 : -1
    if dx > dy {
      walk(major: dx, minor: dy, from: start.0, by: stepX, limit: Self.width) { n, moved in
        plot(start.0 + stepX * n, start.1 + moved, color)
      }
    } else {
      walk(major: dy, minor: dx, from: start.1, by: 1, limit: Self.height) { n, moved in
        plot(start.0 + stepX * moved, start.1 + n, color)
      }
    }
  }

  /// Visits the steps of a line whose place on the longer side is in 0..<limit.
  @inline(__always) private func walk(
    major: UInt, minor: UInt, from start: Int, by step: Int, limit: Int,
    visit: (_ step: Int, _ moved: Int) -> Void
  ) {
    let first = max(0, step > 0 ? -start : start - (limit - 1))
    let last = min(Int(major), step > 0 ? limit - 1 - start : start)
    guard first <= last else { return }
    // Coordinates have 32 bits, so that the products fit into 64 without a sign.
    let half = major / 2
    let way = UInt(first) * minor
    var moved = way > half ? (way - half + major - 1) / major : 0
    var error = way + major - half - moved * major
    var n = first
    while true {
      visit(n, Int(moved))
      if n == last { return }
      n += 1
      error += minor
      if error > major {
        error -= major
        moved += 1
      }
    }
  }
}
