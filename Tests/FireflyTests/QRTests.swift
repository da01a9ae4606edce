import Console
import Testing

@testable import Firefly

@Suite("A QR code")
struct QRTests {
  private func codewords(_ text: [UInt8]) -> QRCodewords? {
    text.withUnsafeBytes { QRCodewords($0) }
  }

  private func segments(_ text: [UInt8], _ version: Int) -> [QRSegment] {
    text.withUnsafeBytes { QRSegment.merged(QRSegment.runs($0), QRVersion(number: version)) }
  }

  @Test("has the data and error correction of the example of the standard")
  func hasStandardWords() throws {
    // ISO/IEC 18004 annex I: "01234567" in version 1, level M.
    let code = try #require(codewords(Array("01234567".utf8)))
    #expect(code.version.number == 1)
    #expect(
      code.words == [
        0x10, 0x20, 0x0C, 0x56, 0x61, 0x80, 0xEC, 0x11, 0xEC, 0x11, 0xEC, 0x11, 0xEC, 0x11, 0xEC,
        0x11, 0xA5, 0x24, 0xD4, 0xC1, 0xED, 0x36, 0xC7, 0x87, 0x2C, 0x55,
      ])
  }

  @Test("holds as many digits as the standard's table says, and no more")
  func holdsTableSizes() {
    for (digits, version) in [
      (34, 1), (35, 2), (432, 9), (433, 10), (2544, 26), (2545, 27), (5596, 40),
    ] {
      #expect(codewords(Array(repeating: 0x37, count: digits))?.version.number == version)
    }
    #expect(codewords(Array(repeating: 0x37, count: 5597)) == nil)
    #expect(codewords(Array(repeating: 0x61, count: 2331))?.version.number == 40)
    #expect(codewords(Array(repeating: 0x61, count: 2332)) == nil)
  }

  @Test("has room for as many codewords as the standard's table says")
  func hasTableRoom() {
    let words = [(1, 26, 16), (7, 196, 124), (14, 581, 365), (27, 1828, 1128), (40, 3706, 2334)]
    for (number, all, data) in words {
      let version = QRVersion(number: number)
      #expect(version.allWords == all)
      #expect(version.dataWords == data)
    }
  }

  @Test("writes runs in the mode that suits them, and joins them where that is no longer")
  func dividesText() {
    let text = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789012345678901234567890abc".utf8)
    #expect(segments(text, 9).map(\.mode) == [.alphanumeric, .numeric, .byte])
    #expect(segments(Array("abc123".utf8), 9).map(\.mode) == [.byte])
    #expect(
      segments([0x82, 0xA0, 0x82, 0xA2, 0x82, 0xA4, 0x82, 0xA6, 0x82, 0xA8], 9).map(\.mode)
        == [.kanji])
    // A first byte without a second one stands alone.
    #expect([0xEB, 0xC0].withUnsafeBytes { QRSegment.runs($0) }.count > 0)
    let half: [UInt8] = [0x81, 0x30]
    #expect(half.withUnsafeBytes { QRSegment.runs($0) }.map(\.mode) == [.byte, .numeric])
  }

  @Test("is drawn with a margin, and leaves pixels alone where a colour is none")
  func isDrawn() throws {
    let bench = try HostBench()
    bench.write(Array("01234567".utf8), at: 0)
    try bench.call("graphics.draw_qr", 0, 8, -4, -4, 2, 0)
    #expect(letters(bench.state.screen) == Self.officialPicture)
    try bench.call("graphics.draw_qr", 0, 8, 100, 20, 0, 3)
    #expect(bench.state.screen.copy[20 * 240 + 100] == 2)
    #expect(bench.state.screen.copy[24 * 240 + 104] == 0)
  }

  @Test("is refused for a text that is too long")
  func refusesLongText() throws {
    let bench = try HostBench()
    try bench.call("graphics.draw_qr", 0, 2332, 0, 0, 1, 2)
    try bench.call("graphics.draw_qr", 0, 0xFFFF, 0, 0, 1, 2)
    let line = "graphics.draw_qr: QR code cannot be constructed"
    #expect(bench.log == [line, line])
    #expect(!bench.state.isDirty)
  }

  /// The official console's picture of "01234567".
  private static let officialPicture = """
    fffffff..f.ff.fffffff
    f.....f..ffff.f.....f
    f.fff.f.f.....f.fff.f
    f.fff.f.ff....f.fff.f
    f.fff.f.f.fff.f.fff.f
    f.....f.f...f.f.....f
    fffffff.f.f.f.fffffff
    ........f..ff........
    f.fffff..f..f.fffff..
    ...f.f.ff.f.f..f.ff..
    ..f...ff.f.f.f..fffff
    ....f....f.....ffff..
    ...ffffff..f.f..f....
    ........f.fffff..ff..
    fffffff..ff.f.ff.....
    f.....f.f.fffff...f.f
    f.fff.f.f...f..f.ff..
    f.fff.f.ff..f..f.....
    f.fff.f.f.ff.f..f.f..
    f.....f........ff.ff.
    fffffff.ffff.f..f.f..
    """
}
