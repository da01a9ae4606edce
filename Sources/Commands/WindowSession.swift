import Console
import Foundation
import Postmortem
import Replay
import Shell
import Synchronization

/// What is known of a session in the window when it is over, gathered from both of its threads.
final class WindowSession: Sendable {
  private struct State {
    var frames = 0
    var crash: Crash?
    var recorder: CrashRecorder
    var times: StartTimes?
    var crashShown: Double?
    var crashComplete: Double?
    var nextCart: InstalledCart?
    var difference: ReplayDifference?
  }

  private let state: Mutex<State>
  private let recording: String?

  /// A session in which crashes are handled as the command line wants.
  ///
  /// With `recording`, each start's recording goes to that file; the last one stays.
  init(_ wishes: CrashWishes, recording: String? = nil) {
    self.recording = recording
    state = Mutex(State(recorder: CrashRecorder(wishes)))
  }

  /// Frames of the last start of the cart.
  var frames: Int { state.withLock { $0.frames } }
  /// The last crash.
  var crash: Crash? { state.withLock { $0.crash } }
  /// Moments of the start, once there was a picture.
  var times: StartTimes? { state.withLock { $0.times } }

  /// The cart that a privileged one has asked for, in place of the one that was opened.
  var nextCart: InstalledCart? { state.withLock { $0.nextCart } }

  /// Where a replay first differed from what was recorded.
  var difference: ReplayDifference? { state.withLock { $0.difference } }

  func note(_ difference: ReplayDifference?) { state.withLock { $0.difference = difference } }

  /// Whether somebody wants the recording of a run that has ended.
  var wantsRecording: Bool { recording != nil }

  /// Writes a recording where it is wanted; what cannot be written is only told.
  func save(_ replay: Replay) {
    guard let recording else { return }
    do throws(Failure) {
      try ReplaySaving.write(replay, to: recording)
    } catch {
      printError(error.line)
    }
  }

  func note(nextCart: InstalledCart) { state.withLock { $0.nextCart = nextCart } }

  /// Seconds from the start of the last callback that crashed to its screen.
  var crashShown: Double? { state.withLock { $0.crashShown } }
  /// Seconds from the start of the last callback that crashed to its screen with all that is known.
  var crashComplete: Double? { state.withLock { $0.crashComplete } }

  func note(crashShownAfter delay: UInt64, isComplete: Bool) {
    state.withLock {
      let seconds = Double(delay) / 1e9
      if isComplete { $0.crashComplete = seconds } else { $0.crashShown = seconds }
    }
  }

  func note(frames: Int) { state.withLock { $0.frames = frames } }

  func note(times: StartTimes) { state.withLock { $0.times = times } }

  /// Tells what is known about a crash before its debug information is read.
  func outline(of crash: Crash) -> CrashReport {
    var report = crash.report(options: ReportOptions(usesDebugInfo: false))
    // What is missing is known only later.
    report.reasons = []
    return report
  }

  /// Records a crash and prints its text.
  func report(_ crash: Crash, of cart: Cart, _ replay: Replay?) -> CrashReport {
    var recorder = state.withLock {
      $0.crash = crash
      return $0.recorder
    }
    // Not under the lock, which the window may want meanwhile.
    let report = recorder.record(crash, of: cart, replay)
    state.withLock { [recorder] in $0.recorder = recorder }
    return report
  }

  /// Saves the text of the last crash beside its coredump; gives a message for the player.
  func save(_ text: String) -> String {
    guard let folder = state.withLock({ $0.recorder.folder }) else {
      return "Not saved: there is no folder for crashes"
    }
    let path = folder + "/report.txt"
    do throws(CrashFolder.Failure) {
      try CrashFolder.writeText(text, to: path)
      return "Saved as \(path)"
    } catch {
      return "Not saved: \(error.reason)"
    }
  }
}
