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

  /// Where in `bytes` the pixels from one to another one lie, whether that is inside or not.
  @inline(__always) fileprivate func extent(
    _ first: Int, _ last: Int, twoBits: Bool
  ) -> Range<Int> {
    let shift = twoBits ? 2 : 3
    return first >> shift &+ start..<last >> shift &+ start &+ 1
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
    guard !columns.isEmpty, !rows.isEmpty, let base = sprite.bytes.baseAddress else { return }
    let first =
      sprite.sourceX &+ (flipsX ? sprite.width - 1 - columns.lowerBound : columns.lowerBound)
    let colors = PixelColors(self)
    for v in rows {
      let row = sprite.sourceY &+ (flipsY ? sprite.height - 1 - v : v)
      // 32 bits, as in the reference.
      let pixel = Int(Int32(truncatingIfNeeded: row &* sprite.stride &+ first))
      let last = flipsX ? pixel &- (columns.count &- 1) : pixel &+ (columns.count &- 1)
      let extent = sprite.extent(min(pixel, last), max(pixel, last), twoBits: twoBits)
      if !isRotated, extent.lowerBound >= 0, extent.upperBound <= sprite.bytes.count &- 8,
        !overlaps(base + extent.lowerBound, base + extent.upperBound)
      {
        drawRow(
          base + sprite.start, pixel, isMirrored: flipsX, twoBits: twoBits, colors,
          Self.rowWords &* (y &+ v), from: x &+ columns.lowerBound, to: x &+ columns.upperBound)
      } else {
        let target =
          isRotated
          ? Self.width * (y + columns.lowerBound) + x + v
          : Self.width * (y + v) + x + columns.lowerBound
        drawPixels(
          sprite, pixel, step: flipsX ? -1 : 1, count: columns.count, twoBits: twoBits,
          isWhole: extent.lowerBound >= 0 && extent.upperBound <= sprite.bytes.count, target,
          targetStep: isRotated ? Self.width : 1)
      }
    }
  }

  /// Whether bytes are the screen's own, so that drawing changes what is still to be read.
  @inline(__always)
  private func overlaps(_ start: UnsafeRawPointer, _ end: UnsafeRawPointer) -> Bool {
    start < UnsafeRawPointer(pixels) + Self.byteCount && UnsafeRawPointer(pixels) < end
  }

  /// Draws a row of a sprite, a word of the screen at a time.
  ///
  /// - Parameters:
  ///   - sheet: The sheet's first byte; eight bytes behind those of the row can be read.
  ///   - pixel: The number of the pixel that comes to the first column.
  ///   - rowStart: The number of the screen row's first word.
  ///   - first: The first column and the one behind the last, all on the screen.
  @inline(__always) private func drawRow(
    _ sheet: UnsafeRawPointer, _ pixel: Int, isMirrored: Bool, twoBits: Bool,
    _ colors: PixelColors, _ rowStart: Int, from first: Int, to end: Int
  ) {
    var column = first
    while column < end {
      let place = column & (Self.wordPixels &- 1)
      let count = min(end &- column, Self.wordPixels &- place)
      let way = column &- first
      let source = isMirrored ? pixel &- way &- (count &- 1) : pixel &+ way
      let found = colors.map(
        Wasm4.pixels(sheet, at: source, count: count, twoBits: twoBits, isMirrored: isMirrored),
        twoBits: twoBits)
      let mask = found.mask & UInt64.max &>> UInt64(truncatingIfNeeded: 64 &- 2 &* count)
      let shift = UInt64(truncatingIfNeeded: 2 &* place)
      let word = words + (rowStart &+ column / Self.wordPixels)
      word.pointee = word.pointee & ~(mask &<< shift) | (found.bits & mask) &<< shift
      column &+= count
    }
  }

  /// Draws a row or, turned, a column of a sprite, each pixel as it is when its turn comes.
  @inline(__always) private func drawPixels(
    _ sprite: Sprite, _ first: Int, step: Int, count: Int, twoBits: Bool, isWhole: Bool,
    _ firstTarget: Int, targetStep: Int
  ) {
    guard let base = sprite.bytes.baseAddress else { return }
    let memory = base.assumingMemoryBound(to: UInt8.self)
    let colors = colorTable
    var pixel = first
    var target = firstTarget
    for _ in 0..<count {
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

  /// What the four draw colours mean, a byte each: a palette index, or 255 for nothing.
  private var colorTable: UInt32 {
    var table: UInt32 = 0
    var number = 4
    while number > 0 {
      table = table &<< 8 | UInt32(color(number) ?? 255)
      number &-= 1
    }
    return table
  }
}
