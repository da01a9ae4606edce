import CSPNG

extension PNG {
  /// A picture of a PNG file, whatever its colour type: 0xRRGGBB a pixel, transparency left out.
  public struct Image: Sendable, Equatable {
    /// Columns.
    public var width: Int
    /// Rows.
    public var height: Int
    /// Row by row.
    public var pixels: [UInt32]

    /// A picture of `width * height` pixels.
    public init(width: Int, height: Int, pixels: [UInt32]) {
      self.width = width
      self.height = height
      self.pixels = pixels
    }
  }

  /// Columns and rows of the largest picture that is read.
  private static let largestSide: UInt32 = 4096

  /// Decodes a PNG file.
  public static func decode(_ bytes: [UInt8]) throws(Failure) -> Image {
    guard let context = spng_ctx_new(0) else { throw Failure(description: "out of memory") }
    defer { spng_ctx_free(context) }
    try check(spng_set_image_limits(context, largestSide, largestSide))
    try check(spng_set_chunk_limits(context, 1 << 20, 1 << 24))
    // The library reads from the buffer until the picture is complete.
    return try bytes.span.withUnsafeBytes { buffer throws(Failure) in
      try check(spng_set_png_buffer(context, buffer.baseAddress, buffer.count))
      var header = spng_ihdr()
      try check(spng_get_ihdr(context, &header))
      let format = Int32(SPNG_FMT_RGB8.rawValue)
      var size = 0
      try check(spng_decoded_image_size(context, format, &size))
      var raw = [UInt8](repeating: 0, count: size)
      try check(spng_decode_image(context, &raw, size, format, 0))
      let count = Int(header.width) * Int(header.height)
      guard size >= 3 * count else { throw Failure(description: "the picture is incomplete") }
      var pixels: [UInt32] = []
      pixels.reserveCapacity(count)
      for at in stride(from: 0, to: 3 * count, by: 3) {
        let (red, green, blue) = (UInt32(raw[at]), UInt32(raw[at + 1]), UInt32(raw[at + 2]))
        pixels.append(red << 16 | green << 8 | blue)
      }
      return Image(width: Int(header.width), height: Int(header.height), pixels: pixels)
    }
  }
}
