/// A screen of palette indices, one byte a pixel, row by row.
///
/// The storage is one allocation that never moves; coordinates are checked by whoever draws.
public final class Framebuffer {
  /// Columns.
  public let width: Int
  /// Rows.
  public let height: Int
  /// First pixel of row 0; `width * height` bytes.
  public let pixels: UnsafeMutablePointer<UInt8>

  /// A screen filled with index 0.
  public init(width: Int, height: Int) {
    precondition(width > 0 && height > 0, "a screen has at least one pixel")
    self.width = width
    self.height = height
    pixels = .allocate(capacity: width * height)
    pixels.initialize(repeating: 0, count: width * height)
  }

  deinit {
    pixels.deallocate()
  }

  /// Sets every pixel to `index`.
  public func clear(_ index: UInt8) {
    pixels.update(repeating: index, count: width * height)
  }

  /// A copy of all pixels.
  public var copy: [UInt8] {
    Array(UnsafeBufferPointer(start: pixels, count: width * height))
  }
}
