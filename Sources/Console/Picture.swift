/// What a screen shows at one moment, detached from the console.
public struct Picture: Sendable, Equatable {
  /// Columns.
  public var width: Int
  /// Rows.
  public var height: Int
  /// Palette indices, one byte a pixel, row by row; each below `palette.count`.
  public var pixels: [UInt8]
  /// Colours as shown, 0xRRGGBB each.
  public var palette: [UInt32]

  /// A picture of `width * height` pixels.
  public init(width: Int, height: Int, pixels: [UInt8], palette: [UInt32]) {
    self.width = width
    self.height = height
    self.pixels = pixels
    self.palette = palette
  }
}
