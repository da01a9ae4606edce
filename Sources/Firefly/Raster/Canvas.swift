/// An image in guest memory that shapes are drawn into.
///
/// The left pixel of a byte is the low nibble, unlike in images that are drawn: a canvas shown
/// as an image has each pair of columns swapped. Source: firefly.md 3.9. The bytes are borrowed
/// for one host call.
struct Canvas: PixelTarget {
  /// Canvases with more pixels are refused, so that no call takes long.
  static let largest = 1 << 20

  let width: Int
  let height: Int
  private let pixels: UnsafeMutableRawBufferPointer

  /// Reads the header of `bytes`.
  init(_ bytes: UnsafeMutableRawBufferPointer) throws(HostCallError) {
    guard bytes.count >= ImageFormat.headerSize else {
      throw HostCallError("canvas is too small")
    }
    guard bytes[0] == ImageFormat.magic else { throw HostCallError("invalid magic number") }
    width = Int(bytes[1]) | Int(bytes[2]) << 8
    pixels = UnsafeMutableRawBufferPointer(rebasing: bytes[ImageFormat.headerSize...])
    guard width != 0, (pixels.count * 2).isMultiple(of: width) else { throw .invalidWidth }
    guard pixels.count * 2 <= Self.largest else { throw HostCallError("canvas is too big") }
    height = pixels.count * 2 / width
  }

  /// A canvas whose header has been read before.
  init(width: Int, pixels: UnsafeMutableRawBufferPointer) {
    self.width = width
    self.pixels = pixels
    height = pixels.count * 2 / width
  }

  func clear(_ color: UInt8) {
    pixels.initializeMemory(as: UInt8.self, repeating: color << 4 | color)
  }

  func fill(x: Int, y: Int, count: Int, color: UInt8) {
    var first = y * width + x
    let end = first + count
    if first & 1 != 0, first < end {
      pixels[first / 2] = pixels[first / 2] & 0x0F | color << 4
      first += 1
    }
    let whole = UnsafeMutableRawBufferPointer(rebasing: pixels[first / 2..<max(first, end) / 2])
    whole.initializeMemory(as: UInt8.self, repeating: color << 4 | color)
    if end & 1 != 0, first < end { pixels[end / 2] = pixels[end / 2] & 0xF0 | color }
  }
}
