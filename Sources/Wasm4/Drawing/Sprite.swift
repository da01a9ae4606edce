/// Pixels of one or two bits in a row without gaps between lines, the leftmost in the high bits.
///
/// Source: wasm4.md 4.6.
struct Sprite {
  /// How a sprite is drawn: bits of the flags of `blit`.
  struct Flags: OptionSet {
    let rawValue: UInt32
    /// Two bits a pixel.
    static let twoBits = Flags(rawValue: 1)
    static let flipX = Flags(rawValue: 2)
    static let flipY = Flags(rawValue: 4)
    /// A quarter turn against the clock.
    static let rotate = Flags(rawValue: 8)
  }

  /// All that sources may reach; what lies beyond has index 0.
  let bytes: UnsafeRawBufferPointer
  /// Where in `bytes` the sheet begins.
  let start: Int
  /// Columns and rows to draw, above 0.
  let width: Int
  let height: Int
  /// Column and row in the sheet where the part begins, and the columns of the sheet.
  var sourceX = 0
  var sourceY = 0
  let stride: Int
  var flags: Flags = []

  /// The palette number at a place of the sheet.
  @inline(__always) fileprivate func index(_ x: Int, _ y: Int, shift: Int) -> Int {
    // 32 bits as in the reference; the products fit 64.
    let pixel = Int(Int32(truncatingIfNeeded: y &* stride &+ x))
    let byte = (pixel >> shift) &+ start
    guard UInt(bitPattern: byte) < UInt(bytes.count) else { return 0 }
    let value = Int(bytes[byte])
    return shift == 2 ? value >> (6 &- (pixel & 3) &* 2) & 3 : value >> (7 &- pixel & 7) & 1
  }
}

extension Screen {
  /// Draws a sprite with its corner at (x, y); rotated, its columns become rows.
  func draw(_ sprite: Sprite, x: Int, y: Int) {
    let isRotated = sprite.flags.contains(.rotate)
    let flipsX = sprite.flags.contains(.flipX) != isRotated
    let flipsY = sprite.flags.contains(.flipY)
    let shift = sprite.flags.contains(.twoBits) ? 2 : 3
    // Clipped before anything is read: a sprite beside the screen costs nothing.
    let (left, top) = isRotated ? (y, x) : (x, y)
    let columns = max(0, -left)..<max(0, -left, min(sprite.width, Self.width - left))
    let rows = max(0, -top)..<max(0, -top, min(sprite.height, Self.height - top))
    for v in rows {
      let sourceY = sprite.sourceY &+ (flipsY ? sprite.height - 1 - v : v)
      for u in columns {
        let sourceX = sprite.sourceX &+ (flipsX ? sprite.width - 1 - u : u)
        guard let color = color(1 + sprite.index(sourceX, sourceY, shift: shift)) else { continue }
        if isRotated { set(x + v, y + u, color) } else { set(x + u, y + v, color) }
      }
    }
  }
}
