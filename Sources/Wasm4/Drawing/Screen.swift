/// The picture in the cart's memory: 160x160 pixels of two bits, and the colours to draw with.
///
/// Pixel (x, y) lies in byte (160 y + x) / 4, the leftmost of a byte in its low bits. Everything
/// is clipped; coordinates are those of the cart and may be anything, sums are of 64 bits.
///
/// Source: wasm4.md section 4.
struct Screen {
  static let width = 160
  static let height = 160
  static let byteCount = width * height / 4

  /// `byteCount` bytes, the first at a multiple of 8.
  let pixels: UnsafeMutablePointer<UInt8>
  /// Four nibbles, draw colour 1 in the lowest: 0 draws nothing, n draws palette index n - 1.
  let drawColors: UInt16

  /// The palette index that draw colour 1...4 means, nil for none.
  @inline(__always) func color(_ number: Int) -> UInt8? {
    let nibble = UInt8(truncatingIfNeeded: drawColors >> UInt16(4 * (number - 1))) & 15
    return nibble == 0 ? nil : (nibble - 1) & 3
  }

  /// Sets a pixel that lies on the screen.
  @inline(__always) func set(_ x: Int, _ y: Int, _ color: UInt8) {
    set(Self.width &* y &+ x, color)
  }

  /// Sets a pixel that lies on the screen, by its number.
  @inline(__always) func set(_ pixel: Int, _ color: UInt8) {
    let byte = pixels + pixel >> 2
    let shift = UInt8(truncatingIfNeeded: pixel & 3) &* 2
    byte.pointee = byte.pointee & ~(3 &<< shift) | color &<< shift
  }

  /// Sets a pixel if it lies on the screen.
  @inline(__always) func plot(_ x: Int, _ y: Int, _ color: UInt8) {
    if UInt(bitPattern: x) < UInt(Self.width), UInt(bitPattern: y) < UInt(Self.height) {
      set(x, y, color)
    }
  }

  /// Sets the pixels of columns `start..<end` of row y, as far as they are on the screen.
  @inline(__always) func fillRow(_ y: Int, from start: Int, to end: Int, _ color: UInt8) {
    fillRows(from: y, to: y &+ 1, columnsFrom: start, to: end, color)
  }

  /// Sets the pixels of rows `top..<bottom` and columns `start..<end`, as far as they are on the
  /// screen.
  @inline(__always) func fillRows(
    from top: Int, to bottom: Int, columnsFrom start: Int, to end: Int, _ color: UInt8
  ) {
    let start = max(0, start)
    let end = min(Self.width, end)
    var y = max(0, top)
    let bottom = min(Self.height, bottom)
    guard start < end, y < bottom else { return }
    let first = start / Self.wordPixels
    let last = (end &- 1) / Self.wordPixels
    let fill = UInt64(color) &* 0x5555_5555_5555_5555
    // Bits from the first pixel on, and up to the last one.
    let head = UInt64.max &<< UInt64(2 &* (start % Self.wordPixels))
    let tail = UInt64.max &>> UInt64(62 &- 2 &* ((end &- 1) % Self.wordPixels))
    var word = words + (y &* Self.rowWords &+ first)
    if first == last {
      let mask = head & tail
      while y < bottom {
        word.pointee = word.pointee & ~mask | fill & mask
        word += Self.rowWords
        y &+= 1
      }
      return
    }
    while y < bottom {
      word.pointee = word.pointee & ~head | fill & head
      var middle = 1
      while middle < last &- first {
        word[middle] = fill
        middle &+= 1
      }
      word[middle] = word[middle] & ~tail | fill & tail
      word += Self.rowWords
      y &+= 1
    }
  }

  static let wordPixels = 32
  static let rowWords = width / wordPixels

  /// The same in aligned words of 32 pixels, the leftmost in the low bits.
  @inline(__always) var words: UnsafeMutablePointer<UInt64> {
    UnsafeMutableRawPointer(pixels).assumingMemoryBound(to: UInt64.self)
  }

  /// Sets the pixels of rows `start..<end` of column x, as far as they are on the screen.
  @inline(__always) func fillColumn(_ x: Int, from start: Int, to end: Int, _ color: UInt8) {
    var y = max(0, start)
    let end = min(Self.height, end)
    guard UInt(bitPattern: x) < UInt(Self.width), y < end else { return }
    let shift = UInt8(truncatingIfNeeded: x & 3) &* 2
    let mask = ~(UInt8(3) &<< shift)
    let bits = color &<< shift
    var byte = pixels + (Self.width &* y &+ x) >> 2
    while y < end {
      byte.pointee = byte.pointee & mask | bits
      byte += Self.width / 4
      y &+= 1
    }
  }

  /// Source: wasm4.md 4.2.
  func horizontalLine(x: Int, y: Int, length: Int) {
    if let color = color(1) { fillRow(y, from: x, to: x + length, color) }
  }

  /// Source: wasm4.md 4.2.
  func verticalLine(x: Int, y: Int, length: Int) {
    if let color = color(1) { fillColumn(x, from: y, to: y + length, color) }
  }

  /// Fill, then left, right, upper and lower edge; sizes below 1 still have edges.
  ///
  /// Source: wasm4.md 4.4.
  func rectangle(x: Int, y: Int, width: Int, height: Int) {
    let endX = x + width
    let endY = y + height
    if let fill = color(1) { fillRows(from: y, to: endY, columnsFrom: x, to: endX, fill) }
    guard let outline = color(2) else { return }
    fillColumn(x, from: y, to: endY, outline)
    fillColumn(endX - 1, from: y, to: endY, outline)
    fillRow(y, from: x, to: endX, outline)
    fillRow(endY - 1, from: x, to: endX, outline)
  }
}
