import Console
import Postmortem
import Shell

/// A console as the window plays it: crashes are recorded, the log goes to stderr.
final class ConsolePlayer: Player {
  private let console: Console
  private let session: WindowSession
  private var crash: Crash?
  private var message: String?

  init(
    _ cart: Cart, on profile: any Profile.Type, options: ConsoleOptions, session: WindowSession,
    willRun: (_ interrupt: @escaping @Sendable () -> Void) -> Void
  ) throws(CartError) {
    console = try Console(cart: cart, profile: profile, options: options, willRun: willRun)
    self.session = session
  }

  var title: String { visible(console.title, limit: 128) }

  var audio: (any AudioSource)? { console.audio }

  var picture: Picture { crash?.picture ?? console.picture }

  func takeMessage() -> String? { message.take() }

  func boot() -> PlayerOutcome { take(console.boot()) }

  func step(_ input: InputFrame) -> PlayerOutcome { take(console.step(input)) }

  func close() { _ = take(console.close()) }

  func crashReport() -> CrashReport {
    guard let crash else { preconditionFailure("a report without a crash") }
    return session.outline(of: crash)
  }

  func detailedCrashReport() -> CrashReport? { crash.map { session.report($0) } }

  private func save(_ picture: Picture) {
    guard let folder = ScreenshotFolder.standard() else {
      message = "Not saved: there is no home folder"
      return
    }
    do throws(Failure) {
      let path = try folder.save(picture, cartID: console.cartID)
      printError("saved \(path)")
      message = "Saved as \(path)"
    } catch {
      printError(error.line)
      message = "Not saved: \(error.why)"
    }
  }

  private func take(_ outcome: StepOutcome) -> PlayerOutcome {
    for line in console.log.drain() {
      printError("\(line.frame) \(line.level): \(line.text)")
      if line.level == .warning { message = line.text }
    }
    session.note(frames: console.frameNumber)
    for picture in console.takeScreenshots() { save(picture) }
    switch outcome {
    case .running: return .running
    case .exit: return .exit
    case .restart: return .restart
    case .launch(let cart):
      session.note(nextCart: cart)
      return .restart
    case .crashed(let crash):
      self.crash = crash
      return .crashed
    }
  }
}
