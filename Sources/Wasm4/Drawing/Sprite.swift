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
    let firstColumn = max(0, 0 &- left)
    let firstRow = max(0, 0 &- top)
    let part = Part(
      x: x &+ (isRotated ? firstRow : firstColumn), y: y &+ (isRotated ? firstColumn : firstRow),
      width: min(sprite.width, Self.width &- left) &- firstColumn,
      height: min(sprite.height, Self.height &- top) &- firstRow,
      column: sprite.sourceX &+ (flipsX ? sprite.width &- 1 &- firstColumn : firstColumn),
      row: sprite.sourceY &+ (flipsY ? sprite.height &- 1 &- firstRow : firstRow),
      columnStep: flipsX ? -1 : 1, rowStep: flipsY ? -1 : 1)
    guard part.width > 0, part.height > 0 else { return }
    if !isRotated, isPlain(sprite, part, twoBits: twoBits) {
      if flipsX {
        drawWords(sprite, part, twoBits: twoBits, isMirrored: true)
      } else {
        drawWords(sprite, part, twoBits: twoBits, isMirrored: false)
      }
    } else {
      drawPixels(sprite, part, twoBits: twoBits, isRotated: isRotated)
    }
  }

  /// The part of a sprite that is on the screen: where its first pixel comes, its size in columns
  /// and rows of the sheet, where it begins in the sheet and in which directions it goes on there.
  private struct Part {
    let x: Int
    let y: Int
    let width: Int
    let height: Int
    let column: Int
    let row: Int
    let columnStep: Int
    let rowStep: Int
  }

  /// Whether a part can be read in any order and a few bytes more than it has: all of it is in
  /// memory, and none of it is the screen's own, which drawing changes.
  @inline(__always)
  private func isPlain(_ sprite: Sprite, _ part: Part, twoBits: Bool) -> Bool {
    let first = part.row &* sprite.stride &+ part.column
    let last = first &+ part.rowStep &* (part.height &- 1) &* sprite.stride
    // Else numbers of pixels wrap somewhere.
    guard first == Int(Int32(truncatingIfNeeded: first)),
      last == Int(Int32(truncatingIfNeeded: last)), let base = sprite.bytes.baseAddress
    else { return false }
    let way = part.columnStep &* (part.width &- 1)
    let shift = twoBits ? 2 : 3
    let start = sprite.start &+ (min(first, last) &+ min(0, way)) >> shift
    let end = sprite.start &+ (max(first, last) &+ max(0, way)) >> shift &+ 1
    let screen = UnsafeRawPointer(pixels)
    return start >= 0 && end <= sprite.bytes.count &- 8
      && (base + end <= screen || screen + Self.byteCount <= base + start)
  }

  /// Draws a part that is plain, 32 columns at a time.
  @inline(__always)
  private func drawWords(_ sprite: Sprite, _ part: Part, twoBits: Bool, isMirrored: Bool) {
    guard let base = sprite.bytes.baseAddress else { return }
    let sheet = base + sprite.start
    let colors = PixelColors(self)
    let pitch = part.rowStep &* sprite.stride
    var done = 0
    while done < part.width {
      let count = min(part.width &- done, Self.wordPixels)
      let column = part.x &+ done
      let shift = UInt64(truncatingIfNeeded: 2 &* (column & (Self.wordPixels &- 1)))
      let rest = 64 &- shift
      let lanes = UInt64.max &>> UInt64(truncatingIfNeeded: 64 &- 2 &* count)
      let goesOn = UInt64(truncatingIfNeeded: 2 &* count) > rest
      var pixel = part.row &* sprite.stride &+ part.column &+ part.columnStep &* done
      if isMirrored { pixel &-= count &- 1 }
      var word = words + (Self.rowWords &* part.y &+ column &>> 5)
      var rows = part.height
      while rows > 0 {
        let found = colors.map(
          Wasm4.pixels(sheet, at: pixel, count: count, twoBits: twoBits, isMirrored: isMirrored),
          twoBits: twoBits)
        let mask = found.mask & lanes
        let bits = found.bits & lanes
        word.pointee = word.pointee & ~(mask &<< shift) | bits &<< shift
        if goesOn { word[1] = word[1] & ~(mask &>> rest) | bits &>> rest }
        pixel &+= pitch
        word += Self.rowWords
        rows &-= 1
      }
      done &+= count
    }
  }

  /// Draws a part pixel by pixel, each as it is when its turn comes.
  @inline(__always)
  private func drawPixels(_ sprite: Sprite, _ part: Part, twoBits: Bool, isRotated: Bool) {
    guard let base = sprite.bytes.baseAddress else { return }
    let memory = base.assumingMemoryBound(to: UInt8.self)
    let colors = colorTable
    let (targetStep, targetPitch) = isRotated ? (Self.width, 1) : (1, Self.width)
    var rowTarget = Self.width &* part.y &+ part.x
    var row = part.row
    for _ in 0..<part.height {
      // 32 bits, as in the reference.
      var pixel = Int(Int32(truncatingIfNeeded: row &* sprite.stride &+ part.column))
      let last = pixel &+ part.columnStep &* (part.width &- 1)
      let isWhole =
        sprite.isInside(pixel, twoBits: twoBits) && sprite.isInside(last, twoBits: twoBits)
      var target = rowTarget
      for _ in 0..<part.width {
        var value = 0
        if isWhole || sprite.isInside(pixel, twoBits: twoBits) {
          value = sprite.value(pixel, memory, twoBits: twoBits)
        }
        let color = UInt8(truncatingIfNeeded: colors >> (8 &* UInt32(truncatingIfNeeded: value)))
        if color < 4 { set(target, color) }
        pixel &+= part.columnStep
        target &+= targetStep
      }
      row &+= part.rowStep
      rowTarget &+= targetPitch
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
