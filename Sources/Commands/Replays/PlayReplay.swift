import ArgumentParser
import Console
import Headless
import Postmortem
import Replay
import Shell

/// `glowjar replay FILE`: plays a recording, and compares it with what was recorded.
struct PlayReplay: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "replay", abstract: "Play a recorded run again, up to the first difference.",
    discussion: """
      Pictures are compared in every frame, memory each second. The first frame that differs is \
      named with the pages of 64 KiB of the memory that differ, and ends the play with status 1. A \
      crash that was recorded ends it with status 134, or with 0 under --verify. Saved files are \
      those of the recording; none of the player's is read or written.
      """)

  @Argument(help: "A replay, or the folder of a crash.", completion: .file())
  var file: String

  @Option(help: "The recorded cart, where it is no longer where it was.", completion: .file())
  var cart: String?

  @Flag(help: "Run without a display, as fast as it goes.")
  var headless = false

  @Flag(help: "Only compare, without a display: status 0 if all is as it was recorded, else 1.")
  var verify = false

  @Flag(help: "Play the input on a cart that has changed; nothing is compared.")
  var changedCart = false

  @Option(help: FuelOption.help) var fuel: UInt64?

  @Option(help: "Processor time that a callback may take without a display, in seconds.")
  var callbackLimit: Double?

  @OptionGroup(title: "In the window") var windowOptions: WindowOptions

  @OptionGroup(title: "When it crashes") var crashOptions: CrashOptions

  func validate() throws {
    if changedCart && verify {
      throw ValidationError("--verify does not go with --changed-cart, which compares nothing")
    }
    if headless || verify, let option = windowOptions.firstUsed {
      throw ValidationError("\(option) does not go with --headless")
    }
    if let callbackLimit, !(callbackLimit > 0 && callbackLimit.isFinite) {
      throw ValidationError("--callback-limit needs a number above 0")
    }
  }

  func run() throws {
    let replay = try ReplaySaving.read(file)
    let opened = try ReplayCart(for: replay, cart, allowsOther: changedCart)
    if replay.header.filesLeftOut > 0 {
      printError(
        "glowjar: warning: \(replay.header.filesLeftOut) saved files were too large to record")
    }
    var wishes = crashOptions.wishes(forCart: CartPlace(opened.path).path)
    wishes.keepsBundle = false
    var options = replay.options
    options.fuel = fuel ?? options.fuel
    // Counting stops elsewhere than what was recorded.
    let compares = !changedCart && options.fuel == replay.header.fuel
    if headless || verify {
      try playHeadless(replay, opened, options, compares, wishes)
    } else {
      try windowOptions.replay(
        replay, opened.path, opened.cart, on: opened.profile, options: options, compares: compares,
        crash: wishes)
    }
  }

  private func playHeadless(
    _ replay: Replay, _ opened: ReplayCart, _ options: ConsoleOptions, _ compares: Bool,
    _ wishes: CrashWishes
  ) throws {
    var options = options
    options.callbackLimit = callbackLimit ?? Self.callbackLimit(replay)
    let console: Console
    do {
      console = try Console(cart: opened.cart, profile: opened.profile, options: options)
    } catch {
      throw Failure(error, cart: opened.path)
    }
    let playback = Playback(replay, compares: compares)
    let start = ContinuousClock.now
    let result = HeadlessRun(frames: replay.frames, input: playback.input(frame:)).run(
      console,
      onStep: { frame, _, outcome in playback.compare(frame: frame, outcome, console) })
    playback.finish(result.outcome, console)
    let seconds = start.duration(to: .now) / .seconds(1)
    let speed = Int(Double(result.frames) / max(seconds, 1e-6))
    let name = visible(console.title, limit: 128)
    print("\(name): \(result.frames) of \(replay.frames) frames, \(speed) a second")
    if let difference = playback.difference {
      print("\(difference)")
      throw ExitCode(ExitStatus.negative.rawValue)
    }
    if compares { print("all as recorded") }
    if verify { return }
    guard let crash = result.crash else { return }
    var recorder = CrashRecorder(wishes)
    _ = recorder.record(crash)
    throw ExitCode(ExitStatus.trapped.rawValue)
  }

  /// What was stopped from outside hangs: no need to wait for long.
  private static func callbackLimit(_ replay: Replay) -> Double {
    replay.end.crash?.kind == "interrupted" ? 2 : 10
  }
}
