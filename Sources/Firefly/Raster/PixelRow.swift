/// Copies runs of an image's pixels to the screen, all of them inside.
struct PixelRow {
  /// Pixels with this index are left out; above 15 none are.
  let transparent: UInt8

  /// Pixels of whole bytes, the left one in the high nibble.
  @inline(__always)
  func copy(
    bytes: UnsafeRawBufferPointer, to target: UnsafeMutablePointer<UInt8>
  ) {
    // Two loops without a branch inside, which the compiler makes vectors of.
    if transparent > 15 {
      for index in 0..<bytes.count {
        target[2 * index] = bytes[index] >> 4
        target[2 * index + 1] = bytes[index] & 15
      }
      return
    }
    for index in 0..<bytes.count {
      let (high, low) = (bytes[index] >> 4, bytes[index] & 15)
      let (left, right) = (target[2 * index], target[2 * index + 1])
      target[2 * index] = high == transparent ? left : high
      target[2 * index + 1] = low == transparent ? right : low
    }
  }

  /// `count` pixels from pixel number `first` on.
  func copy(
    _ pixels: UnsafeRawBufferPointer, from first: Int, count: Int,
    to target: UnsafeMutablePointer<UInt8>
  ) {
    var first = first
    var count = count
    var target = target
    func copyOne(_ color: UInt8) { if color != transparent { target.pointee = color } }
    if first & 1 != 0, count > 0 {
      copyOne(pixels[first / 2] & 15)
      first += 1
      count -= 1
      target += 1
    }
    guard count > 0 else { return }
    let whole = UnsafeRawBufferPointer(rebasing: pixels[first / 2..<first / 2 + count / 2])
    copy(bytes: whole, to: target)
    if count & 1 != 0 {
      target += count - 1
      copyOne(pixels[first / 2 + count / 2] >> 4)
    }
  }
}
