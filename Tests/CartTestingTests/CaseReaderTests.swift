import CartTesting
import Console
import TOML
import TestKit
import Testing

@Suite("A case file")
struct CaseReaderTests {
  private func read(_ text: String) throws(TextFault) -> [CartCase] {
    try CaseReader.read(Array(text.utf8), file: "folder/game.test.toml")
  }

  @Test("has one case at its top level, named like the file")
  func readsOneCase() throws {
    let one = try #require(
      try read(
        """
        cart = 'game.wasm'  # a comment
        seed = 0x1_0
        locale = "nl"
        [settings]
        contrast = true
        [[input]]
        at = [3, 5]
        press = "s M"
        [[input]]
        at = 5
        for = 2
        player = 2
        pad = [-1000, 1_000]
        [[expect]]
        at = 7
        log = \"""
          two \\
            words\"""
        """
      ).first)
    #expect(one.name == "game")
    #expect(one.path(of: one.cart) == "folder/game.wasm")
    #expect(one.snapshotPath("a") == "folder/game.test/a.png")
    #expect(one.seed == 16)
    #expect(one.settings.language == "nl" && one.settings.highContrast)
    #expect(one.lastFrame == 7)
    #expect(one.input(frame: 2).first.buttons == [])
    #expect(one.input(frame: 5).first.buttons == [.south, .menu])
    #expect(one.input(frame: 5).players.count == 2)
    #expect(one.input(frame: 6).players[1].pad == SIMD2(-1000, 1000))
    guard case .log(.contains(let text)) = one.expectations.first?.kind else {
      Issue.record("no log is expected")
      return
    }
    #expect(text == "  two words")
  }

  @Test("may move WASM-4's mouse and hold bits of its gamepads")
  func readsMouseAndGamepads() throws {
    let one = try #require(
      try read(
        """
        cart = "a"
        input = [
          { at = [2, 9], mouse = [-3, 159, 5], gamepad = 0x10 }, { at = 4, player = 4, gamepad = 129 },
          { at = 5, mouse = [1, 2, 0] }, { at = 5, gamepad = 1, press = "s" },
        ]
        expect = [{ at = 9, exit = true }]
        """
      ).first)
    #expect(one.input(frame: 1) == InputFrame())
    #expect(one.input(frame: 4).mouse == MouseInput(x: -3, y: 159, buttons: 5))
    #expect(one.input(frame: 4).players.map(\.gamepad) == [0x10, 0, 0, 129])
    #expect(one.input(frame: 5).mouse == MouseInput(x: 1, y: 2))
    #expect(one.input(frame: 5).first.gamepad == 0x11)
    #expect(one.input(frame: 5).first.buttons == .south)
  }

  @Test("has several cases with inputs and expectations of their own")
  func readsSeveral() throws {
    let cases = try read(
      """
      [[case]]
      cart = "a"
      expect = [{ trap = "unreachable" }, { at = 2, pixel = [1, 2, "◑"] },]
      [[case]]
      name = "second"
      cart = "b"
      [[case.expect]]
      exit = true
      """)
    #expect(cases.map(\.name) == ["case 1", "second"])
    #expect(cases.map(\.expectations.count) == [2, 1])
    #expect(cases.map(\.lastFrame) == [nil, nil])
    #expect(cases.map(\.place.line) == [1, 4])
  }

  @Test(
    "is refused with line and column",
    arguments: [
      ("cart = \"a\"\n[[expect]]\nat = 0", "3:6: at goes from 1 to 5184000"),
      ("cart = \"a\"\nfps = 1\nexpect = [{at = 1, exit = true}]", "2:1: there is no key 'fps'"),
      ("cart = \"a", "1:10: the text has no end, the file ends here"),
      ("cart = \"a\" x", "1:12: the line should end here"),
      ("cart = 1979-05-27", "1:8: '1979-05-27' is no value"),
      ("cart = \"\\q\"", "1:9: there is no such escape"),
      ("a.b = 1\na.b = 2", "2:3: 'b' is there twice"),
      ("a = {b = 1}\na.c = 2", "2:1: 'a' cannot be added to here"),
      ("[a]\n[a]", "2:2: 'a' is there twice"),
      ("é = 1", "1:1: a key is missing"),
      ("\"é\" = 1 1", "1:9: the line should end here"),
      ("cart = \"a\"", "1:1: nothing is expected"),
      ("cart = \"a\"\n[[expect]]\nexit = true\naudio = \"\"", "2:3: an expectation has one of"),
      ("cart = \"a\"\n[[expect]]\nlog = { matches = \"(\" }", "3:19: not a regular expression"),
      ("cart = \"a\"\nframes = 2\n[[expect]]\nat = 3\nlog = \"\"", "3:3: frame 3 comes after"),
      ("cart = \"a\"\n[[expect]]\nlog = \"\"", "1:1: the key 'frames' is missing"),
      ("cart = \"a\"\n[[input]]\nat = 1\nmouse = [1, 2]", "4:9: mouse is an array of 3 values"),
      ("cart = \"a\"\n[[input]]\nat = 1\nmouse = [1, 2, 256]", "4:16: the byte of the mouse"),
      ("cart = \"a\"\n[[input]]\nat = 1\ngamepad = -1", "4:11: gamepad goes from 0 to 255"),
    ] as [(String, String)])
  func isRefused(text: String, message: String) {
    do throws(TextFault) {
      _ = try read(text)
      Issue.record("it was read")
    } catch {
      #expect(error.description.hasPrefix(message), "\(error)")
    }
  }

  @Test("may hold anything without harm")
  func survivesDamage() {
    let text = Array(
      """
      cart = "a"
      frames = +1_0
      settings = { theme = 0b1, name = 'x' }
      expect = [
        { at = 1, memory = { symbol = "s", f32 = -1.5e3 } },
        { at = 2, save = { file = "f", bytes = "00 ff" } },
        { at = 3, region = { x = 65535, rows = ["K.◕", ""] } },
      ]
      input = [{ at = [1, 5184000], pad = [-1000, 1000] }]
      """.utf8)
    #expect(throws: Never.self) { try CaseReader.read(text, file: "f") }
    var random = SeededGenerator(state: 1)
    for _ in 0..<600 {
      var damaged = text
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        let at = Int.random(in: 0..<damaged.count, using: &random)
        switch Int.random(in: 0...2, using: &random) {
        case 0: damaged[at] = UInt8.random(in: 0...255, using: &random)
        case 1: damaged.remove(at: at)
        default: damaged.insert(Array("[]{}\"'=.#\n-9".utf8).randomElement() ?? 0, at: at)
        }
      }
      _ = try? CaseReader.read(damaged, file: "f")
    }
    let arrays = "a = " + String(repeating: "[", count: 100_000)
    let parts = String(repeating: "a.", count: 99_999)
    for deep in [arrays, parts] {
      #expect(throws: TextFault.self) { try CaseReader.read(Array(deep.utf8), file: "f") }
    }
  }
}
