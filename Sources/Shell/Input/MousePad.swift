import Console

/// The mouse as a finger on the touch pad.
package enum MousePad {
  /// Where the finger is, with the pointer at a pixel of the window while its button is down.
  ///
  /// The middle of the picture is the middle of the pad, and half the picture's height is the way to
  /// its edge in every direction, so that angles are what they look like; beyond it the finger stays
  /// at the edge.
  package static func touch(x: Int, y: Int, in picture: Placement) -> SIMD2<Int16> {
    let reach = max(1, picture.height)
    func scaled(_ twice: Int) -> Int16 { Int16(max(-1000, min(1000, twice * 1000 / reach))) }
    // Twice the distances from the middle, which may lie between two pixels.
    return SIMD2(
      scaled(2 * (x - picture.x) - picture.width), scaled(picture.height - 2 * (y - picture.y)))
  }
}
