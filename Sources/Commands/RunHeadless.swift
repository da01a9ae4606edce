import ArgumentParser
import Console
import Dispatch
import Foundation
import Headless
import Postmortem
import Replay

/// What `glowjar run --headless` understands.
struct HeadlessOptions: ParsableArguments {
  @Option(help: "Who presses what in which frames; see the README.", completion: .file())
  var input: String?

  @Option(
    help: ArgumentHelp("Save the picture of a frame; may be repeated.", valueName: "frame:file"))
  var screenshot: [ScreenshotRequest] = []

  @Option(help: ArgumentHelp("Frames whose picture is hashed.", valueName: "frames"))
  var hash: [FrameList] = []

  @Option(
    help: ArgumentHelp(
      "Where pictures go that the input takes with the console's menu.", valueName: "folder"),
    completion: .directory)
  var menuScreenshots: String?

  @Option(help: "Processor time that a callback may take, in seconds.")
  var callbackLimit: Double?

  @Flag(help: ArgumentHelp("Measure the time in host calls.", visibility: .hidden))
  var hostTime = false

  /// The first option on the command line's help that was given; nil if none was.
  var firstUsed: String? {
    let used: [(String, Bool)] = [
      ("--input", input != nil), ("--screenshot", !screenshot.isEmpty), ("--hash", !hash.isEmpty),
      ("--menu-screenshots", menuScreenshots != nil), ("--callback-limit", callbackLimit != nil),
      ("--host-time", hostTime),
    ]
    return used.first { $0.1 }?.0
  }

  /// Checks that the options make sense together.
  func validateForRun(frames: Int) throws {
    let asked = hash.flatMap(\.frames) + screenshot.map(\.frame)
    if let beyond = asked.first(where: { $0 > frames }) {
      throw ValidationError("frame \(beyond) is beyond the \(frames) of --frames")
    }
    if let callbackLimit, !(callbackLimit > 0 && callbackLimit.isFinite) {
      throw ValidationError("--callback-limit needs a number above 0")
    }
  }

  /// Runs the cart; exits with 134 if it crashed.
  func run(
    _ path: String, _ cart: Cart, on profile: any Profile.Type, options: ConsoleOptions,
    frames: Int, json: Bool, recording: WAVFile?, record: String?, crash: CrashWishes
  ) throws {
    let script = try readScript()
    var options = options
    options.callbackLimit = callbackLimit ?? 10
    if hostTime { options.hostClock = { DispatchTime.now().uptimeNanoseconds } }
    let recorder = Recorder(
      cart, profile: profile.name, options: &options, consoleVersion: Glowjar.version,
      cartPath: absolutePath(path))
    let console: Console
    do {
      console = try Console(cart: cart, profile: profile, options: options)
    } catch {
      throw Failure(error, cart: path)
    }
    var trouble: Failure?
    let run = HeadlessRun(
      frames: frames, input: script, hashed: Set(hash.flatMap(\.frames)),
      photographed: Set(screenshot.map(\.frame)))
    func keep(_ picture: Picture, _ path: String) {
      do throws(Failure) {
        try save(picture, to: path)
      } catch {
        trouble = trouble ?? error
      }
    }
    let result = run.run(console) { frame, picture in
      for request in screenshot where request.frame == frame { keep(picture, request.path) }
    } onScreenshot: { frame, picture in
      if let menuScreenshots { keep(picture, "\(menuScreenshots)/\(frame).png") }
    } onSound: { samples in
      recording?.append(samples)
    } onStep: { frame, input, outcome in
      recorder?.add(frame: frame, input, outcome, console)
      return true
    }
    recorder?.closed(result.outcome)
    let replay =
      record != nil || result.crash != nil ? recorder?.replay(console) : nil
    do throws(Failure) {
      try recording?.finish()
      if let record, let replay { try ReplaySaving.write(replay, to: record) }
    } catch {
      trouble = trouble ?? error
    }
    try show(result, console, profile, json: json) { crashed in
      var keeper = CrashRecorder(crash)
      _ = keeper.record(crashed, of: cart, replay)
    }
    if let trouble { throw trouble }
  }

  private func show(
    _ result: HeadlessResult, _ console: Console, _ profile: any Profile.Type, json: Bool,
    onCrash: (Crash) -> Void
  ) throws {
    if json {
      try printJSON(HeadlessReport(profile: profile.name, result))
    } else {
      for line in result.log { printError("\(line.frame) \(line.level): \(line.text)") }
      print("\(visible(console.title)): \(result.frames) frames on \(profile.name)")
      for (frame, hash) in result.hashes.sorted(by: { $0.key < $1.key }) {
        print("\(frame) \(hash)")
      }
    }
    guard let crash = result.crash else { return }
    onCrash(crash)
    throw ExitCode(ExitStatus.trapped.rawValue)
  }

  private func readScript() throws(Failure) -> InputScript {
    guard let input else { return InputScript() }
    guard let text = String(validating: try readFile(input), as: UTF8.self) else {
      throw .badData(input, "not valid UTF-8")
    }
    do {
      return try InputScript(parsing: text)
    } catch {
      throw .badData("\(input):\(error.line):\(error.column)", error.reason)
    }
  }
}

/// Writes a picture as a PNG file.
private func save(_ picture: Picture, to path: String) throws(Failure) {
  let bytes: [UInt8]
  do {
    bytes = try PNG.encode(picture)
  } catch {
    throw .internalError(path, "\(error)")
  }
  do {
    try Data(bytes).write(to: URL(fileURLWithPath: path))
  } catch {
    throw Failure(status: .cannotCreate, what: path, why: "cannot be written")
  }
}
