/// A font as it lies in guest memory: one bit a pixel, the most significant bit to the left.
///
/// Source: firefly.md 11.5 and the checks of 3.11. The bytes are borrowed.
struct FontFormat {
  static let headerSize = 7

  let glyphWidth: Int
  let glyphHeight: Int
  /// Rows of a glyph above the baseline.
  let baseline: Int
  private let encoding: FontEncoding
  private let atlasWidth: Int
  private let atlas: UnsafeRawBufferPointer

  /// Reads the header of `bytes`, which the cart said to be at `address`.
  init(_ bytes: UnsafeRawBufferPointer, address: UInt32) throws(HostCallError) {
    if address == 0 { throw HostCallError("font is a nil pointer: make sure you've loaded it") }
    if bytes.isEmpty {
      throw HostCallError("font is empty: make sure you load it with a correct name")
    }
    if bytes.count < 10 { throw HostCallError("font is too short") }
    guard let encoding = FontEncoding(rawValue: bytes[1]) else {
      throw HostCallError("unknown mapping")
    }
    self.encoding = encoding
    glyphWidth = Int(bytes[2])
    glyphHeight = Int(bytes[3])
    baseline = Int(bytes[4])
    atlasWidth = Int(bytes[5]) | Int(bytes[6]) << 8
    atlas = UnsafeRawBufferPointer(rebasing: bytes[Self.headerSize...])
  }

  private var bytesPerRow: Int { (atlasWidth + 7) / 8 }

  /// The top left pixel of a character's glyph in the atlas; nil if the cell is not fully inside.
  func cell(of scalar: Unicode.Scalar) -> (x: Int, y: Int)? {
    guard glyphWidth > 0, glyphHeight > 0 else { return nil }
    let perRow = atlasWidth / glyphWidth
    guard perRow > 0 else { return nil }
    let glyph = encoding.glyph(of: scalar)
    let x = glyph % perRow * glyphWidth
    let y = glyph / perRow * glyphHeight
    return y + glyphHeight <= atlas.count / bytesPerRow ? (x, y) : nil
  }

  /// Whether a pixel of the atlas has ink; it must be in a cell.
  @inline(__always)
  func hasInk(x: Int, y: Int) -> Bool {
    atlas[y &* bytesPerRow &+ x / 8] & 0x80 >> UInt8(truncatingIfNeeded: x % 8) != 0
  }
}
