import Console
import TestKit
import Testing
import Wasm4

// Rules: wasm4.md sections 3 and 10.
@Suite("Input")
struct InputTests {
  /// The bytes of memory 0x16...0x1E as the cart sees them in a frame.
  private func registers(_ input: InputFrame) throws -> [Int] {
    let copies: [TestCart.Action] = (0..<9).map {
      .code(Op.i32(0xA0 + $0) + Op.i32(0x16 + $0) + [0x2D, 0, 0, 0x3A, 0, 0])
    }
    var cart = TestCart()
    cart.callbacks["update"] = copies
    let console = try cart.console()
    _ = console.step(input)
    return (0..<9).map { byte in
      (0..<4).reduce(0) { $0 | Int(console.picture.pixels[4 * byte + $1]) << (2 * $1) }
    }
  }

  @Test func `Buttons and directions have their bits, opposite ones together too`() throws {
    let players = [
      PlayerInput(buttons: .south), PlayerInput(buttons: .east, directions: [.left, .right]),
      PlayerInput(buttons: [.north, .west], directions: .up), PlayerInput(directions: .down),
    ]
    #expect(try registers(InputFrame(players: players))[..<4] == [1, 0x32, 0x43, 0x80])
  }

  @Test func `A pushed stick is a direction, and diagonals are two`() throws {
    func byte(_ x: Int16, _ y: Int16) throws -> Int {
      try registers(InputFrame(players: [PlayerInput(pad: [x, y])]))[0]
    }
    #expect(try byte(400, -400) == 0)
    #expect(try byte(-800, 800) == 0x50)
    #expect(try byte(800, -800) == 0xA0)
  }

  @Test func `A script's byte is added as it is`() throws {
    #expect(
      try registers(InputFrame(players: [PlayerInput(buttons: .south, gamepad: 0x2C)]))[0] == 0x2D)
  }

  @Test func `The mouse is where it is, and far away before it moves`() throws {
    let mouse = MouseInput(x: -2, y: 300, buttons: 5)
    #expect(try registers(InputFrame(mouse: mouse))[4...] == [0xFE, 0xFF, 0x2C, 0x01, 5])
    #expect(try registers(InputFrame())[4...] == [0xFF, 0x7F, 0xFF, 0x7F, 0])
  }

  @Test func `Three players share the keyboard`() {
    let keys = Wasm4Profile.controls.keys
    #expect(keys[.x] == .init(.south) && keys[.z] == .init(.east) && keys[.space] == .init(.south))
    #expect(keys[.up] == .init(.up) && keys[.left] == .init(.left))
    #expect(keys[.a] == .init(.south, player: 1) && keys[.tab] == .init(.east, player: 1))
    #expect(keys[.e] == .init(.up, player: 1) && keys[.f] == .init(.right, player: 1))
    #expect(keys[.keypad8] == .init(.up, player: 2) && keys[.keypadEnter]?.player == 2)
    #expect(Wasm4Profile.controls.playerCount == 4)
  }
}
