import Console
import Shell
import Testing

@Suite("Keyboard and controllers")
struct InputTests {
  // USB HID usage numbers, which SDL's scancodes are.
  private static let keys: [(UInt32, Controls)] = [
    (29, .south), (44, .south), (27, .east), (40, .east), (4, .west), (42, .west), (22, .north),
    (43, .menu), (82, .up), (81, .down), (80, .left), (79, .right), (96, .up), (90, .down),
    (92, .left), (94, .right), (93, .center),
  ]

  @Test(arguments: keys)
  func `Each key of the cart is where the console's makers put it`(
    scancode: UInt32, control: Controls
  ) {
    #expect(Keymap.control(scancode: scancode) == control)
  }

  @Test func `Escape means menu, back or quit by what is on the screen`() {
    #expect(Keymap.action(key: 27, focus: .game) == .openMenu)
    #expect(Keymap.action(key: 27, focus: .menu) == .back)
    #expect(Keymap.action(key: 27, focus: .crash) == .quit)
    #expect(Keymap.control(scancode: 41) == nil)
  }

  @Test func `Arrow keys touch the edge, opposites cancel, the middle is a touch`() {
    var mixer = InputMixer(playerCount: 1)
    #expect(mixer.take() == InputFrame())
    mixer.press(.up)
    mixer.press(.left)
    #expect(mixer.take().first.pad == SIMD2(-1000, 1000))
    mixer.press(.right)
    #expect(mixer.take().first.pad == SIMD2(0, 1000))
    mixer.releaseAll()
    mixer.press(.center)
    #expect(mixer.take().first.pad == .zero)
  }

  @Test func `A key that goes down and up between two frames counts once`() {
    var mixer = InputMixer(playerCount: 1)
    mixer.press(.south)
    mixer.release(.south)
    #expect(mixer.take().first.buttons == .south)
    #expect(mixer.take().first.buttons == [])
  }

  @Test func `A controller button that goes down and up between two frames counts once`() {
    var mixer = InputMixer(playerCount: 1)
    mixer.update(pad: 7, to: PadState(held: [.menu, .down]))
    mixer.update(pad: 7, to: PadState())
    #expect(mixer.take().first == PlayerInput(pad: SIMD2(0, -1000), buttons: .menu))
    #expect(mixer.take().first == PlayerInput())
  }

  @Test func `Keyboard and controller add up, and the controller's pad comes first`() {
    var mixer = InputMixer(playerCount: 1)
    mixer.press([.south, .up])
    mixer.update(pad: 0, to: PadState(held: [.east, .left]))
    #expect(mixer.take().first == PlayerInput(pad: SIMD2(-1000, 0), buttons: [.south, .east]))
    mixer.remove(pad: 0)
    #expect(mixer.take().first == PlayerInput(pad: SIMD2(0, 1000), buttons: .south))
  }

  @Test func `The directional pad gives one direction, downwards first`() {
    #expect(PadState(held: [.down, .up, .left, .right]).touch() == SIMD2(0, -1000))
    #expect(PadState(held: [.up, .left, .right]).touch() == SIMD2(0, 1000))
    #expect(PadState(held: [.left, .right]).touch() == SIMD2(-1000, 0))
  }

  @Test func `Sticks are scaled to a thousand, upwards positive`() {
    #expect(PadState(rightStick: SIMD2(32767, -32768)).touch() == SIMD2(1000, 1000))
    #expect(PadState(rightStick: SIMD2(-32768, 32767)).touch() == SIMD2(-1000, -1000))
    #expect(PadState(rightStick: SIMD2(1600, 0)).touch() == nil)
    #expect(PadState(rightStick: SIMD2(1800, 0)).touch() == SIMD2(54, 0))
    #expect(PadState(held: .rightTouch).touch() == .zero)
  }

  @Test func `The left stick acts while its shoulder is held, or clearly deflected`() {
    let slight = SIMD2<Int16>(3277, 0)
    #expect(PadState(leftStick: slight).touch() == nil)
    #expect(PadState(held: .leftTouch, leftStick: slight).touch() == SIMD2(100, 0))
    #expect(PadState(leftStick: SIMD2(16384, 0)).touch() == SIMD2(500, 0))
  }

  @Test func `Controllers fill the players in order and share player 1 when there are more`() {
    var mixer = InputMixer(playerCount: 2)
    for (id, control) in [(0, Controls.south), (1, .east), (2, .west)] {
      mixer.update(pad: Int32(id), to: PadState(held: control))
    }
    let players = mixer.take().players
    #expect(players.map(\.buttons) == [[.south, .west], .east])
    mixer.remove(pad: 1)
    mixer.update(pad: 9, to: PadState(held: .north))
    #expect(mixer.take().players[1].buttons == .north)
  }

  @Test func `A virtual controller's script is refused with its line`() throws {
    _ = try VirtualPad(script: "0 attach # comes\n\n100 press a\n120 axis leftx -32768\n200 detach")
    #expect(throws: VirtualPad.ScriptError.self) { try VirtualPad(script: "0 press nothing") }
    #expect(throws: VirtualPad.ScriptError.self) { try VirtualPad(script: "axis leftx 1") }
    #expect(throws: VirtualPad.ScriptError.self) { try VirtualPad(script: "1 axis leftx 40000") }
  }
}
