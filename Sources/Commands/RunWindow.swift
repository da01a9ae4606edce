import ArgumentParser
import Console
import Foundation
import Headless
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

  @Option(help: ArgumentHelp("Plays a controller from a script.", visibility: .hidden))
  var virtualPad: String?

  /// The first option that was given; nil if none was.
  var firstUsed: String? {
    if fullscreen { return "--fullscreen" }
    if scale != nil { return "--scale" }
    return virtualPad == nil ? nil : "--virtual-pad"
  }

  func validate() throws {
    if let scale, !(1...16).contains(scale) { throw ValidationError("--scale goes from 1 to 16") }
  }

  /// Plays the cart until the window closes; exits with 134 if the player leaves a crash.
  func run(
    _ path: String, _ cart: Cart, on profile: any Profile.Type, options: ConsoleOptions,
    frames: Int?, json: Bool, crash: CrashWishes
  ) throws {
    let session = WindowSession(crash)
    let shell = try shellOptions(title: cart.id, on: profile, frames: frames, session: session)
    // The first start plays what was opened; a restart looks at the disk again.
    let first = Mutex<Cart?>(cart)
    let ending = ShellLoop.run(shell) { willRun in
      let again = first.withLock { $0.take() }
      return try ConsolePlayer(
        again ?? Cart.open(path: path), on: profile, options: options, session: session,
        willRun: willRun)
    }
    if json { try printJSON(WindowReport(profile: profile.name, session: session)) }
    try leave(ending, path)
  }

  private func shellOptions(
    title: String, on profile: any Profile.Type, frames: Int?, session: WindowSession
  ) throws -> ShellOptions {
    var shell = ShellOptions(
      title: title, applicationID: Self.applicationID, pictureWidth: profile.screenSize.width,
      pictureHeight: profile.screenSize.height, controls: profile.controls)
    shell.isFullscreen = fullscreen
    shell.scale = scale
    shell.frameLimit = frames
    shell.mappingsPath = Self.mappingsPath(ProcessInfo.processInfo.environment)
    shell.saveReport = { session.save($0) }
    shell.editor = SourceEditor(visual: ProcessInfo.processInfo.environment["VISUAL"])
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

  /// `gamecontrollerdb.txt` in the configuration folder, where a player may add controllers.
  private static func mappingsPath(_ environment: [String: String]) -> String? {
    let name = "/glowjar/gamecontrollerdb.txt"
    if let config = environment["XDG_CONFIG_HOME"], config.hasPrefix("/") { return config + name }
    return environment["HOME"].map { $0 + "/.config" + name }
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
