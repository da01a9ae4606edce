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

  /// The draw colour's number less 1 of a pixel of the sheet, whose byte must be there.
  @inline(__always) fileprivate func value(
    _ pixel: Int, _ base: UnsafePointer<UInt8>, twoBits: Bool
  ) -> Int {
    if twoBits { return Int(base[pixel >> 2 &+ start]) >> (6 &- (pixel & 3) &* 2) & 3 }
    return Int(base[pixel >> 3 &+ start]) >> (7 &- pixel & 7) & 1
  }

  /// Whether a pixel's byte is in memory.
  @inline(__always) fileprivate func isInside(_ pixel: Int, twoBits: Bool) -> Bool {
    let byte = pixel >> (twoBits ? 2 : 3) &+ start
    return byte >= 0 && byte < bytes.count
  }
}

extension Screen {
  /// Draws a sprite with its corner at (x, y); rotated, its columns become rows.
  func draw(_ sprite: Sprite, x: Int, y: Int) {
    if sprite.flags.contains(.twoBits) {
      draw(sprite, x: x, y: y, twoBits: true)
    } else {
      draw(sprite, x: x, y: y, twoBits: false)
    }
  }

  /// The same, made once for each depth.
  @inline(__always) private func draw(_ sprite: Sprite, x: Int, y: Int, twoBits: Bool) {
    let isRotated = sprite.flags.contains(.rotate)
    let flipsX = sprite.flags.contains(.flipX) != isRotated
    let flipsY = sprite.flags.contains(.flipY)
    // Clipped before anything is read: a sprite beside the screen costs nothing.
    let (left, top) = isRotated ? (y, x) : (x, y)
    let columns = max(0, -left)..<max(0, -left, min(sprite.width, Self.width - left))
    let rows = max(0, -top)..<max(0, -top, min(sprite.height, Self.height - top))
    guard !columns.isEmpty, let base = sprite.bytes.baseAddress else { return }
    let memory = base.assumingMemoryBound(to: UInt8.self)
    let colors = colorTable
    let first =
      sprite.sourceX &+ (flipsX ? sprite.width - 1 - columns.lowerBound : columns.lowerBound)
    let step = flipsX ? -1 : 1
    let targetStep = isRotated ? Self.width : 1
    for v in rows {
      let row = sprite.sourceY &+ (flipsY ? sprite.height - 1 - v : v)
      // 32 bits, as in the reference.
      var pixel = Int(Int32(truncatingIfNeeded: row &* sprite.stride &+ first))
      var target =
        isRotated
        ? Self.width * (y + columns.lowerBound) + x + v
        : Self.width * (y + v) + x + columns.lowerBound
      let last = pixel + step * (columns.count - 1)
      let isWhole =
        sprite.isInside(pixel, twoBits: twoBits) && sprite.isInside(last, twoBits: twoBits)
      for _ in columns {
        var value = 0
        if isWhole || sprite.isInside(pixel, twoBits: twoBits) {
          value = sprite.value(pixel, memory, twoBits: twoBits)
        }
        let color = UInt8(truncatingIfNeeded: colors >> (8 &* UInt32(truncatingIfNeeded: value)))
        if color < 4 { set(target, color) }
        pixel &+= step
        target &+= targetStep
      }
    }
  }

  /// What the four draw colours mean, a byte each: a palette index, or 255 for nothing.
  private var colorTable: UInt32 {
    (1...4).reduce(0) { $0 | UInt32(color($1) ?? 255) << UInt32(8 * ($1 - 1)) }
  }
}
