import CSDL2
import Console
import Glibc
import Postmortem

/// Plays a cart in a window: the window thread's side.
///
/// It takes events, shows the newest picture and draws menus; it never runs the cart, so that it
/// answers whatever the cart does.
public final class ShellLoop {
  /// How long a window that closes waits for its cart: once to end by itself, once to be stopped.
  private static let farewell: UInt64 = 40_000_000

  /// What is pressed so soon after a crash or the question of the watchdog was meant for the game.
  private static let reactionTime: UInt64 = 350_000_000

  private let options: ShellOptions
  let exchange: Exchange
  /// The type of the events by which other threads wake the window.
  private let wakeEvent: UInt32
  private let signals: TerminationSignals
  let window: Window
  let stage: Stage
  let sound: SoundDesk
  var gamepads: Gamepads
  var virtualPad: VirtualPad?
  private var times: StartTimes
  var heldInput = HeldInput()
  var screen = ShellScreen.game
  /// Before this moment a screen that nobody asked for does not take decisions.
  var decisionStart: UInt64 = 0
  private var patience = Patience()
  private var frameLoss = FrameLoss()
  var ending: ShellEnding?

  /// Opens a window and plays in it until it closes.
  ///
  /// Call it on the process's first thread, which SDL wants for its events.
  ///
  /// - Parameters:
  ///   - options: How to run.
  ///   - makePlayer: Loads the cart; called on the cart thread, again for each restart. It calls
  ///     its argument before anything of the cart runs, with what interrupts a callback.
  /// - Returns: How it ended; never before the window is gone.
  public static func run(
    _ options: ShellOptions, makePlayer: @escaping PlayerMaker
  ) -> ShellEnding {
    // First of all, so that every thread holds them back.
    let signals = TerminationSignals()
    Video.setHints(options)
    var times = StartTimes()
    times.videoStart = monotonicNanoseconds()
    guard SDL_Init(SDL_INIT_VIDEO) == 0, Video.hasRealDisplay else {
      SDL_Quit()
      return .noDisplay(reason: "neither X11 nor Wayland answers")
    }
    defer { SDL_Quit() }
    times.videoReady = monotonicNanoseconds()
    let exchange = Exchange(controls: options.controls)
    let wakeEvent = SDL_RegisterEvents(1)
    let sound = SoundDesk(options)
    // The cart loads while the window is made.
    let thread = CartThread(exchange: exchange, sound: sound.feed, makePlayer: makePlayer) {
      send(wakeEvent)
    }
    guard thread.start() else { return .noDisplay(reason: "the system gave no thread") }
    do {
      return try ShellLoop(options, exchange, sound, wakeEvent, signals, times).play()
    } catch {
      exchange.dismissCart(patience: farewell)
      return .noDisplay(reason: error.reason)
    }
  }

  private static func send(_ type: UInt32) {
    var event = SDL_Event()
    event.type = type
    SDL_PushEvent(&event)
  }

  private init(
    _ options: ShellOptions, _ exchange: Exchange, _ sound: SoundDesk, _ wakeEvent: UInt32,
    _ signals: TerminationSignals, _ times: StartTimes
  ) throws(Window.Failure) {
    self.options = options
    self.exchange = exchange
    self.sound = sound
    self.wakeEvent = wakeEvent
    self.signals = signals
    self.times = times
    gamepads = Gamepads(controls: options.controls.buttons)
    virtualPad = options.virtualPad
    window = try Window(
      title: options.title, pictureWidth: options.pictureWidth,
      pictureHeight: options.pictureHeight, scale: options.scale)
    let now = monotonicNanoseconds()
    self.times.windowReady = now
    stage = Stage(window, now: now)
  }

  private func play() -> ShellEnding {
    if options.isFullscreen { toggleFullscreen() }
    while ending == nil {
      takeEvents()
      let now = monotonicNanoseconds()
      followCart(now: now)
      stage.expire(now: now)
      if times.firstPicture != 0 { virtualPad?.advance(to: now - times.firstPicture) }
      draw(now: now)
      sound.recordNews()
      if let number = signals.pending() { ending = .signalled(number) }
    }
    window.hide()
    let missing = sound.close()
    if missing > 0 { options.warn("the recording lacks \(missing) samples: the disk was too slow") }
    exchange.dismissCart(patience: Self.farewell)
    return ending ?? .quit
  }

  // MARK: Actions

  func perform(_ action: ShellAction) {
    if action.isDecision, !canDecide { return }
    if let text = sound.perform(action) {
      show(notice: text)
      guard case .pause(var menu) = screen else { return }
      menu.show(footer: footer)
      return change(to: .pause(menu))
    }
    switch screen {
    case .game:
      if action == .openMenu { openMenu(notice: nil) }
      if action == .keepReplay { exchange.with { $0.wantsReplay = true } }
    case .pause where action == .keepReplay:
      // Between two frames, and the notice about it wants to be seen.
      exchange.with { $0.wantsReplay = true }
      resume()
    case .pause(var menu):
      let choice = menu.perform(action)
      change(to: .pause(menu))
      if let choice { choose(choice) }
    case .watchdog(var menu, let start):
      let choice = menu.perform(action)
      change(to: .watchdog(menu, callbackStart: start))
      if let choice { choose(choice) }
    case .crash(var crash):
      let wish = crash.perform(action)
      change(to: .crash(crash))
      switch wish {
      case .restart: restart()
      case .quit: quit()
      case nil: break
      }
    }
  }

