import Console
import Postmortem

/// What a step of the cart led to.
public enum PlayerOutcome: Sendable, Equatable {
  /// The cart wants the next frame.
  case running
  /// The cart asked to end.
  case exit
  /// The cart asked to begin anew.
  case restart
  /// The cart trapped and cannot go on.
  case crashed
}

/// A started cart as the shell sees it: the seam between the cart thread and any console.
///
/// All calls come from the one cart thread.
public protocol Player: AnyObject {
  /// What a player calls the cart; printable.
  var title: String { get }

  /// What the screen shows now; still there after a crash.
  var picture: Picture { get }

  /// What the loudspeakers play, nil for a cart without sound; the same from load to end.
  var audio: (any AudioSource)? { get }

  /// Prepares the cart for its first frame.
  func boot() -> PlayerOutcome

  /// Runs one frame.
  func step(_ input: InputFrame) -> PlayerOutcome

  /// A line for the player that has come up since the last call, nil if none has.
  func takeMessage() -> String?

  /// Saves what was played so far, and has a message about it; called between frames.
  func keepReplay()

  /// Tells the cart that it is being closed; called between frames.
  func close()

  /// Tells about the crash what is known at once; called after an outcome of `crashed`.
  func crashReport() -> CrashReport

  /// Tells all about the crash, however long that takes; called once, after `crashReport`.
  ///
  /// - Returns: Nil if there is no more to tell.
  func detailedCrashReport() -> CrashReport?
}

extension Player {
  /// Nothing to say.
  public func takeMessage() -> String? { nil }
}

/// Loads a cart.
///
/// Before anything of the cart runs, its start function included, the maker calls `willRun` with
/// what stops a running callback: a closure for any thread that does nothing while none runs.
public typealias PlayerMaker =
  @Sendable (_ willRun: (_ interrupt: @escaping @Sendable () -> Void) -> Void) throws -> any Player
