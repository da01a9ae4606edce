/// The test whether a pixel belongs to an ellipse, on doubled and centred coordinates.
///
/// Source: firefly.md 3.5. Sizes are at most `Limits.roundSize`, so that 64 bits are enough. The
/// official console has 32 of them: what it draws of an ellipse larger than a screen is no ellipse.
struct EllipseTest {
  private let widthSquared: Int
  private let heightSquared: Int
  private let threshold: Int
  /// Numbers are cut to 32 bits, and columns inside need not be neighbours.
  let wraps: Bool

  /// - Parameter canWrap: Whether ellipses for which 32 bits are not enough, up to a size, are as
  ///   on the official console.
  init(width: Int, height: Int, canWrap: Bool = false) {
    wraps =
      canWrap && width != height && width * height > 46_340
      && max(width, height) <= Self.largestWrapping
    if width == height {
      widthSquared = 1
      heightSquared = 1
      threshold = circleThreshold(width)
    } else {
      widthSquared = width * width
      heightSquared = height * height
      threshold = widthSquared * heightSquared & (wraps ? 0xFFFF_FFFF : -1)
    }
  }

  /// Beyond it a search column by column would take too long.
  private static let largestWrapping = 1024

  func contains(_ x: Int, _ y: Int) -> Bool {
    let sum = heightSquared &* x &* x &+ widthSquared &* y &* y
    return (wraps ? sum & 0xFFFF_FFFF : sum) < threshold
  }
}

/// The squared distance, doubled coordinates, at which a circle ends.
func circleThreshold(_ diameter: Int) -> Int {
  diameter <= 4 ? diameter * diameter - diameter / 2 : diameter * diameter
}

/// An ellipse with a style, or a circle if both sizes are equal.
///
/// Source: firefly.md 3.5. A first row without a pixel ends the drawing; below it no row can be
/// empty, because the shape is convex and symmetric.
struct Ellipse: Shape {
  let area: Rectangle
  let style: Style

  func draw<Target: PixelTarget>(into target: Target) {
    let inner = style.fillArea(area)
    let outer = style.stroke == nil ? inner : style.strokeArea(area)
    guard !style.isInvisible, !outer.isEmpty, max(outer.width, outer.height) <= Limits.roundSize
    else { return }
    let center = outer.doubledCenter
    let outerTest = EllipseTest(width: outer.width, height: outer.height, canWrap: true)
    let innerTest = EllipseTest(width: inner.width, height: inner.height, canWrap: true)
    let middle = outer.x + (outer.width + 1) / 2

    /// The first column inside; the binary search needs those to be neighbours up to the middle.
    func start(_ test: EllipseTest, from first: Int, to last: Int, row y: Int) -> Int? {
      let dy = 2 * y - center.y
      if test.wraps {
        return first < last ? (first..<last).first { test.contains(2 * $0 - center.x, dy) } : nil
      }
      return firstColumn(in: min(first, middle)..<middle) {
        test.contains(2 * $0 - center.x, dy)
      }
    }
    let visible = target.visibleRows(outer)
    guard !visible.isEmpty else { return }
    // Where columns inside are neighbours, no row after the first one is empty.
    for y in outer.y..<(outerTest.wraps ? max(outer.y + 1, visible.lowerBound) : outer.y + 1) {
      if start(outerTest, from: outer.x, to: outer.right, row: y) == nil { return }
    }

    for y in visible {
      guard let first = start(outerTest, from: outer.x, to: outer.right, row: y) else { return }
      let last = outer.right - (first - outer.x)
      guard let stroke = style.stroke else {
        if let fill = style.fill { target.span(first, last, row: y, fill) }
        continue
      }
      guard let fillFirst = start(innerTest, from: first, to: last, row: y) else {
        target.span(first, last, row: y, stroke)
        continue
      }
      let fillLast = last - (fillFirst - first)
      target.span(first, fillFirst, row: y, stroke)
      if let fill = style.fill { target.span(fillFirst, fillLast, row: y, fill) }
      target.span(fillLast, last, row: y, stroke)
    }
  }
}
