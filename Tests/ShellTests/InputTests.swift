import Console
import Shell
import Testing

@Suite("Keyboard and controllers")
struct InputTests {
  /// Arrows, a key for each button, and a second player.
  private static let map = ControlMap(
    playerCount: 2,
    keys: [
      .up: .init(.up), .down: .init(.down), .left: .init(.left), .right: .init(.right),
      .keypad5: .init(.center), .x: .init(.south), .space: .init(.south), .z: .init(.east),
      .q: .init(.south, player: 1), .e: .init(.up, player: 1), .w: .init(.north, player: 3),
    ],
    buttons: [.south: .south, .north: .south, .leftTrigger: .east], mouseTouchesPad: true)

  private func mixer() -> InputMixer { InputMixer(controls: Self.map) }

  @Test func `Escape means menu, back or quit by what is on the screen`() {
    #expect(Keymap.action(key: 27, focus: .game) == .openMenu)
    #expect(Keymap.action(key: 27, focus: .menu) == .back)
    #expect(Keymap.action(key: 27, focus: .crash) == .quit)
  }

  @Test func `Arrow keys touch the edge, opposites cancel, the middle is a touch`() {
    var mixer = self.mixer()
    #expect(mixer.take() == InputFrame(players: [PlayerInput(), PlayerInput()]))
    mixer.press(key: .up)
    mixer.press(key: .left)
    #expect(mixer.take().first.pad == SIMD2(-1000, 1000))
    mixer.press(key: .right)
    #expect(mixer.take().first.pad == SIMD2(0, 1000))
    mixer.releaseAll()
    mixer.press(key: .keypad5)
    #expect(mixer.take().first.pad == .zero)
  }

  @Test func `A key that goes down and up between two frames counts once`() {
    var mixer = self.mixer()
    mixer.press(key: .x)
    mixer.release(key: .x)
    #expect(mixer.take().first.buttons == .south)
    #expect(mixer.take().first.buttons == [])
  }

