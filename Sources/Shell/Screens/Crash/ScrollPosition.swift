/// Which lines of many can be seen.
struct ScrollPosition {
  /// The first visible line.
  private(set) var first = 0
  private(set) var visible = 1
  private(set) var total = 1

  /// The visible lines.
  var range: Range<Int> { first..<min(total, first + visible) }

  /// Takes over how much there is and how much can be seen; what was in sight stays so.
  mutating func fit(visible: Int, total: Int) {
    self.visible = max(0, visible)
    self.total = max(0, total)
    scroll(by: 0)
  }

  /// Moves by lines, downwards for positive numbers; it stops at both ends.
  mutating func scroll(by lines: Int) {
    let (target, isTooFar) = first.addingReportingOverflow(lines)
    first = max(0, min(total - visible, isTooFar ? total : target))
  }

  /// Moves by a screenful less one line.
  mutating func scroll(byPages pages: Int) { scroll(by: pages * max(1, visible - 1)) }

  /// Moves to the last line, or from there to the first.
  mutating func scrollToOtherEnd() { scroll(by: first + visible < total ? .max : .min) }

  /// Moves as little as it takes to see a line.
  mutating func reveal(_ line: Int) {
    if line < first { scroll(by: line - first) }
    if line >= first + visible { scroll(by: line - (first + visible - 1)) }
  }
}
