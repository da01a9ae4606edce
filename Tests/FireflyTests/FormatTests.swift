import Testing

@testable import Firefly

@Suite("Metadata")
struct MetadataTests {
  static func metadata(
    app: String = "probe", author: String = "demo", launcher: UInt8 = 0, sudo: UInt8 = 0
  ) -> [UInt8] {
    var bytes: [UInt8] = []
    for text in [app, "Probe", author, "Demo"] { bytes += [UInt8(text.utf8.count)] + text.utf8 }
    return bytes + [launcher, sudo, 0x80, 0x01]
  }

  @Test("hold ids, names, rights and the version")
  func holdFields() throws {
    let metadata = try CartMetadata(decoding: Self.metadata(sudo: 1))
    #expect(metadata.fullID == "demo.probe")
    #expect(metadata.appName == "Probe")
    #expect(metadata.isPrivileged)
    #expect(!metadata.isLauncher)
    #expect(metadata.version == 128)
  }

  @Test("are refused when cut off anywhere", arguments: 0..<MetadataTests.metadata().count)
  func areRefused(length: Int) {
    #expect(throws: MetadataError.self) {
      try CartMetadata(decoding: Array(Self.metadata().prefix(length)))
    }
  }

  @Test(
    "are refused with a bad id",
    arguments: ["", "-a", "a-", "a--b", "A", "a.b", "abcdefghijklmnopq", "../x"])
  func areRefused(id: String) {
    #expect(throws: MetadataError.self) { try CartMetadata(decoding: Self.metadata(app: id)) }
    #expect(throws: MetadataError.self) { try CartMetadata(decoding: Self.metadata(author: id)) }
  }

  @Test("are refused with absurd lengths and truth values")
  func areRefused() {
    #expect(throws: MetadataError.self) {
      try CartMetadata(decoding: [0xFF, 0xFF, 0xFF, 0xFF, 0x0F, 1, 2])
    }
    #expect(throws: MetadataError.self) {
      try CartMetadata(decoding: [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F])
    }
    #expect(throws: MetadataError.self) { try CartMetadata(decoding: Self.metadata(sudo: 2)) }
  }
}

@Suite("A font encoding")
struct FontEncodingTests {
  @Test(
    "finds the glyph of a character",
    arguments: [
      (FontEncoding.ascii, " ", 0), (.ascii, "~", 94), (.ascii, "é", 31), (.ascii, "\t", 31),
      (.iso8859_1, "é", 96 + 0x49), (.iso8859_2, "ł", 96 + 0x13), (.iso8859_15, "€", 96 + 0x04),
      (.iso8859_5, "я", 96 + 0x4F), (.iso8859_7, "ω", 96 + 0x59), (.iso8859_15, "¤", 31),
      (.jisX0201, "ｱ", 96 + 0x11), (.jisX0201, "é", 31), (.iso8859_1, "😀", 31),
      (.iso8859_3, "\u{A5}", 96 + 0x05), (.iso8859_7, "\u{3A2}", 96 + 0x32),
    ])
  func findsGlyph(encoding: FontEncoding, character: String, glyph: Int) throws {
    #expect(encoding.glyph(of: try #require(character.unicodeScalars.first)) == glyph)
  }
}

@Suite("Random numbers")
struct RandomSourceTests {
  @Test("follow xorshift32 once a seed is set")
  func followXorshift() {
    var source = RandomSource(console: 1)
    source.set(13)
    #expect(source.next() == 3_514_797)
    source.set(0)
    let first = source.next()
    source.set(1)
    #expect(source.next() == first)
  }

  @Test("are repeatable by the console's seed until then")
  func areRepeatable() {
    var (a, b, c) = (RandomSource(console: 5), RandomSource(console: 5), RandomSource(console: 6))
    let numbers = (0..<8).map { _ in a.next() }
    #expect(numbers == (0..<8).map { _ in b.next() })
    #expect(numbers != (0..<8).map { _ in c.next() })
  }
}
