import Console

/// The font of the menu: 6x9 of the X11 `misc-fixed` family, ASCII only.
enum MenuFont {
  static let width = 6
  static let height = 9
  /// Rows of a glyph above the baseline.
  private static let ascent = 6

  /// Draws UTF-8 text on a background as wide as its lines; what the font lacks is a question mark.
  ///
  /// Lines end at LF, each starts again at `x`; a CR before LF or at the end is not drawn.
  static func draw(
    _ text: [UInt8], x: Int, baseline: Int, color: UInt8, background: UInt8, on screen: Framebuffer
  ) {
    var top = baseline - ascent
    let scalars = String(decoding: text, as: UTF8.self).unicodeScalars
    for line in scalars.split(separator: "\n", omittingEmptySubsequences: false) {
      guard top < screen.height else { return }
      let line = line.last == "\r" ? line.dropLast() : line
      let area = Rectangle(x: x, y: top, width: width * line.count, height: height)
      screen.fill(area, background)
      for (column, scalar) in line.prefix(screen.width / width).enumerated() {
        draw(glyph(of: scalar), x: x + width * column, top: top, color: color, on: screen)
      }
      top += height
    }
  }

  private static func draw(
    _ glyph: UInt64, x: Int, top: Int, color: UInt8, on screen: Framebuffer
  ) {
    for row in 0..<height {
      let bits = glyph >> UInt64(width * (height - 1 - row))
      for column in 0..<width where bits >> UInt64(width - 1 - column) & 1 != 0 {
        screen.point(x + column, top + row, color)
      }
    }
  }

  private static func glyph(of scalar: Unicode.Scalar) -> UInt64 {
    let place = Int(scalar.value) - 32
    return glyphs[glyphs.indices.contains(place) ? place : FontEncoding.unknown]
  }

  /// U+0020...U+007E: nine rows of six bits, the top row and the left pixel in the highest ones.
  private static let glyphs: [UInt64] = [
    0x00000000000000, 0x00208208008000, 0x00514500000000, 0x00514F94F94500, 0x0872AA1C2AA708,
    0x10A92108495080, 0x006249189A4680, 0x00208200000000, 0x00108208208100, 0x00204104104200,
    0x0002253E522000, 0x0000823E208000, 0x00000000304108, 0x0000003E000000, 0x0000000030C000,
    0x00082108410000, 0x0031249248C000, 0x0021820821C000, 0x0031208421E000, 0x0078430209C000,
    0x0010C524F84000, 0x0079070209C000, 0x0031071248C000, 0x00782084208000, 0x0031231248C000,
    0x0031248E08C000, 0x0000C30030C000, 0x0000C300304108, 0x00006620606000, 0x00000F80F80000,
    0x00030302330000, 0x0C482308008000, 0x00724AAC81C000, 0x002148BE8A2000, 0x00F22F228BC000,
    0x0031241048C000, 0x0071249249C000, 0x0079071041E000, 0x00790710410000, 0x0031241648C000,
    0x00492792492000, 0x0070820821C000, 0x00384104918000, 0x00494614492000, 0x0041041041E000,
    0x008B6AAA8A2000, 0x0049A592492000, 0x007228A289C000, 0x0071249C410000, 0x0031249A58C080,
    0x0071249C492000, 0x0031220448C000, 0x00F88208208000, 0x0049249248C000, 0x0049249E30C000,
    0x008A2AAADA2000, 0x00894208522000, 0x008A2508208000, 0x0078210841E000, 0x0071041041C000,
    0x00410204082000, 0x0070410411C000, 0x00214880000000, 0x0000000000003E, 0x00204000000000,
    0x0000039248E000, 0x0041071249C000, 0x0000039040E000, 0x0008239248E000, 0x0000031660E000,
    0x0010A21C208000, 0x0000031248E08C, 0x00410712492000, 0x0020060821C000, 0x00100304104508,
    0x00410518512000, 0x0060820821C000, 0x00000D2AAA2000, 0x00000712492000, 0x0000031248C000,
    0x0000071249C410, 0x0000039248E082, 0x0000051A410000, 0x0000039819C000, 0x00208708284000,
    0x0000049248E000, 0x0000049230C000, 0x000008AAA94000, 0x0000048C312000, 0x0000049248E48C,
    0x0000078421E000, 0x04208408204000, 0x00208208208200, 0x10208108210000, 0x0000A500000000,
  ]
}
