import Console
import Postmortem
import Replay
import Shell

/// A console as the window plays it: everything is recorded, the log goes to stderr.
final class ConsolePlayer: Player {
  private let console: Console
  private let session: WindowSession
  private let cart: Cart
  private let recorder: Recorder?
  /// What is played in place of the player's input.
  private let playback: Playback?
  private var crash: Crash?
  private var message: String?

  /// A console for a cart that was found at `path`; with a playback, what that holds is played.
  init(
    _ cart: Cart, at path: String, on profile: any Profile.Type, options: ConsoleOptions,
    session: WindowSession, playback: Playback? = nil,
    willRun: (_ interrupt: @escaping @Sendable () -> Void) -> Void
  ) throws(CartError) {
    var options = options
    recorder = Recorder(
      cart, profile: profile.name, options: &options, consoleVersion: Glowjar.version,
      cartPath: absolutePath(path))
    self.cart = cart
    self.playback = playback
    console = try Console(cart: cart, profile: profile, options: options, willRun: willRun)
    self.session = session
  }

  var title: String { visible(console.title, limit: 128) }

  var audio: (any AudioSource)? { console.audio }

  var picture: Picture { crash?.picture ?? console.picture }

  func takeMessage() -> String? { message.take() }

  func boot() -> PlayerOutcome {
    let outcome = console.boot()
    recorder?.add(frame: 0, InputFrame(), outcome, console)
    return take(outcome)
  }

  func step(_ input: InputFrame) -> PlayerOutcome {
    let frame = console.frameNumber + 1
    if let playback, frame > playback.replay.frames { return endReplay() }
    let input = playback?.input(frame: frame) ?? input
    let outcome = console.step(input)
    recorder?.add(frame: frame, input, outcome, console)
    return take(outcome)
  }

  func close() {
    let outcome = console.close()
    recorder?.closed(outcome)
    _ = take(outcome, isFrame: false)
  }

  /// The recording is over: closing the console is the last thing to compare.
  private func endReplay() -> PlayerOutcome {
    take(console.close(), isFrame: false)
  }

  private func saveRecording() {
    guard session.wantsRecording, let recorder else { return }
    session.save(recorder.replay(console))
  }

  func crashReport() -> CrashReport {
    guard let crash else { preconditionFailure("a report without a crash") }
    return session.outline(of: crash)
  }

  func detailedCrashReport() -> CrashReport? {
    crash.map { session.report($0, of: cart, recorder?.replay(console)) }
  }

  func keepReplay() {
    guard let recorder else {
      message = "Not saved: carts that see the console's own files are not recorded"
      return
    }
    keep(in: .replays()) { (folder) throws(Failure) in try folder.save(recorder.replay(console)) }
  }

  /// Saves something for the player, and says where.
  private func keep(
    in folder: KeepsakeFolder?, _ save: (KeepsakeFolder) throws(Failure) -> String
  ) {
    guard let folder else {
      message = "Not saved: there is no home folder"
      return
    }
    do throws(Failure) {
      let path = try save(folder)
      printError("saved \(path)")
      message = "Saved as \(path)"
    } catch {
      printError(error.line)
      message = "Not saved: \(error.why)"
    }
  }

  /// Compares a frame, and the end of the run if this is it.
  private func differs(_ playback: Playback, _ outcome: StepOutcome, isFrame: Bool) -> Bool {
    if isFrame { _ = playback.compare(frame: console.frameNumber, outcome, console) }
    if case .running = outcome {} else { playback.finish(outcome, console) }
    return playback.difference != nil
  }

  private func take(_ outcome: StepOutcome, isFrame: Bool = true) -> PlayerOutcome {
    for line in console.log.drain() {
      printError("\(line.frame) \(line.level): \(line.text)")
      if line.level == .warning { message = line.text }
    }
    session.note(frames: console.frameNumber)
    for picture in console.takeScreenshots() {
      keep(in: .pictures()) { (folder) throws(Failure) in
        try folder.save(picture, cartID: console.cartID)
      }
    }
    if let playback, differs(playback, outcome, isFrame: isFrame) {
      session.note(playback.difference)
      guard case .crashed = outcome else { return .exit }
    }
    switch outcome {
    case .running: return .running
    case .crashed(let crash):
      self.crash = crash
      saveRecording()
      return .crashed
    case .exit, .restart, .launch: break
    }
    saveRecording()
    // A recording ends where it ends.
    if playback != nil { return .exit }
    switch outcome {
    case .restart: return .restart
    case .launch(let cart):
      session.note(nextCart: cart)
      return .restart
    default: return .exit
    }
  }
}
