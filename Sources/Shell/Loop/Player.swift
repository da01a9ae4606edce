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
/// All calls come from the one cart thread, except that of the `interrupt` closure.
public protocol Player: AnyObject {
  /// What the screen shows now; still there after a crash.
  var picture: Picture { get }

  /// Stops a callback that is running, from any thread; does nothing if none runs.
  var interrupt: @Sendable () -> Void { get }

  /// Prepares the cart for its first frame.
  func boot() -> PlayerOutcome

  /// Runs one frame.
  func step(_ input: InputFrame) -> PlayerOutcome

  /// Tells about the crash; called once, after an outcome of `crashed` that is shown.
  func crashReport() -> TextReport
}
