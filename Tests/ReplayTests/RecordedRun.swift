import Console
import Firefly
import Foundation
import Headless
import Replay

/// Runs of our carts, recorded and played as the program does it.
enum RecordedRun {
  static let roms = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appending(path: "roms")

  static func cart(_ name: String) throws -> Cart {
    try Cart.open(path: roms.appending(path: "\(name)/\(name).wasm").path)
  }

  /// Runs a cart and gives its recording; `onFrame` sees each picture.
  static func record(
    _ cart: Cart, frames: Int, script: String = "", options: ConsoleOptions = ConsoleOptions(),
    onFrame: (Int, Picture) -> Void = { _, _ in }
  ) throws -> Replay {
    var options = options
    guard
      let recorder = Recorder(cart, profile: "firefly", options: &options, consoleVersion: "test")
    else { throw ReplayError.notAReplay }
    let console = try Console(cart: cart, profile: FireflyProfile.self, options: options)
    let result = HeadlessRun(frames: frames, input: try InputScript(parsing: script)).run(
      console,
      onStep: { frame, input, outcome in
        recorder.add(frame: frame, input, outcome, console)
        if frame > 0 { onFrame(frame, console.picture) }
        return true
      })
    recorder.closed(result.outcome)
    return recorder.replay(console)
  }

  /// Plays a recording on a cart, perhaps with other input than was recorded; nil if nothing differs.
  static func difference(
    _ replay: Replay, on cart: Cart, options: ConsoleOptions? = nil,
    altering: @escaping (Int, InputFrame) -> InputFrame = { $1 },
    onFrame: (Int, Picture) -> Void = { _, _ in }
  ) throws -> ReplayDifference? {
    let console = try Console(
      cart: cart, profile: FireflyProfile.self, options: options ?? replay.options)
    let playback = Playback(replay)
    let result = HeadlessRun(
      frames: replay.frames, input: { altering($0, playback.input(frame: $0)) }
    ).run(
      console,
      onStep: { frame, _, outcome in
        if frame > 0 { onFrame(frame, console.picture) }
        return playback.compare(frame: frame, outcome, console)
      })
    playback.finish(result.outcome, console)
    return playback.difference
  }

  static func console(_ cart: Cart, _ options: ConsoleOptions) throws -> Console {
    try Console(cart: cart, profile: FireflyProfile.self, options: options)
  }

  /// A storage after what the profile asks for when it starts: stash and stats.
  static func skippingStart(_ storage: any Storage) throws -> any Storage {
    _ = try storage.read("stash")
    _ = try storage.read("stats")
    return storage
  }

  /// The recording after a way through its file.
  static func reread(_ replay: Replay) throws -> Replay {
    try ReplayFile.decode(try ReplayFile.encode(replay))
  }
}
