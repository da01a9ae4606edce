import ArgumentParser
import Console
import Foundation
import Headless
import Replay
import Shell
import Synchronization

/// What `glowjar run` understands where it plays in a window.
struct WindowOptions: ParsableArguments {
  /// Identity for the desktop: the name of the .desktop file and the icon.
  static let applicationID = "io.github.glowjar.Glowjar"

  @Flag(help: "Start in fullscreen; F11 and Alt+Enter change it.")
  var fullscreen = false

  @Option(help: "Window pixels for each of the cart's; by default by the desktop's size.")
  var scale: Int?

  @Option(help: "How loud, from 0 to 100; the keys - and + change it.")
  var volume = 100

  @Flag(help: "Start without sound; M switches it on and off.")
  var mute = false

  @Option(help: ArgumentHelp("Plays a controller from a script.", visibility: .hidden))
  var virtualPad: String?

  /// The first option that was given; nil if none was.
  var firstUsed: String? {
    if fullscreen { return "--fullscreen" }
    if scale != nil { return "--scale" }
    if volume != 100 { return "--volume" }
    if mute { return "--mute" }
    return virtualPad == nil ? nil : "--virtual-pad"
  }

  func validate() throws {
    if !(0...100).contains(volume) {
      throw ValidationError("--volume goes from 0 to 100")
    }
    if let scale, !(1...16).contains(scale) { throw ValidationError("--scale goes from 1 to 16") }
  }

  /// Plays the cart until the window closes; exits with 134 if the player leaves a crash.
  func run(
    _ path: String, _ cart: Cart, on profile: any Profile.Type, options: ConsoleOptions,
    data: DataPlace, frames: Int?, json: Bool, recording: WAVFile?, record: String?,
    crash: CrashWishes
  ) throws {
    let session = WindowSession(crash, recording: record)
    var shell = try shellOptions(title: cart.id, on: profile, frames: frames, session: session)
    if let recording { shell.record = { recording.append($0) } }
    // The first start plays what was opened; a restart looks at the disk again.
    let first = Mutex<Cart?>(cart)
    let ending = ShellLoop.run(shell) { willRun in
      // A cart that runs another one has it played in its place from then on.
      let path = session.nextCart.flatMap(data.path) ?? path
      let again = try first.withLock { $0.take() } ?? (canReread(path) ? readCart(path) : cart)
      return try ConsolePlayer(
        again, at: path, on: profile, options: data.options(options, for: again, on: profile),
        session: session, willRun: willRun)
    }
    if json { try printJSON(WindowReport(profile: profile.name, session: session)) }
    try leave(ending, path)
    try recording?.finish()
  }

  /// Whether a restart finds the cart where it was.
  private func canReread(_ path: String) -> Bool { path != StandardInput.word }

  /// Plays a recording until it is over, or differs: then the exit status is 1.
  func replay(
    _ replay: Replay, _ path: String, _ cart: Cart, on profile: any Profile.Type,
    options: ConsoleOptions, compares: Bool, crash: CrashWishes
  ) throws {
    let session = WindowSession(crash)
    let shell = try shellOptions(
      title: cart.id, on: profile, frames: nil, session: session)
    let ending = ShellLoop.run(shell) { willRun in
      var options = options
      // A new start finds what the recorded one found.
      options.storage = replay.makeStorage()
      return try ConsolePlayer(
        cart, at: path, on: profile, options: options, session: session,
        playback: Playback(replay, compares: compares), willRun: willRun)
    }
    if let difference = session.difference {
      print("\(difference)")
      throw ExitCode(ExitStatus.negative.rawValue)
    }
    try leave(ending, path)
  }

  private func shellOptions(
    title: String, on profile: any Profile.Type, frames: Int?, session: WindowSession
  ) throws -> ShellOptions {
    var shell = ShellOptions(
      title: title, applicationID: Self.applicationID, pictureWidth: profile.screenSize.width,
      pictureHeight: profile.screenSize.height, controls: profile.controls)
    shell.isFullscreen = fullscreen
    shell.volume = Volume(level: volume, isMuted: mute)
    shell.warn = { printError("glowjar: warning: \($0)") }
    shell.scale = scale
    shell.frameLimit = frames
    // Where a player may add controllers.
    shell.mappingsPath = BaseFolder.config.path().map { $0 + "/gamecontrollerdb.txt" }
    shell.saveReport = { session.save($0) }
    let environment = ProcessInfo.processInfo.environment
    shell.editor = SourceEditor(
      visual: environment["VISUAL"], terminal: environment["TERMINAL"])
    shell.onCrashShown = { session.note(crashShownAfter: $0, isComplete: $1) }
    shell.onFirstPicture = { session.note(times: $0) }
    if let virtualPad {
      do {
        shell.virtualPad = try VirtualPad(
          script: String(decoding: try readFile(virtualPad), as: UTF8.self))
      } catch let error as VirtualPad.ScriptError {
        throw Failure.badData(virtualPad, "\(error)")
      }
    }
    return shell
  }

  private func leave(_ ending: ShellEnding, _ path: String) throws {
    switch ending {
    case .quit: return
    case .crashed: throw ExitCode(ExitStatus.trapped.rawValue)
    case .signalled(let number):
      if number == SIGINT { throw ExitCode(ExitStatus.interrupted.rawValue) }
    case .failed(let error as CartError): throw Failure(error, cart: path)
    case .failed(let error): throw error
    case .noDisplay(let reason):
      throw Failure(status: .unavailable, what: "no display", why: reason)
    }
  }
}
