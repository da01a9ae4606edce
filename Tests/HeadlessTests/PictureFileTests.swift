import Console
import Headless
import Testing

@Suite("A picture")
struct PictureFileTests {
  private let picture = Picture(
    width: 3, height: 2, pixels: [0, 1, 15, 2, 2, 2], palette: Palette.sweetie16.colors)

  @Test("becomes a PNG with a palette, 4 bits a pixel")
  func becomesPNG() throws {
    let png = try PNG.encode(picture)
    #expect(png.prefix(8) == [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
    // IHDR: width, height, bit depth, colour type.
    #expect(png[16..<26] == [0, 0, 0, 3, 0, 0, 0, 2, 4, 3])
  }

  @Test("is identified by the SHA-256 of its indices, whatever its colours")
  func isIdentified() {
    var other = picture
    other.palette[3] = 0
    // printf '\0\1\17\2\2\2' | sha256sum
    let expected = "41e29caf6c7ca803e6a320403b2d26e92f0706cb8b792fa32e936ea237e228b5"
    #expect(FrameHash.sha256(picture) == expected)
    #expect(FrameHash.sha256(other) == expected)
  }
}
