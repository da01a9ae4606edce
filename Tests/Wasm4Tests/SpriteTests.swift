import Console
import Runtime
import Testing

// Rules: wasm4.md 4.6. The sheet of most tests is 3x4 pixels of one bit: 110 100 101 011.
@Suite("Sprites")
struct SpriteTests {
  private static let sheet: [UInt8] = [0b1101_0010, 0b1011_0000]

  private func drawn(
    _ name: String, _ arguments: [Int32], sheet: [UInt8] = sheet, colors: Int32 = 0x32,
    width: Int, height: Int, x: Int = 0, y: Int = 0
  ) throws -> String {
    let cart = TestCart(
      .colors(colors), .call(name, [0x2000] + arguments), data: [(0x2000, sheet)])
    return letters(try cart.picture(), width: width, height: height, x: x, y: y)
  }

  @Test(
    arguments: [
      (0, "bba.\nbaa.\nbab.\nabb."), (2, "abb.\naab.\nbab.\nbba."), (4, "abb.\nbab.\nbaa.\nbba."),
      (6, "bba.\nbab.\naab.\nabb."), (8, "aabb\nbaab\nbbba\n...."), (10, "bbba\nbaab\naabb\n...."),
      (12, "bbaa\nbaab\nabbb\n...."), (14, "abbb\nbaab\nbbaa\n...."),
    ])
  func `One bit a pixel is drawn flipped and turned as the flags say`(
    flags: Int32, expected: String
  ) throws {
    #expect(try drawn("blit", [0, 0, 3, 4, flags], width: 4, height: 4) == expected)
  }

  @Test func `Two bits a pixel choose of four colours, 0 of which are left out`() throws {
    let sheet: [UInt8] = [0b0001_1011, 0b1110_0100]
    #expect(
      try drawn("blit", [0, 0, 4, 2, 1], sheet: sheet, colors: 0x4320, width: 4, height: 2)
        == ".abc\ncba.")
    #expect(
      try drawn("blit", [0, 0, 4, 2, 1], sheet: sheet, colors: 0x1234, width: 4, height: 2)
        == "cba.\n.abc")
  }

  @Test func `A part of a sheet has its own corner and the sheet's row length`() throws {
    let sheet: [UInt8] = [0b1000_0001, 0b0100_0010, 0b0010_0100, 0b0001_1000]
    #expect(
      try drawn("blitSub", [0, 0, 4, 3, 4, 1, 8, 0], sheet: sheet, width: 4, height: 3)
        == "aaba\nabaa\nbaaa")
  }

  @Test func `Sprites are clipped at every edge`() throws {
    #expect(try drawn("blit", [-1, -2, 3, 4, 0], width: 3, height: 3) == "ab.\nbb.\n...")
    #expect(
      try drawn("blit", [158, 158, 3, 4, 0], width: 2, height: 2, x: 158, y: 158) == "bb\nba")
    #expect(try drawn("blit", [160, 0, 3, 4, 0], width: 1, height: 1, x: 159) == ".")
    #expect(try drawn("blit", [.max, .min, 3, 4, 8], width: 1, height: 1) == ".")
  }

  @Test func `A sprite without columns or rows is nothing`() throws {
    for size: [Int32] in [[0, 4], [3, 0], [-3, 4], [3, .min]] {
      #expect(try drawn("blit", [0, 0] + size + [0], width: 2, height: 1) == "..")
    }
  }

  @Test func `What a part reaches beyond memory has index 0`() throws {
    #expect(
      try drawn("blitSub", [0, 0, 4, 1, 0, 30_000, 600, 0], width: 4, height: 1) == "aaaa")
    #expect(
      try drawn("blitSub", [0, 0, 4, 1, .min, .max, .max, 1], width: 4, height: 1) == "aaaa")
  }

  @Test func `A sprite that leaves memory crashes the cart, and the report names the call`() throws
  {
    for arguments: [Int32] in [
      [0xFFFF, 0, 0, 8, 2, 0], [-1, 0, 0, 8, 1, 0], [0, 0, 0, .max, .max, 1],
    ] {
      let console = try TestCart(.call("blit", arguments)).console()
      guard case .crashed(let crash) = console.step(InputFrame()) else {
        Issue.record("the cart did not crash")
        continue
      }
      #expect(crash.hostCalls.first?.hasPrefix("env.blit(") == true)
      #expect(crash.trap.message.contains("out of bounds"))
      #expect(crash.trap.frames.map(\.name) == ["update"])
    }
  }
}
