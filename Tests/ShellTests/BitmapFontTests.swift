import Shell
import Testing

@Suite("Bitmap fonts")
struct BitmapFontTests {
  /// A PSF 2 file of two 9x2 glyphs with a Unicode table.
  private let psf2: [UInt8] =
    [0x72, 0xB5, 0x4A, 0x86] + [0, 0, 0, 0] + [32, 0, 0, 0] + [1, 0, 0, 0] + [2, 0, 0, 0]
    + [4, 0, 0, 0] + [2, 0, 0, 0] + [9, 0, 0, 0]
    + [0x80, 0x80, 0x01, 0x00] + [0xFF, 0x80, 0x00, 0x00]
    + [0x41, 0xC3, 0x84, 0xFE, 0x41, 0xCC, 0x88, 0xFF, 0x3F, 0xFF]

  private func picture(_ font: BitmapFont, _ scalar: Unicode.Scalar) -> [String] {
    (0..<font.height).map { y in
      String((0..<font.width).map { font.isSet(scalar, x: $0, y: y) ? "#" : "." })
    }
  }

  @Test func `A version 2 file gives its glyphs by Unicode scalar`() throws {
    let font = try BitmapFont(psf: psf2)
    #expect(picture(font, "A") == ["#.......#", ".......#."])
    #expect(picture(font, "Ä") == picture(font, "A"))
    #expect(picture(font, "z") == picture(font, "?"))
    #expect(picture(font, "?") == ["#########", "........."])
  }

  @Test func `A version 1 file is eight pixels wide`() throws {
    var file: [UInt8] = [0x36, 0x04, 0x02, 0x01] + (0...255)
    for glyph in 0..<256 { file += [UInt8(glyph), 0x00, 0xFF, 0xFF] }
    let font = try BitmapFont(psf: file)
    #expect(picture(font, "A") == [".#.....#"])
  }

  @Test func `A file cut anywhere is refused or read, never a crash`() {
    for count in 0..<psf2.count { _ = try? BitmapFont(psf: Array(psf2[..<count])) }
    #expect(throws: PSFError.truncated(wanted: 40, found: 39)) {
      try BitmapFont(psf: Array(psf2[..<39]))
    }
    #expect(throws: PSFError.notAFont) { try BitmapFont(psf: []) }
  }

  @Test(arguments: 0..<32)
  func `Any header byte may lie`(at: Int) {
    for value: UInt8 in [0, 1, 0x7F, 0x80, 0xFF] {
      var damaged = psf2
      damaged[at] = value
      _ = try? BitmapFont(psf: damaged)
    }
  }

  @Test func `A header that lies about the glyph size is refused by name`() {
    var damaged = psf2
    damaged[20] = 5
    #expect(throws: PSFError.badHeader(field: "glyph size", value: 5)) {
      try BitmapFont(psf: damaged)
    }
  }

  @Test func `Our own font covers ASCII with distinct glyphs`() {
    let font = BitmapFont.fallback
    let scalars = (33...126).compactMap { Unicode.Scalar($0) }
    #expect(Set(scalars.map { picture(font, $0) }).count == 94)
    #expect(scalars.allSatisfy { font.covers($0) })
    #expect(
      picture(font, "g").joined(separator: "\n") == """
        ......
        ......
        ......
        .####.
        #...#.
        #...#.
        #...#.
        .####.
        ....#.
        .###..
        """)
  }

  @Test func `Without the font package our own font is drawn larger in larger windows`() {
    var shelf = FontShelf(folder: "/nonexistent")
    #expect(shelf.choose(windowWidth: 720, windowHeight: 480).scale == 1)
    #expect(shelf.choose(windowWidth: 1920, windowHeight: 1080).scale == 3)
    #expect(shelf.choose(windowWidth: 100, windowHeight: 60).scale == 1)
  }

  @Test func `A grid draws a glyph where its cell is`() {
    let choice = FontShelf.Choice(font: .fallback, scale: 2)
    var grid = TextGrid(width: 25, height: 21, choice: choice)
    #expect(grid.columns == 2)
    #expect(grid.rows == 1)
    grid.write(" |", column: 0, row: 0, color: 0xFFFF_FFFF)
    let inked = grid.canvas.pixels.indices.filter { grid.canvas.pixels[$0] != 0 }
    #expect(Set(inked.map { $0 % 25 }) == [16, 17])
    #expect(inked.count == 2 * 2 * 8)
  }

  @Test func `Long lines break at spaces and long words are cut`() {
    func parts(_ line: String, width: Int, indent: Int) -> [String] {
      let scalars = Array(line.unicodeScalars)
      return wrap(scalars, width: width, indent: indent).map {
        String(String.UnicodeScalarView(scalars[$0]))
      }
    }
    #expect(parts("a short line", width: 20, indent: 2) == ["a short line"])
    #expect(parts("", width: 20, indent: 2) == [""])
    #expect(parts("one two three four", width: 10, indent: 2) == ["one two", "three", "four"])
    #expect(parts("abcdefghijklmnop", width: 10, indent: 2) == ["abcdefghij", "klmnop"])
    #expect(parts("  #0 abcdefghij", width: 10, indent: 4) == ["  #0 abcde", "fghij"])
    #expect(
      parts("at /main/player/x.wasm", width: 12, indent: 2) == ["at /main/", "player/", "x.wasm"])
  }
}
