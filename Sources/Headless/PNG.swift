import CSPNG
import Console
import Glibc

/// Pictures as PNG files.
public enum PNG {
  /// What the encoder refused.
  public struct Failure: Error, Sendable, CustomStringConvertible {
    /// The library's own words.
    public let description: String
  }

  /// Encodes a picture with its palette, 4 bits a pixel if 16 colours suffice, else 8.
  ///
  /// Source: PNG specification, colour type 3.
  public static func encode(_ picture: Picture) throws(Failure) -> [UInt8] {
    guard let context = spng_ctx_new(Int32(SPNG_CTX_ENCODER.rawValue)) else {
      throw Failure(description: "out of memory")
    }
    defer { spng_ctx_free(context) }
    let depth: UInt8 = picture.palette.count <= 16 ? 4 : 8
    try check(spng_set_option(context, SPNG_ENCODE_TO_BUFFER, 1))
    var header = spng_ihdr()
    header.width = UInt32(picture.width)
    header.height = UInt32(picture.height)
    header.bit_depth = depth
    header.color_type = UInt8(SPNG_COLOR_TYPE_INDEXED.rawValue)
    try check(spng_set_ihdr(context, &header))
    var palette = spng_plte()
    palette.n_entries = UInt32(picture.palette.count)
    withUnsafeMutableBytes(of: &palette.entries) { bytes in
      let entries = bytes.bindMemory(to: spng_plte_entry.self)
      for (index, color) in picture.palette.enumerated() {
        entries[index] = spng_plte_entry(
          red: UInt8(color >> 16 & 0xFF), green: UInt8(color >> 8 & 0xFF),
          blue: UInt8(color & 0xFF),
          alpha: 255)
      }
    }
    try check(spng_set_plte(context, &palette))
    let rows = depth == 4 ? packed(picture) : picture.pixels
    try check(
      spng_encode_image(
        context, rows, rows.count, Int32(SPNG_FMT_PNG.rawValue),
        Int32(SPNG_ENCODE_FINALIZE.rawValue)))
    var size = 0
    var status: Int32 = 0
    guard let buffer = spng_get_png_buffer(context, &size, &status) else {
      throw Failure(description: String(cString: spng_strerror(status)))
    }
    defer { free(buffer) }
    return Array(UnsafeRawBufferPointer(start: buffer, count: size))
  }

  static func check(_ status: Int32) throws(Failure) {
    if status != 0 { throw Failure(description: String(cString: spng_strerror(status))) }
  }

  /// Two pixels a byte, the left one in the high half; rows start at a byte.
  private static func packed(_ picture: Picture) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity((picture.width + 1) / 2 * picture.height)
    for y in 0..<picture.height {
      for x in stride(from: 0, to: picture.width, by: 2) {
        let at = y * picture.width + x
        let right = x + 1 < picture.width ? picture.pixels[at + 1] & 15 : 0
        bytes.append(picture.pixels[at] << 4 | right)
      }
    }
    return bytes
  }
}
