/// The test whether a pixel belongs to an ellipse, on doubled and centred coordinates.
///
/// Source: firefly.md 3.5. Sizes are at most `Limits.roundSize`, so that nothing overflows.
struct EllipseTest {
  private let widthSquared: Int
  private let heightSquared: Int
  private let threshold: Int

  init(width: Int, height: Int) {
    if width == height {
      widthSquared = 1
      heightSquared = 1
      threshold = circleThreshold(width)
    } else {
      widthSquared = width * width
      heightSquared = height * height
      threshold = widthSquared * heightSquared
    }
  }

  func contains(_ x: Int, _ y: Int) -> Bool {
    heightSquared &* x &* x &+ widthSquared &* y &* y < threshold
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
    let outerTest = EllipseTest(width: outer.width, height: outer.height)
    let innerTest = EllipseTest(width: inner.width, height: inner.height)
    let leftHalf = outer.x..<outer.x + (outer.width + 1) / 2

    func start(_ test: EllipseTest, from first: Int, row y: Int) -> Int? {
      firstColumn(in: first..<leftHalf.upperBound) {
        test.contains(2 * $0 - center.x, 2 * y - center.y)
      }
    }
    guard start(outerTest, from: outer.x, row: outer.y) != nil else { return }

    for y in target.visibleRows(outer) {
      guard let first = start(outerTest, from: outer.x, row: y) else { return }
      let last = outer.right - (first - outer.x)
      guard let stroke = style.stroke else {
        if let fill = style.fill { target.span(first, last, row: y, fill) }
        continue
      }
      guard let fillFirst = start(innerTest, from: first, row: y) else {
        target.span(first, last, row: y, stroke)
        continue
      }
      let fillLast = outer.right - (fillFirst - outer.x)
      target.span(first, fillFirst, row: y, stroke)
      if let fill = style.fill { target.span(fillFirst, fillLast, row: y, fill) }
      target.span(fillLast, last, row: y, stroke)
    }
  }
}
