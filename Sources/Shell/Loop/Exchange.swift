import Console
import Glibc
import Postmortem

/// What the window thread and the cart thread tell each other, under one lock.
///
/// The lock is held for moments only, never while the cart runs or a picture is drawn.
final class Exchange: @unchecked Sendable {
  /// What the window wants of the cart beyond its frames.
  enum Order {
    case restart
    case quit
  }

  /// How far the cart is.
  enum Phase {
    case loading
    case playing
    case crashed(CrashReport, isComplete: Bool)
    case exited
    case failed(any Error)
  }

  struct State {
    // From the window to the cart.
    var input: InputMixer
    var isPaused = false
    var order: Order?
    /// Whether what was played so far is to be saved.
    var wantsReplay = false
    /// Whether the window still waits for events; none may be sent to one that is gone.
    var isListening = true

    // From the cart to the window.
    var phase = Phase.loading
    /// The cart's title, until the window has taken it.
    var newTitle: String?
    var picture: Picture?
    var pictureNumber = 0
    /// When the running callback began; nil between callbacks.
    var callbackStart: UInt64?
    var droppedFrames = 0
    /// When the last callback began: in one that crashed, nothing went wrong before.
    var lastCallbackStart: UInt64 = 0
    var interrupt: (@Sendable () -> Void)?
    /// A line for the player, until the window has taken it.
    var message: String?
    /// Whether the cart thread is about to return.
    var hasEnded = false
  }

  /// How long the process stays after its window for the report of a crash, in nanoseconds.
  private static let reportTime: UInt64 = 5_000_000_000

  // The lock stays at one address, which a property of a class does not promise to Swift.
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private var state: State

  init(controls: ControlMap) {
    state = State(input: InputMixer(controls: controls))
    pthread_mutex_init(mutex, nil)
    let attributes = UnsafeMutablePointer<pthread_condattr_t>.allocate(capacity: 1)
    defer { attributes.deallocate() }
    pthread_condattr_init(attributes)
    pthread_condattr_setclock(attributes, CLOCK_MONOTONIC)
    pthread_cond_init(condition, attributes)
    pthread_condattr_destroy(attributes)
  }

  deinit {
    pthread_cond_destroy(condition)
    pthread_mutex_destroy(mutex)
    condition.deallocate()
    mutex.deallocate()
  }

  /// Reads and changes the state, and wakes whoever waits for a change.
  func with<Result>(_ body: (inout State) -> Result) -> Result {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    defer { pthread_cond_broadcast(condition) }
    return body(&state)
  }

  /// Waits until `isReady` holds, or until a moment of the monotonic clock.
  func wait(until deadline: UInt64? = nil, for isReady: (State) -> Bool) {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    while !isReady(state) {
      guard let deadline else {
        pthread_cond_wait(condition, mutex)
        continue
      }
      var time = timespec(
        tv_sec: Int(deadline / 1_000_000_000), tv_nsec: Int(deadline % 1_000_000_000))
      if pthread_cond_timedwait(condition, mutex, &time) != 0 { return }
    }
  }

  /// Lets the cart end its frame and close, but not for long.
  ///
  /// What is being written about a crash gets a while: the report is worth more than the moment.
  ///
  /// - Parameter patience: Nanoseconds that it gets to end by itself, and again to be stopped.
  func dismissCart(patience: UInt64) {
    let isReporting = with {
      $0.order = .quit
      $0.isListening = false
      if case .crashed(_, isComplete: false) = $0.phase { return true }
      return false
    }
    if isReporting {
      wait(until: monotonicNanoseconds() + Self.reportTime) { $0.hasEnded }
    }
    wait(until: monotonicNanoseconds() + patience) { $0.hasEnded }
    let interrupt = with { $0.hasEnded ? nil : $0.interrupt }
    interrupt?()
    wait(until: monotonicNanoseconds() + patience) { $0.hasEnded }
  }
}
