import Console
import Headless

/// What differs between two pictures of one size, as shown.
struct PictureDifference: Equatable {
  /// Pixels that differ, at least one.
  var count: Int
  /// The first of them, row by row.
  var first: (x: Int, y: Int)
  /// The smallest box around all of them.
  var columns: ClosedRange<Int>
  var rows: ClosedRange<Int>

  static func == (one: Self, other: Self) -> Bool {
    one.count == other.count && one.first == other.first && one.columns == other.columns
      && one.rows == other.rows
  }

  /// Nil if no pixel differs; the pictures have one size.
  init?(_ expected: PNG.Image, _ actual: PNG.Image) {
    var found: (count: Int, first: Int, left: Int, right: Int, bottom: Int)?
    for (index, (one, other)) in zip(expected.pixels, actual.pixels).enumerated()
    where one != other {
      let x = index % actual.width
      let known = found ?? (0, index, x, x, 0)
      found = (
        known.count + 1, known.first, min(known.left, x), max(known.right, x),
        index / actual.width
      )
    }
    guard let found else { return nil }
    count = found.count
    first = (found.first % actual.width, found.first / actual.width)
    columns = found.left...found.right
    rows = first.y...found.bottom
  }

  /// In words.
  var description: String {
    let pixels = count == 1 ? "1 pixel differs" : "\(count) pixels differ"
    let box =
      "(\(columns.lowerBound), \(rows.lowerBound))-(\(columns.upperBound), \(rows.upperBound))"
    return "\(pixels), the first at (\(first.x), \(first.y)), all within \(box)"
  }

  /// A picture with what differs in red over a faint grey picture of what is.
  static func picture(_ expected: PNG.Image, _ actual: PNG.Image) -> Picture {
    let greys = (0..<128).map { UInt32($0 / 2 + 32) * 0x01_01_01 }
    let pixels = zip(expected.pixels, actual.pixels).map { one, other -> UInt8 in
      guard one == other else { return UInt8(greys.count) }
      let light = (other >> 16 & 0xFF) * 2 + (other >> 8 & 0xFF) * 5 + (other & 0xFF)
      return UInt8(truncatingIfNeeded: light >> 4)
    }
    return Picture(
      width: actual.width, height: actual.height, pixels: pixels, palette: greys + [0xFF_20_20])
  }
}

extension PNG.Image {
  /// A picture as it is shown.
  init(_ picture: Picture) {
    self.init(
      width: picture.width, height: picture.height, pixels: picture.pixels.map(picture.color))
  }
}
