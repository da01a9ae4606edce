extension Screen {
  /// An ellipse in a box of `width` by `height`, drawn from its sides inwards in four quadrants.
  ///
  /// Draw colour 2 has a quirk: 15 suppresses the whole oval, and 0 draws index 3 as outline. All
  /// sums wrap at 32 bits, as in the reference runtime; only ovals far larger than the screen tell.
  ///
  /// Source: wasm4.md 4.5.
  func oval(x: Int32, y: Int32, width: Int32, height: Int32) {
    let outlineNibble = UInt8(truncatingIfNeeded: drawColors >> 4) & 15
    guard outlineNibble != 15 else { return }
    let outline = (outlineNibble &- 1) & 3
    let fill = color(1)

    let a = width &- 1
    let b = height &- 1
    let odd = b % 2
    var north = y &+ height / 2
    var south = north &- odd
    var west = x
    var east = x &+ width &- 1
    let a2 = a &* a
    let b2 = b &* b
    var stepX = 4 &* (1 &- a) &* b2
    var stepY = 4 &* (odd &+ 1) &* a2
    var error = stepX &+ stepY &+ odd &* a2
    let growthX = 8 &* b2
    let growthY = 8 &* a2

    // Of wrapped numbers nothing is known but that they make no picture: an end of their own.
    var steps = 0
    repeat {
      plot(east, north, outline)
      plot(west, north, outline)
      plot(west, south, outline)
      plot(east, south, outline)
      if let fill, east &- (west &+ 1) > 0 {
        fillRow(Int(north), from: Int(west) + 1, to: Int(east), fill)
        fillRow(Int(south), from: Int(west) + 1, to: Int(east), fill)
      }
      let doubled = 2 &* error
      if doubled <= stepY {
        north &+= 1
        south &-= 1
        stepY &+= growthY
        error &+= stepY
      }
      if doubled >= stepX || doubled > stepY {
        west &+= 1
        east &-= 1
        stepX &+= growthX
        error &+= stepX
      }
      steps += 1
    } while west <= east && steps < Self.longestWalk

    while north &- south < height, steps < 2 * Self.longestWalk {
      plot(west &- 1, north, outline)
      plot(east &+ 1, north, outline)
      north &+= 1
      plot(west &- 1, south, outline)
      plot(east &+ 1, south, outline)
      south &-= 1
      steps += 1
    }
  }

  /// Steps around an oval that still fits numbers of 32 bits, and more.
  private static let longestWalk = 1 << 16

  @inline(__always) private func plot(_ x: Int32, _ y: Int32, _ color: UInt8) {
    plot(Int(x), Int(y), color)
  }
}
