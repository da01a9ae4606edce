/// A pixel, or a distance between two.
struct Point: Equatable {
  var x: Int
  var y: Int

  static func + (a: Point, b: Point) -> Point { Point(x: a.x &+ b.x, y: a.y &+ b.y) }
  static func - (a: Point, b: Point) -> Point { Point(x: a.x &- b.x, y: a.y &- b.y) }
  static prefix func - (a: Point) -> Point { Point(x: 0 &- a.x, y: 0 &- a.y) }

  func dot(_ other: Point) -> Int { x &* other.x &+ y &* other.y }
  func cross(_ other: Point) -> Int { x &* other.y &- y &* other.x }
  /// A quarter turn.
  var rotated: Point { Point(x: 0 &- y, y: x) }

  /// The same point, moved to the edge of the square within which the arithmetic of lines and
  /// triangles stays inside 64 bits; screens lie far inside it.
  var confined: Point {
    Point(
      x: min(max(x, -Limits.coordinate), Limits.coordinate),
      y: min(max(y, -Limits.coordinate), Limits.coordinate))
  }
}

/// Sizes beyond which the official result depends on overflow (firefly.md 3.1).
enum Limits {
  /// Vertices of lines and triangles lie in -coordinate...coordinate.
  static let coordinate = 1 << 14
  /// Strokes of lines and triangles are at most as wide.
  static let lineStroke = 1 << 12
  /// Round shapes whose stroke area is wider or higher are not drawn.
  static let roundSize = 1 << 14
}

/// An area of pixels; width and height are never negative.
struct Rectangle: Equatable {
  var x: Int
  var y: Int
  var width: Int
  var height: Int

  var right: Int { x &+ width }
  var bottom: Int { y &+ height }
  var isEmpty: Bool { width == 0 || height == 0 }
  /// Sum of the first and last column, and row: twice the centre.
  var doubledCenter: Point {
    Point(x: 2 &* x &+ max(width - 1, 0), y: 2 &* y &+ max(height - 1, 0))
  }

  func contains(x column: Int, y row: Int) -> Bool {
    column >= x && column < right && row >= y && row < bottom
  }

  /// The same centre, `outset` pixels more on each side (firefly.md 3.2).
  func grown(by outset: Int) -> Rectangle {
    let newWidth = max(0, width + 2 * outset)
    let newHeight = max(0, height + 2 * outset)
    return Rectangle(
      x: x + max(width - 1, 0) / 2 - max(newWidth - 1, 0) / 2,
      y: y + max(height - 1, 0) / 2 - max(newHeight - 1, 0) / 2,
      width: newWidth, height: newHeight)
  }
}

/// How a closed shape is drawn; colours are palette indices, nil is none.
struct Style {
  let fill: UInt8?
  let stroke: UInt8?
  /// 0 exactly if there is no stroke.
  let strokeWidth: Int

  init(fill: UInt8?, stroke: UInt8?, strokeWidth: Int) {
    self.fill = fill
    self.stroke = strokeWidth > 0 ? stroke : nil
    self.strokeWidth = stroke == nil ? 0 : strokeWidth
  }

  /// Part of the stroke outside the outline.
  var outside: Int { strokeWidth / 2 }
  /// Part of the stroke inside the outline.
  var inside: Int { (strokeWidth + 1) / 2 }
  /// Nothing would be seen.
  var isInvisible: Bool { fill == nil && stroke == nil }

  /// The area that the stroke covers: the shape itself if there is none.
  func strokeArea(_ shape: Rectangle) -> Rectangle { shape.grown(by: outside) }
  /// The area that the fill covers.
  func fillArea(_ shape: Rectangle) -> Rectangle { shape.grown(by: -inside) }
}

/// A palette index from a colour of the API: 0 is none, 1...16 are the indices 0...15, and of
/// anything else the low 8 bits count, wrapping (firefly.md 3.1).
func paletteIndex(_ color: Int32) -> UInt8? {
  color == 0 ? nil : (UInt8(truncatingIfNeeded: color) &- 1) & 15
}

/// The first value of `range` with a property that all later ones have too, or nil.
@inline(__always)
func firstColumn(in range: Range<Int>, where holds: (Int) -> Bool) -> Int? {
  var low = range.lowerBound
  var high = range.upperBound
  while low < high {
    let middle = low + (high - low) / 2
    if holds(middle) { high = middle } else { low = middle + 1 }
  }
  return low < range.upperBound ? low : nil
}
