import Console

/// The thread that owns the cart: it loads, steps and restarts it on the 60 Hz clock.
final class CartThread: Sendable {
  /// Bytes of stack for loading, compiling and host functions; wasm has a stack of its own.
  private static let stackSize = 8 << 20

  private let exchange: Exchange
  private let sound: SoundFeed
  private let makePlayer: PlayerMaker
  private let sendEvent: @Sendable () -> Void

  /// A thread that is not started yet.
  ///
  /// - Parameters:
  ///   - exchange: Where pictures go to and input comes from.
  ///   - sound: Where the cart's sound goes to.
  ///   - makePlayer: Loads the cart afresh; called on the thread, again for every restart.
  ///   - sendEvent: Called on the thread when there is something new for the window.
  init(
    exchange: Exchange, sound: SoundFeed, makePlayer: @escaping PlayerMaker,
    sendEvent: @escaping @Sendable () -> Void
  ) {
    self.exchange = exchange
    self.sound = sound
    self.makePlayer = makePlayer
    self.sendEvent = sendEvent
  }

  /// Starts the thread, which keeps itself and the exchange alive until it ends.
  ///
  /// - Returns: Whether the system gave a thread.
  func start() -> Bool {
    startThread(stackSize: Self.stackSize) { self.run() }
  }

  private func run() {
    while playOnce() {}
    exchange.with {
      $0.interrupt = nil
      $0.hasEnded = true
    }
    wake()
  }

  /// Tells the window that there is something new, unless it is going away.
  private func wake() {
    exchange.with { if $0.isListening { sendEvent() } }
  }

  /// Plays from load to end; says whether to begin anew.
  private func playOnce() -> Bool {
    exchange.with {
      $0.phase = .loading
      $0.order = $0.order == .quit ? .quit : nil
    }
    let player: any Player
    do {
      defer { exchange.with { $0.callbackStart = nil } }
      player = try makePlayer { interrupt in
        exchange.with {
          $0.interrupt = interrupt
          $0.callbackStart = monotonicNanoseconds()
        }
      }
    } catch {
      return end(.failed(error))
    }
    sound.play(player.audio)
    defer { sound.play(nil) }
    let title = player.title
    exchange.with {
      $0.phase = .playing
      $0.newTitle = title
    }
    var outcome = call { player.boot() }
    var pacing = FramePacing(now: monotonicNanoseconds())
    while true {
      let order = exchange.with { $0.order }
      switch outcome {
      case .running:
        guard let order else { break }
        _ = call {
          player.close()
          return .exit
        }
        return order == .restart
      case _ where order != nil: return order == .restart
      case .exit: return end(.exited)
      case .restart: return true
      case .crashed: return waitAfterCrash(of: player)
      }
      waitForTurn(&pacing)
      if exchange.with({ $0.order != nil }) { continue }
      keepReplay(of: player)
      let input = exchange.with { $0.input.take() }
      outcome = call { player.step(input) }
      sound.endFrame()
      let picture = player.picture
      let message = player.takeMessage()
      pacing.advance(now: monotonicNanoseconds())
      exchange.with {
        $0.picture = picture
        $0.pictureNumber += 1
        $0.droppedFrames = pacing.droppedFrames
        $0.message = message ?? $0.message
      }
      wake()
    }
  }

  /// Runs a callback under the eye of the window's watchdog.
  private func call(_ body: () -> PlayerOutcome) -> PlayerOutcome {
    let now = monotonicNanoseconds()
    exchange.with {
      $0.callbackStart = now
      $0.lastCallbackStart = now
    }
    defer { exchange.with { $0.callbackStart = nil } }
    return body()
  }

  private func waitForTurn(_ pacing: inout FramePacing) {
    exchange.wait(until: pacing.due) { $0.order != nil || $0.isPaused }
    guard exchange.with({ $0.isPaused && $0.order == nil }) else { return }
    exchange.wait { $0.order != nil || !$0.isPaused }
    pacing.resume(now: monotonicNanoseconds())
  }

  /// Has what was played so far saved, where the window wants that.
  private func keepReplay(of player: any Player) {
    let isWanted = exchange.with { state in
      defer { state.wantsReplay = false }
      return state.wantsReplay
    }
    if isWanted { player.keepReplay() }
  }

  private func waitAfterCrash(of player: any Player) -> Bool {
    let report = player.crashReport()
    exchange.with {
      $0.picture = player.picture
      $0.pictureNumber += 1
      $0.phase = .crashed(report, isComplete: false)
      $0.interrupt = nil
    }
    wake()
    let details = player.detailedCrashReport() ?? report
    exchange.with { $0.phase = .crashed(details, isComplete: true) }
    wake()
    exchange.wait { $0.order != nil }
    return exchange.with { $0.order } == .restart
  }

  private func end(_ phase: Exchange.Phase) -> Bool {
    exchange.with { $0.phase = phase }
    return false
  }
}
