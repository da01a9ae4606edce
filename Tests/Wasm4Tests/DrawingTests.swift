import Console
import Testing

// Rules: wasm4.md section 4. Colours 1 and 2 draw `a` and `b` where a test says 0x32.
@Suite("Drawing")
struct DrawingTests {
  private func drawn(
    _ colors: Int32, _ name: String, _ arguments: [Int32], width: Int, height: Int, x: Int = 0,
    y: Int = 0
  ) throws -> String {
    let cart = TestCart(.colors(colors), .call(name, arguments))
    return letters(try cart.picture(), width: width, height: height, x: x, y: y)
  }

  @Test func `Level lines have their length, clipped, and none below 1`() throws {
    #expect(try drawn(3, "hline", [-2, 1, 6], width: 6, height: 3) == "......\nbbbb..\n......")
    #expect(try drawn(3, "hline", [1, 0, 0], width: 3, height: 1) == "...")
    #expect(try drawn(3, "hline", [1, 0, -5], width: 3, height: 1) == "...")
    #expect(try drawn(3, "hline", [158, 0, 9], width: 3, height: 2, x: 157) == ".bb\n...")
    #expect(try drawn(3, "hline", [0, 160, 9], width: 3, height: 1, y: 159) == "...")
    #expect(try drawn(4, "vline", [1, -1, 3], width: 3, height: 3) == ".c.\n.c.\n...")
    #expect(try drawn(4, "vline", [160, 0, 3], width: 3, height: 1, x: 157) == "...")
    #expect(try drawn(0x20, "vline", [1, 0, 3], width: 3, height: 1) == "...")
  }

  @Test func `Rows are set pixel by pixel wherever they begin and end`() throws {
    for start in 0..<5 {
      for length in 1...9 {
        let row = try drawn(2, "hline", [Int32(start), 0, Int32(length)], width: 16, height: 1)
        let expected =
          String(repeating: ".", count: start) + String(repeating: "a", count: length)
        #expect(row == expected + String(repeating: ".", count: 16 - expected.count))
      }
    }
  }

  @Test func `A slanted line walks its longer side, the same from either end where it rises`()
    throws
  {
    let flat = """
      cc........
      ..ccc.....
      .....ccc..
      ........cc
      """
    #expect(try drawn(4, "line", [0, 0, 9, 3], width: 10, height: 4) == flat)
    #expect(try drawn(4, "line", [9, 3, 0, 0], width: 10, height: 4) == flat)
    let steep = """
      ...c
      ...c
      ..c.
      ..c.
      .c..
      .c..
      c...
      """
    #expect(try drawn(4, "line", [0, 6, 3, 0], width: 4, height: 7) == steep)
    #expect(try drawn(4, "line", [2, 1, 2, 1], width: 4, height: 2) == "....\n..c.")
  }

  @Test func `A line from off the screen goes where the whole line goes`() throws {
    #expect(
      try drawn(4, "line", [-7, -3, 6, 5], width: 8, height: 6) == """
        ........
        c.......
        .c......
        ..cc....
        ....cc..
        ......c.
        """)
  }

  @Test func `Endless lines and ovals cost no time`() throws {
    let far = Int32.max
    for arguments in [[-far, -far, far, far], [-far, 5, far, 6], [far, -far, -far, far]] {
      _ = try drawn(4, "line", arguments, width: 1, height: 1)
    }
    let level = try drawn(4, "line", [-far, 5, far, 5], width: 3, height: 2, y: 4)
    #expect(level == "...\nccc")
    for size in [far, -far, .min, 70_000, -1] {
      _ = try drawn(0x32, "oval", [0, 0, size, size], width: 1, height: 1)
      _ = try drawn(0x32, "rect", [size, size, size, size], width: 1, height: 1)
    }
  }

  @Test func `A rectangle is filled with colour 1 and outlined with colour 2`() throws {
    #expect(
      try drawn(0x32, "rect", [1, 0, 6, 4], width: 8, height: 5) == """
        .bbbbbb.
        .baaaab.
        .baaaab.
        .bbbbbb.
        ........
        """)
    #expect(try drawn(0x30, "rect", [0, 0, 3, 3], width: 3, height: 3) == "bbb\nb.b\nbbb")
    #expect(try drawn(0x02, "rect", [0, 0, 3, 2], width: 3, height: 2) == "aaa\naaa")
    #expect(
      try drawn(0x32, "rect", [-2, -1, 6, 4], width: 5, height: 4) == """
        aaab.
        aaab.
        bbbb.
        .....
        """)
  }

  @Test func `A rectangle without width or height still has edges`() throws {
    #expect(try drawn(0x32, "rect", [2, 1, 0, 2], width: 4, height: 4) == "....\n.bb.\n.bb.\n....")
    #expect(
      try drawn(0x32, "rect", [4, 0, -2, 2], width: 6, height: 3) == ".b..b.\n.b..b.\n......")
    #expect(try drawn(0x32, "rect", [1, 1, 2, 0], width: 4, height: 3) == ".bb.\n.bb.\n....")
    #expect(try drawn(0x32, "rect", [1, 1, 0, 0], width: 4, height: 3) == "....\n....\n....")
  }

  @Test func `Colours from 5 on begin anew, they are not transparent`() throws {
    let row = (1...15).map { Int32($0) }.map { color in
      (try? drawn(color, "hline", [0, 0, 1], width: 1, height: 1)) ?? "?"
    }
    #expect(row.joined() == ".abc.abc.abc.ab")
  }

  @Test func `An oval fills its box`() throws {
    #expect(
      try drawn(0x32, "oval", [0, 0, 9, 6], width: 9, height: 6) == """
        ..bbbbb..
        .baaaaab.
        baaaaaaab
        baaaaaaab
        .baaaaab.
        ..bbbbb..
        """)
    #expect(
      try drawn(0x30, "oval", [0, 0, 7, 7], width: 7, height: 7) == """
        ..bbb..
        .b...b.
        b.....b
        b.....b
        b.....b
        .b...b.
        ..bbb..
        """)
    #expect(
      try drawn(0x42, "oval", [0, 0, 12, 3], width: 12, height: 3) == """
        ..cccccccc..
        ccaaaaaaaacc
        ..cccccccc..
        """)
    #expect(
      try drawn(0x32, "oval", [-4, -3, 9, 7], width: 6, height: 5) == """
        aaaab.
        aaaab.
        aaab..
        bbb...
        ......
        """)
  }

  @Test func `Thin ovals reach their upper and lower ends`() throws {
    #expect(
      try drawn(0x32, "oval", [1, 0, 2, 8], width: 4, height: 9)
        == Array(repeating: ".bb.", count: 8).joined(separator: "\n") + "\n....")
    #expect(try drawn(0x32, "oval", [0, 0, 1, 1], width: 2, height: 2) == "b.\n..")
    #expect(try drawn(0x32, "oval", [1, 1, 0, 0], width: 3, height: 3) == "...\nbb.\nbb.")
  }

  @Test func `Without colour 2 an oval is outlined with index 3, with 15 it is not drawn`() throws {
    #expect(try drawn(0x02, "oval", [0, 0, 4, 3], width: 4, height: 3) == ".cc.\ncaac\n.cc.")
    #expect(try drawn(0xF2, "oval", [0, 0, 4, 3], width: 4, height: 3) == "....\n....\n....")
  }
}
