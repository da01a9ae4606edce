/// What the draw colours make of 32 source pixels at once, two bits each.
struct PixelColors {
  /// Per value of a pixel: all bits set where it draws anything, and its colour in all pixels.
  private let drawn: InlineArray<4, UInt64>
  private let fill: InlineArray<4, UInt64>

  init(_ screen: Screen) {
    drawn = InlineArray { screen.color($0 + 1) == nil ? 0 : .max }
    fill = InlineArray { UInt64(screen.color($0 + 1) ?? 0) &* Self.lanes }
  }

  private static let lanes: UInt64 = 0x5555_5555_5555_5555

  /// Colours of pixels, and all bits set of those that draw.
  @inline(__always) func map(_ pixels: UInt64, twoBits: Bool) -> (bits: UInt64, mask: UInt64) {
    // Both bits of a pixel as its low bit is, and as its high one.
    let low = (pixels & Self.lanes) &* 3
    if !twoBits {
      return (
        Self.choose(low, fill[1], fill[0]), Self.choose(low, drawn[1], drawn[0])
      )
    }
    let high = (pixels &>> 1 & Self.lanes) &* 3
    return (
      Self.choose(high, Self.choose(low, fill[3], fill[2]), Self.choose(low, fill[1], fill[0])),
      Self.choose(high, Self.choose(low, drawn[3], drawn[2]), Self.choose(low, drawn[1], drawn[0]))
    )
  }

  @inline(__always)
  private static func choose(_ bits: UInt64, _ set: UInt64, _ clear: UInt64) -> UInt64 {
    clear ^ bits & (set ^ clear)
  }
}

/// Up to 32 pixels that follow each other in a sheet.
///
/// - Parameters:
///   - sheet: The sheet's first byte; eight bytes behind that of the last pixel can be read.
///   - pixel: The number of the first.
///   - count: How many, at least 1.
///   - isMirrored: Whether the last of them comes first.
/// - Returns: Two bits each, the first in the lowest; of bits above the last nothing is known.
@inline(__always)
func pixels(
  _ sheet: UnsafeRawPointer, at pixel: Int, count: Int, twoBits: Bool, isMirrored: Bool
) -> UInt64 {
  var bits: UInt64
  if twoBits {
    let shift = UInt64(truncatingIfNeeded: 2 &* (pixel & 3))
    let place = sheet + pixel >> 2
    bits = UInt64(bigEndian: place.loadUnaligned(as: UInt64.self)) &<< shift
    bits |= UInt64(place.load(fromByteOffset: 8, as: UInt8.self)) &>> (8 &- shift)
  } else {
    let place = sheet + pixel >> 3
    let word = UInt64(bigEndian: place.loadUnaligned(as: UInt64.self))
    bits = spread((word &<< UInt64(truncatingIfNeeded: pixel & 7)) &>> 32)
  }
  // The first pixel is in the highest bits.
  if isMirrored { return bits &>> UInt64(truncatingIfNeeded: 64 &- 2 &* count) }
  bits = bits.byteSwapped
  bits = (bits & 0x0F0F_0F0F_0F0F_0F0F) &<< 4 | bits &>> 4 & 0x0F0F_0F0F_0F0F_0F0F
  return (bits & 0x3333_3333_3333_3333) &<< 2 | bits &>> 2 & 0x3333_3333_3333_3333
}

/// The lower 32 bits, two bits apart.
@inline(__always) private func spread(_ bits: UInt64) -> UInt64 {
  var bits = bits
  bits = (bits | bits &<< 16) & 0x0000_FFFF_0000_FFFF
  bits = (bits | bits &<< 8) & 0x00FF_00FF_00FF_00FF
  bits = (bits | bits &<< 4) & 0x0F0F_0F0F_0F0F_0F0F
  bits = (bits | bits &<< 2) & 0x3333_3333_3333_3333
  return (bits | bits &<< 1) & 0x5555_5555_5555_5555
}
