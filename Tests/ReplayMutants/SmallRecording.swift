import Console
import Firefly
import Replay

/// A recording of a cart that counts its frames in its memory, with saved files and all input.
public enum SmallRecording {
  /// Exports `memory` of two pages and `update`, which counts at address 0.
  public static let module: [UInt8] = [
    0x00, 0x61, 0x73, 0x6D, 1, 0, 0, 0,
    1, 4, 1, 0x60, 0, 0,
    3, 2, 1, 0,
    5, 3, 1, 0, 2,
    7, 0x13, 2, 6, 0x6D, 0x65, 0x6D, 0x6F, 0x72, 0x79, 2, 0,
    6, 0x75, 0x70, 0x64, 0x61, 0x74, 0x65, 0, 0,
    10, 0x11, 1, 0x0F, 0, 0x41, 0, 0x41, 0, 0x28, 2, 0, 0x41, 1, 0x6A, 0x36, 2, 0, 0x0B,
  ]

  /// The recording as a file.
  public static func make(frames: Int = 130) throws -> [UInt8] {
    var options = ConsoleOptions(
      seed: 7, settings: PlayerSettings(),
      storage: MemoryStorage(["stash": [1, 2, 3], "etc/save": Array(repeating: 9, count: 300)]),
      today: CalendarDate(year: 2026, month: 2, day: 3))
    options.fuel = 1000
    let cart = Cart(id: "counter", wasm: module)
    guard
      let recorder = Recorder(
        cart, profile: FireflyProfile.name, options: &options, consoleVersion: "1",
        cartPath: "/carts/counter.wasm")
    else { return [] }
    let console = try Console(cart: cart, profile: FireflyProfile.self, options: options)
    _ = try options.storage.read("etc/save")
    _ = try? options.storage.write("a/b/c/d/e/f/g/h/i", [])
    recorder.add(frame: 0, InputFrame(), console.boot(), console)
    for frame in 1...frames {
      let input = input(frame: frame)
      recorder.add(frame: frame, input, console.step(input), console)
    }
    recorder.closed(console.close())
    return try ReplayFile.encode(recorder.replay(console))
  }

  /// What the players do in a frame: every kind of input, each at rest now and then.
  public static func input(frame: Int) -> InputFrame {
    var input = InputFrame()
    if frame % 10 > 3 {
      input.players = [
        PlayerInput(
          pad: SIMD2(Int16(frame), -500), buttons: [.south, .west], directions: [.up, .left]),
        PlayerInput(buttons: .east, directions: .right, gamepad: 0x81),
      ]
    }
    if frame % 7 > 2 {
      input.mouse = MouseInput(x: Int16(frame), y: -3, buttons: UInt8(frame % 8))
    }
    return input
  }
}
