/// Where the picture stands in the window, in window pixels.
public struct Placement: Sendable, Equatable {
  /// Left edge; negative where the window is narrower than the picture.
  public var x: Int
  /// Top edge; negative where the window is lower than the picture.
  public var y: Int
  /// Width on the screen.
  public var width: Int
  /// Height on the screen.
  public var height: Int

  /// A place of these measures.
  public init(x: Int, y: Int, width: Int, height: Int) {
    self.x = x
    self.y = y
    self.width = width
    self.height = height
  }

  /// The largest whole-number magnification that fits, centred; never below 1.
  public static func integer(
    pictureWidth: Int, pictureHeight: Int, windowWidth: Int, windowHeight: Int
  ) -> Placement {
    let scale = max(
      1, min(windowWidth / max(1, pictureWidth), windowHeight / max(1, pictureHeight)))
    let width = pictureWidth * scale
    let height = pictureHeight * scale
    return Placement(
      x: (windowWidth - width) / 2, y: (windowHeight - height) / 2, width: width, height: height)
  }

  /// The column and row of a picture of this size at a point of the window; beyond the picture's
  /// edges they go on.
  public func picturePoint(
    x: Int, y: Int, pictureWidth: Int, pictureHeight: Int
  ) -> (x: Int, y: Int) {
    func scaled(_ distance: Int, _ size: Int, _ count: Int) -> Int {
      Int((Double(distance) * Double(count) / Double(max(1, size))).rounded(.down))
    }
    return (
      scaled(x - self.x, width, pictureWidth), scaled(y - self.y, height, pictureHeight)
    )
  }
}