  func choose(_ choice: Menu.Choice) {
    switch choice {
    case .resume: resume()
    case .restart: restart()
    case .quit: quit()
    case .keepWaiting:
      patience.extend(now: monotonicNanoseconds())
      resume()
    case .breakCart:
      resume()
      patience.renew(now: monotonicNanoseconds())
      exchange.with { $0.interrupt }?()
    }
  }

  func toggleFullscreen() {
    window.isFullscreen.toggle()
    window.showsCursor = screen.focus == .crash || !window.isFullscreen
  }

  func openMenu(notice: String?) {
    exchange.with {
      $0.isPaused = true
      $0.input.releaseAll()
    }
    gamepads.releaseAll()
    heldInput.releaseAll()
    change(to: .pause(.pause(notice: notice, footer: footer)))
  }

  /// What else there is to be done while the cart is paused, and by which keys.
  private var footer: [String] { [sound.text, "Keep a replay   key: F9"] }

  private func resume() {
    exchange.with { $0.isPaused = false }
    change(to: .game)
  }

  private func restart() {
    let interrupt = exchange.with {
      $0.order = .restart
      $0.isPaused = false
      $0.input.releaseAll()
      return $0.callbackStart == nil ? nil : $0.interrupt
    }
    interrupt?()
    window.showsCursor = !window.isFullscreen
    change(to: .game)
  }

  func quit() {
    if case .crash = screen { ending = .crashed } else { ending = .quit }
  }

  /// Shows a screen that comes by itself, perhaps while the player presses buttons.
  private func interrupt(with screen: ShellScreen) {
    decisionStart = monotonicNanoseconds() + Self.reactionTime
    heldInput.releaseAll()
    change(to: screen)
  }

  private func change(to screen: ShellScreen) {
    self.screen = screen
    sound.feed.isPlaying = screen.isGame
    stage.redraw()
  }

  func tell(noSound reason: String?) {
    guard let reason else { return }
    options.warn("no sound: \(reason)")
    show(notice: "No sound: \(visible(reason, limit: 60))")
  }

  func show(notice text: String) {
    stage.show(notice: text, now: monotonicNanoseconds())
  }

  // MARK: The cart

  private func followCart(now: UInt64) {
    let (phase, start, dropped, order, title, message) = exchange.with { state in
      defer {
        state.newTitle = nil
        state.message = nil
      }
      return (
        state.phase, state.callbackStart, state.droppedFrames, state.order, state.newTitle,
        state.message
      )
    }
    if let title { window.set(title: title) }
    switch phase {
    case .loading, .playing:
      if let message { show(notice: message) }
    case .crashed(let report, let isComplete):
      guard order == nil else { break }
      follow(report, isComplete: isComplete, message: message)
    case .exited: ending = .quit
    case .failed(let error): ending = .failed(error)
    }
    watch(callbackStart: start, now: now)
    if let rate = frameLoss.take(droppedFrames: dropped, now: now), screen.isGame {
      show(notice: "This cart is slow: about \(rate) frames a second")
    }
  }

  /// Shows a crash at once, and again when all is known about it.
  private func follow(_ report: CrashReport, isComplete: Bool, message: String?) {
    guard case .crash(var crash) = screen else {
      exchange.with { $0.isPaused = false }
      let crash = CrashDesk(
        report, isComplete: isComplete, options: options,
        tell: { [exchange, wakeEvent] text in
          exchange.with {
            $0.message = text
            if $0.isListening { Self.send(wakeEvent) }
          }
        })
      interrupt(with: .crash(crash))
      stage.open()
      window.showsCursor = true
      return
    }
    if isComplete, crash.isGathering {
      crash.complete(report)
      change(to: .crash(crash))
    }
    if let message {
      crash.show(status: message)
      change(to: .crash(crash))
    }
  }

  /// Asks what to do about a callback that does not return; withdraws the question when it does.
  private func watch(callbackStart: UInt64?, now: UInt64) {
    switch screen {
    case .watchdog(_, let start):
      if callbackStart != start { resume() }
    case .game:
      guard let callbackStart, patience.isOver(callbackStart: callbackStart, now: now) else {
        return
      }
      exchange.with { $0.input.releaseAll() }
      gamepads.releaseAll()
      interrupt(with: .watchdog(.watchdog, callbackStart: callbackStart))
      stage.open()
    case .pause, .crash: break
    }
  }

  // MARK: Drawing

  private func draw(now: UInt64) {
    let seen = stage.shownPicture
    let (picture, number) = exchange.with {
      ($0.pictureNumber != seen ? $0.picture : nil, $0.pictureNumber)
    }
    if let picture { stage.take(picture, number: number) }
    guard stage.present(&screen, buttonNames: gamepads.buttonNames) else { return }
    if case .crash(var crash) = screen {
      let start = exchange.with { $0.lastCallbackStart }
      crash.presented(after: monotonicNanoseconds() &- start)
      screen = .crash(crash)
    }
    if picture != nil, times.firstPicture == 0 { firstPictureShown() }
    if let limit = options.frameLimit, number >= limit, ending == nil { ending = .quit }
  }

  /// The loudspeaker is opened and controllers are looked for only now: either takes longer than
  /// the rest of a start.
  private func firstPictureShown() {
    times.firstPicture = monotonicNanoseconds()
    options.onFirstPicture?(times)
    tell(noSound: sound.open())
    SDL_InitSubSystem(SDL_INIT_GAMECONTROLLER)
    if let path = options.mappingsPath { _ = Gamepads.addMappings(path: path) }
  }
}
