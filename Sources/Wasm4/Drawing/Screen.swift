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

  /// `byteCount` bytes.
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
    let start = max(0, start)
    let end = min(Self.width, end)
    guard UInt(bitPattern: y) < UInt(Self.height), start < end else { return }
    let row = pixels + y &* (Self.width / 4)
    let first = start >> 2
    let last = (end &- 1) >> 2
    let fill = color &* 0x55
    // Bits from the first pixel on, and up to the last one.
    let head = UInt8(0xFF) &<< (UInt8(truncatingIfNeeded: start & 3) &* 2)
    let tail = UInt8(0xFF) &>> (UInt8(truncatingIfNeeded: 3 &- (end &- 1) & 3) &* 2)
    if first == last {
      let mask = head & tail
      row[first] = row[first] & ~mask | fill & mask
      return
    }
    row[first] = row[first] & ~head | fill & head
    if last &- first > 1 { (row + first + 1).update(repeating: fill, count: last &- first &- 1) }
    row[last] = row[last] & ~tail | fill & tail
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
    if let fill = color(1) {
      var row = max(0, y)
      let end = min(Self.height, endY)
      while row < end {
        fillRow(row, from: x, to: endX, fill)
        row &+= 1
      }
    }
    guard let outline = color(2) else { return }
    fillColumn(x, from: y, to: endY, outline)
    fillColumn(endX - 1, from: y, to: endY, outline)
    fillRow(y, from: x, to: endX, outline)
    fillRow(endY - 1, from: x, to: endX, outline)
  }
}
