import Console
import Testing
import Wasm4

// Rules: wasm4.md 4.7.
@Suite("Text")
struct TextTests {
  /// Glyph 'A' is a cell with one dot of paper in its upper left corner, all others are ink.
  private static var font: [UInt8] {
    var bytes = [UInt8](repeating: 0, count: 224 * 8)
    bytes[(65 - 32) * 8] = 0x80
    bytes[(0xE9 - 32) * 8 + 7] = 0x01
    return bytes
  }

  /// Where glyphs are in the upper left of the screen: a row a line of text, a letter a cell.
  private func cells(_ name: String, _ arguments: [Int32], _ text: [UInt8]) throws -> [String] {
    let cart = TestCart(
      .colors(0x32), .call(name, [0x2000] + arguments), data: [(0x2000, text)])
    let picture = try cart.picture(font: Self.font)
    return (0..<2).map { row in
      (0..<4).map { column in
        switch letters(picture, width: 8, height: 8, x: 8 * column, y: 8 * row).filter({
          $0 != "\n"
        })
        {
        case String(repeating: ".", count: 64): "."
        case String(repeating: "a", count: 64): "x"
        case "b" + String(repeating: "a", count: 63): "A"
        case String(repeating: "a", count: 63) + "b": "é"
        default: "?"
        }
      }.joined()
    }
  }

  @Test func `A text ends with 0, begins new lines where it began, and leaves odd codes empty`()
    throws
  {
    #expect(try cells("text", [0, 0], [65, 66, 0, 65]) == ["Ax..", "...."])
    #expect(try cells("text", [8, 0], [65, 10, 65, 66, 0]) == [".A..", ".Ax."])
    #expect(try cells("text", [0, 0], [65, 9, 13, 65, 0]) == ["A..A", "...."])
  }

  @Test func `Bytes are glyphs, not UTF-8`() throws {
    #expect(try cells("textUtf8", [3, 0, 0], [0xE9, 65, 65, 65]) == ["éAA.", "...."])
    #expect(try cells("textUtf8", [4, 0, 0], [65, 0, 65, 65]) == ["A...", "...."])
    #expect(try cells("textUtf8", [0, 0, 0], [65]) == ["....", "...."])
  }

  @Test func `UTF-16 counts bytes, and units above 255 are empty cells`() throws {
    #expect(
      try cells("textUtf16", [7, 0, 0], [65, 0, 0xE9, 0, 65, 1, 65, 0]) == ["Aé..", "...."])
  }

  @Test func `Text without its end inside memory crashes the cart`() throws {
    for (name, arguments): (String, [Int32]) in [
      ("text", [0xFFFF, 0, 0]), ("text", [-1, 0, 0]), ("textUtf8", [0xFFFE, 3, 0, 0]),
      ("textUtf8", [0, -1, 0, 0]), ("textUtf16", [0xFFFE, 4, 0, 0]),
    ] {
      let cart = TestCart(.call(name, arguments), data: [(0xFFFF, [65])])
      guard case .crashed = try cart.console().step(InputFrame()) else {
        Issue.record("\(name) \(arguments) did not crash")
        continue
      }
    }
  }

  @Test func `Our own font has a glyph for every letter, within its cell's width`() throws {
    let text = Array(33...126).filter { $0 != 96 } + Array(0xA1...0xFF).filter { $0 != 0xAD }
    var seen: Set<String> = []
    for code in text {
      let cart = TestCart(
        .colors(0x02), .call("text", [0x2000, 0, 0]), data: [(0x2000, [UInt8(code), 0])])
      let glyph = letters(try cart.picture(), width: 8, height: 8)
      #expect(glyph.contains("a"), "code \(code) is empty")
      #expect(seen.insert(glyph).inserted, "code \(code) looks like another")
    }
  }

  @Test func `A font of another size is refused`() throws {
    #expect(throws: CartError.bad(reason: "the font has 3 bytes, not 1792: 224 glyphs of 8")) {
      _ = try TestCart().console(font: [1, 2, 3])
    }
  }
}