  @Test func `A controller button that goes down and up between two frames counts once`() {
    var mixer = self.mixer()
    mixer.update(pad: 7, to: PadState(held: [.menu, .down]))
    mixer.update(pad: 7, to: PadState())
    #expect(
      mixer.take().first == PlayerInput(pad: SIMD2(0, -1000), buttons: .menu, directions: .down))
    #expect(mixer.take().first == PlayerInput())
  }

  @Test func `The mouse is a finger: the middle of the picture is the middle of the pad`() {
    let picture = Placement(x: 20, y: 10, width: 720, height: 480)
    #expect(MousePad.touch(x: 380, y: 250, in: picture) == .zero)
    #expect(MousePad.touch(x: 380, y: 10, in: picture) == SIMD2(0, 1000))
    #expect(MousePad.touch(x: 500, y: 370, in: picture) == SIMD2(500, -500))
    #expect(MousePad.touch(x: 20, y: 490, in: picture) == SIMD2(-1000, -1000))
    #expect(MousePad.touch(x: 99_999, y: -99_999, in: picture) == SIMD2(1000, 1000))
  }

  @Test func `The finger of the mouse stays until it is lifted, and a short touch counts once`() {
    var mixer = self.mixer()
    mixer.touch(SIMD2(10, 20))
    mixer.press(key: .up)
    #expect(mixer.take().first.pad == SIMD2(10, 20))
    mixer.touch(SIMD2(30, 40))
    #expect(mixer.take().first.pad == SIMD2(30, 40))
    mixer.release(key: .up)
    mixer.liftFinger()
    #expect(mixer.take().first.pad == nil)
    mixer.touch(SIMD2(1, 2))
    mixer.liftFinger()
    #expect(!mixer.isTouched)
    #expect(mixer.take().first.pad == SIMD2(1, 2))
    #expect(mixer.take().first.pad == nil)
    mixer.touch(SIMD2(1, 2))
    mixer.update(pad: 3, to: PadState(held: [.left]))
    #expect(mixer.take().first.pad == SIMD2(-1000, 0))
    mixer.releaseAll()
    #expect(mixer.take().first.pad == nil)
  }

  @Test func `Keyboard and controller add up, and the controller's pad comes first`() {
    var mixer = self.mixer()
    mixer.press(key: .x)
    mixer.press(key: .up)
    mixer.update(pad: 0, to: PadState(held: [.east, .left]))
    #expect(
      mixer.take().first
        == PlayerInput(
          pad: SIMD2(-1000, 0), buttons: [.south, .east], directions: [.up, .left]))
    mixer.remove(pad: 0)
    #expect(
      mixer.take().first == PlayerInput(pad: SIMD2(0, 1000), buttons: .south, directions: .up))
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
    var mixer = self.mixer()
    for (id, control) in [(0, Controls.south), (1, .east), (2, .west)] {
      mixer.update(pad: Int32(id), to: PadState(held: control))
    }
    let players = mixer.take().players
    #expect(players.map(\.buttons) == [[.south, .west], .east])
    mixer.remove(pad: 1)
    mixer.update(pad: 9, to: PadState(held: .north))
    #expect(mixer.take().players[1].buttons == .north)
  }

  @Test func `Keys belong to players, and those of further players do nothing`() {
    var mixer = self.mixer()
    for key in [Key.q, .e, .w, .left] { mixer.press(key: key) }
    mixer.press(scancode: 9999)
    let players = mixer.take().players
    #expect(players.map(\.buttons) == [[], .south])
    #expect(players.map(\.directions) == [.left, .up])
  }

  @Test func `Of two keys that mean the same one may be let go`() {
    var mixer = self.mixer()
    mixer.press(key: .x)
    mixer.press(key: .space)
    _ = mixer.take()
    mixer.release(key: .x)
    #expect(mixer.take().first.buttons == .south)
    mixer.release(key: .space)
    #expect(mixer.take().first.buttons == [])
  }

  @Test func `Of two controller buttons that mean the same one may be let go`() {
    var state = PadState()
    for button in [ControllerButton.south, .north, .leftTrigger, .guide] {
      state.hold(button, isDown: true, meaning: Self.map.buttons)
    }
    #expect(state.held == [.south, .east])
    state.hold(.south, isDown: false, meaning: Self.map.buttons)
    #expect(state.held == [.south, .east])
    state.hold(.north, isDown: false, meaning: Self.map.buttons)
    #expect(state.held == .east)
  }

  @Test func `The mouse rests until it moves, and a short click counts once`() {
    var mixer = self.mixer()
    #expect(mixer.take().mouse == .rest)
    mixer.moveMouse(x: -3, y: 100_000)
    mixer.hold(mouseButton: 2, isDown: true)
    mixer.hold(mouseButton: 2, isDown: false)
    #expect(mixer.take().mouse == MouseInput(x: -3, y: .max, buttons: 2))
    mixer.hold(mouseButton: 1, isDown: true)
    _ = mixer.take()
    #expect(mixer.take().mouse.buttons == 1)
    mixer.releaseAll()
    #expect(mixer.take().mouse.buttons == 0)
  }

  @Test func `A point of the window is a place of the picture, beyond its edges too`() {
    let place = Placement(x: 120, y: 0, width: 480, height: 480)
    func point(_ x: Int, _ y: Int) -> [Int] {
      let found = place.picturePoint(x: x, y: y, pictureWidth: 160, pictureHeight: 160)
      return [found.x, found.y]
    }
    #expect(point(120, 0) == [0, 0])
    #expect(point(122, 5) == [0, 1])
    #expect(point(599, 479) == [159, 159])
    #expect(point(119, 480) == [-1, 160])
  }

  @Test func `A virtual controller's script is refused with its line`() throws {
    _ = try VirtualPad(script: "0 attach # comes\n\n100 press a\n120 axis leftx -32768\n200 detach")
    #expect(throws: VirtualPad.ScriptError.self) { try VirtualPad(script: "0 press nothing") }
    #expect(throws: VirtualPad.ScriptError.self) { try VirtualPad(script: "axis leftx 1") }
    #expect(throws: VirtualPad.ScriptError.self) { try VirtualPad(script: "1 axis leftx 40000") }
  }

  // SDL's numbers of buttons.
  private static let buttons = (0...14).map { PadInput.button($0) }
  private static let padInputs =
    buttons + [.leftTrigger, .rightTrigger]
    + [.up, .down, .left, .right].flatMap { [.leftStick($0), .rightStick($0)] }

  @Test func `A controller alone reaches all that the keyboard does`() {
    func actions(_ focus: Keymap.Focus) -> [ShellAction] {
      Self.padInputs.compactMap { Keymap.action(pad: $0, focus: focus) }
    }
    for action in [ShellAction.up, .down, .top, .bottom, .confirm, .back] {
      #expect(actions(.menu).contains(action))
    }
    for action in [
      ShellAction.up, .down, .pageUp, .pageDown, .otherEnd, .lineUp, .lineDown, .listPageUp,
      .listPageDown, .listOtherEnd, .unfold, .fold, .openSource, .copy, .save, .restart, .quit,
    ] {
      #expect(actions(.crash).contains(action))
    }
  }

  @Test func `With Shift the keys that scroll move through the backtrace`() {
    let pageDown: Int32 = 1_073_741_902
    let end: Int32 = 1_073_741_901
    #expect(Keymap.action(key: pageDown, focus: .crash) == .pageDown)
    #expect(Keymap.action(key: pageDown, hasShift: true, focus: .crash) == .listPageDown)
    #expect(Keymap.action(key: end, focus: .crash) == .bottom)
    #expect(Keymap.action(key: end, hasShift: true, focus: .crash) == .listBottom)
    // A capital letter means the same.
    #expect(Keymap.action(key: 99, hasShift: true, focus: .crash) == .copy)
  }

  @Test func `Buttons are called what is printed on them`() {
    let south = PadInput.button(0)
    #expect(ButtonNames.xbox.name(of: south) == "A")
    #expect(ButtonNames.playStation.name(of: south) == "Cross")
    #expect(ButtonNames.nintendo.name(of: south) == "B")
    #expect(ButtonNames.playStation.name(of: .rightTrigger) == "R2")
    #expect(ButtonNames.xbox.name(of: .button(11)) == "D-pad")
  }

  @Test func `What is held on a controller counts again after a while, then steadily`() {
    var held = HeldInput()
    #expect(held.wait(now: 0) == nil)
    held.press(.leftStick(.down), now: 1000)
    #expect(held.due(now: 1000) == nil)
    #expect(held.wait(now: 1000) == HeldInput.delay)
    let start = 1000 + HeldInput.delay
    #expect(held.due(now: start) == .leftStick(.down))
    #expect(held.due(now: start) == nil)
    #expect(held.due(now: start + HeldInput.period) == .leftStick(.down))
    // A loop that was held up does not make up for it.
    #expect(held.due(now: start + 50 * HeldInput.period) == .leftStick(.down))
    #expect(held.due(now: start + 50 * HeldInput.period + 1) == .leftStick(.down))
    #expect(held.due(now: start + 50 * HeldInput.period + 2) == nil)
    held.release(.leftTrigger)
    #expect(held.wait(now: start) != nil)
    held.release(.leftStick(.down))
    #expect(held.due(now: start + 100 * HeldInput.period) == nil)
  }

  @Test func `A stick switches when pushed far, and not again while it trembles`() {
    var stick = AxisSwitch()
    stick.take(stick: SIMD2(0, 18000))
    #expect(stick.side == nil)
    stick.take(stick: SIMD2(-4000, 22000))
    #expect(stick.side == .down)
    stick.take(stick: SIMD2(0, 15000))
    #expect(stick.side == .down)
    stick.take(stick: SIMD2(-32768, 12000))
    #expect(stick.side == .left)
    stick.take(stick: SIMD2(100, -100))
    #expect(stick.side == nil)
    var trigger = AxisSwitch()
    trigger.take(trigger: 20000)
    #expect(trigger.isPulled)
    trigger.take(trigger: 15000)
    #expect(trigger.isPulled)
    trigger.take(trigger: 0)
    #expect(!trigger.isPulled)
  }
}

extension InputMixer {
  fileprivate mutating func press(key: Key) { press(scancode: key.rawValue) }
  fileprivate mutating func release(key: Key) { release(scancode: key.rawValue) }
}
