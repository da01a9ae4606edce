import Console
import Headless
import Testing

@Suite("An input script")
struct InputScriptTests {
  @Test("names the pad and the buttons of a frame")
  func namesPadAndButtons() throws {
    let script = try InputScript(parsing: "3 pad=600,-40 buttons=SM")
    #expect(
      script.input(frame: 3).first == PlayerInput(pad: [600, -40], buttons: [.south, .menu]))
  }

  @Test("leaves the frames that no line names without input", arguments: [1, 2, 4, 100])
  func leavesOthersIdle(frame: Int) throws {
    let script = try InputScript(parsing: "3 pad=600,0\n")
    #expect(script.input(frame: frame) == InputFrame())
  }

  @Test("has closed and open ranges")
  func hasRanges() throws {
    let script = try InputScript(parsing: "2-4 buttons=E\n10- buttons=N\r\n")
    let held = (1...12).map { script.input(frame: $0).first.buttons }
    #expect(held == [[], .east, .east, .east, [], [], [], [], [], .north, .north, .north])
    #expect(script.input(frame: .max).first.buttons == .north)
  }

  @Test("lets the last of several lines count, as a whole")
  func lastLineCounts() throws {
    let script = try InputScript(
      parsing: "1-9 pad=1,2 buttons=S\n5 buttons=W\n6 pad=none buttons=-")
    #expect(script.input(frame: 4).first == PlayerInput(pad: [1, 2], buttons: .south))
    #expect(script.input(frame: 5).first == PlayerInput(buttons: .west))
    #expect(script.input(frame: 6).first == PlayerInput())
  }

  @Test("addresses further players by number")
  func addressesPlayers() throws {
    let input = try InputScript(parsing: "1 p3.buttons=W buttons=s p3.pad=0,7").input(frame: 1)
    #expect(
      input.players == [
        PlayerInput(buttons: .south), PlayerInput(), PlayerInput(pad: [0, 7], buttons: .west),
      ])
  }

  @Test("takes raw bytes of gamepads and the mouse beside the named forms")
  func takesBytes() throws {
    let script = try InputScript(
      parsing: "41 gamepad1=33 mouse=12,40,1 buttons=S\n42 gamepad3=255 mouse=-1,-32768,0")
    #expect(
      script.input(frame: 41)
        == InputFrame(
          players: [PlayerInput(buttons: .south, gamepad: 33)],
          mouse: MouseInput(x: 12, y: 40, buttons: 1)))
    #expect(script.input(frame: 42).players.map(\.gamepad) == [0, 0, 255])
    #expect(script.input(frame: 42).mouse == MouseInput(x: -1, y: -32768))
    #expect(script.input(frame: 43).mouse == .rest)
  }

  @Test("skips comments and empty lines")
  func skipsComments() throws {
    let script = try InputScript(parsing: "# nothing\n\n  \t\n1 buttons=E # 2 buttons=S\n")
    #expect(script.input(frame: 1).first.buttons == .east)
    #expect(script.input(frame: 2).first.buttons == [])
  }

  @Test(
    "is refused with line and column of the wrong word",
    arguments: [
      ("x buttons=S", 1, 1), ("0 buttons=S", 1, 1), ("# fine\n 5-3 buttons=S", 2, 2),
      ("5-y pad=none", 1, 3), ("1  jump=S", 1, 4), ("1 buttons=SQ", 1, 12), ("1 buttons=", 1, 11),
      ("1 pad=1", 1, 7), ("1 pad=1,2,3", 1, 7), ("1 pad=1001,0", 1, 7), ("1 pad=99999,0", 1, 7),
      ("1 p5.buttons=S", 1, 3), ("1 p0.pad=none", 1, 3), ("1 p2.jump=1", 1, 6),
      ("- pad=none", 1, 1), ("1 gamepad1=256", 1, 12), ("1 gamepad5=1", 1, 3),
      ("1 gamepad=1", 1, 3), ("1 gamepad1=-1", 1, 12), ("1 mouse=1,2", 1, 9),
      ("1 mouse=40000,2,0", 1, 9), ("1 mouse=1,2,300", 1, 9),
      ("99999999999999999999 pad=none", 1, 1),
    ])
  func isRefused(text: String, line: Int, column: Int) {
    let error = #expect(throws: InputScriptError.self) { try InputScript(parsing: text) }
    #expect(error?.line == line)
    #expect(error?.column == column)
  }
}
