import Engine
import Postmortem
import Runtime

/// A cart's end, with all that a report needs.
public struct Crash: Sendable {
  /// What stopped the cart; keeps its instance alive for a coredump.
  public var trap: Trap
  /// The callback that ran: `start`, `boot`, `update` ...
  public var callback: String
  /// Number of the frame; 0 before the first.
  public var frame: Int
  /// Seconds of play up to then, by the console's own clock of 60 frames a second.
  public var seconds: Double
  /// The last host calls with their arguments, newest first.
  public var hostCalls: [String]
  /// Under what name the cart's data is kept.
  public var cartID: String
  /// What a player calls the cart.
  public var cartTitle: String
  /// What the screen showed.
  public var picture: Picture
}

extension Crash {
  /// The crash as plain values, for texts and screens.
  ///
  /// - Parameters:
  ///   - dump: Where the coredump is.
  ///   - options: Where sources are looked for, and whether at all.
  public func report(
    dump: DumpState = .none, options: ReportOptions = ReportOptions()
  ) -> CrashReport {
    CrashReport(
      trap, cartID: cartID, cartTitle: cartTitle, callback: callback, frameNumber: frame,
      seconds: seconds, hostCalls: hostCalls, dump: dump, options: options)
  }
}

/// How a frame ended.
public enum StepOutcome: Sendable {
  /// The next frame can be run.
  case running
  /// The cart wishes to be closed; it has been told.
  case exit
  /// The cart wishes to be started anew; it has been told.
  case restart
  /// The cart wishes another to be started in its place; it has been told.
  case launch(InstalledCart)
  /// The cart has stopped for good.
  case crashed(Crash)
}
