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
  /// - Parameter dump: Where the coredump is.
  public func report(dump: DumpState = .none) -> CrashReport {
    let modules = trap.frames.map(\.module.module)
    let hint = modules.first.flatMap { module in
      BuildHint.missingNames(
        hasNames: module.names != nil, producers: module.customSection(named: "producers"))
    }
    return CrashReport(
      cartID: cartID, cartTitle: cartTitle, kind: CrashKind(id: trap.kind.name),
      message: trap.message,
      fault: trap.fault,
      callback: callback, frameNumber: frame, seconds: seconds, hostCalls: hostCalls,
      frames: trap.frames.map {
        ReportFrame(
          functionIndex: $0.functionIndex, name: $0.name, offset: $0.offset,
          functionOffset: $0.funcOffset)
      },
      reasons: hint.map { [$0] } ?? [], dump: dump)
  }
}

extension Module {
  /// Content of the first custom section with this name.
  fileprivate func customSection(named name: String) -> [UInt8]? {
    customSections.first { $0.name == Array(name.utf8) }.map { Array(bytes[$0.range]) }
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
  /// The cart has stopped for good.
  case crashed(Crash)
}
