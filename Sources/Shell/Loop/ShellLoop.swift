import CSDL2
import Console
import Glibc
import Postmortem

/// Plays a cart in a window: the window thread's side.
///
/// It takes events, shows the newest picture and draws menus; it never runs the cart, so that it
/// answers whatever the cart does.
public final class ShellLoop {
  private enum Screen {
    case game
    case pause(Menu)
    case watchdog(Menu, callbackStart: UInt64)
    case crash(CrashDesk)
  }

  /// A callback that takes longer, in nanoseconds, brings the question of the watchdog.
  private static let patience: UInt64 = 2_000_000_000
  /// How long "keep waiting" keeps the question away.
  private static let furtherPatience: UInt64 = 10_000_000_000
  /// How long a window that closes waits for its cart: once to end by itself, once to be stopped.
  private static let farewell: UInt64 = 40_000_000
  /// A cart that takes longer to load gets an empty window meanwhile.
  private static let loadPatience: UInt64 = 400_000_000

  private let options: ShellOptions
  private let exchange: Exchange
  /// The type of the events by which other threads wake the window.
  private let wakeEvent: UInt32
  private let signals: TerminationSignals
  private let window: Window
  private var fonts = FontShelf()
  private var gamepads: Gamepads
  private var virtualPad: VirtualPad?
  private var times: StartTimes
  private var screen = Screen.game
  private var notice: Notice?
  private var shownPicture = 0
  private var hasShown = false
  private var needsOverlay = false
  private var needsPresent = true
  private var patienceEnd: UInt64 = 0
  private var droppedFrames = (count: 0, time: UInt64(0))
  private var ending: ShellEnding?

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
    // The cart loads while the window is made.
    let thread = CartThread(exchange: exchange, makePlayer: makePlayer) { send(wakeEvent) }
    guard thread.start() else { return .noDisplay(reason: "the system gave no thread") }
    do {
      return try ShellLoop(options, exchange, wakeEvent, signals, times).play()
    } catch {
      sayFarewell(to: exchange)
      return .noDisplay(reason: error.reason)
    }
  }

  private static func send(_ type: UInt32) {
    var event = SDL_Event()
    event.type = type
    SDL_PushEvent(&event)
  }

  private init(
    _ options: ShellOptions, _ exchange: Exchange, _ wakeEvent: UInt32,
    _ signals: TerminationSignals, _ times: StartTimes
  ) throws(Window.Failure) {
    self.options = options
    self.exchange = exchange
    self.wakeEvent = wakeEvent
    self.signals = signals
    self.times = times
    virtualPad = options.virtualPad
    gamepads = Gamepads(controls: options.controls.buttons)
    window = try Window(
      title: options.title, pictureWidth: options.pictureWidth,
      pictureHeight: options.pictureHeight, scale: options.scale)
    self.times.windowReady = monotonicNanoseconds()
  }

  private func play() -> ShellEnding {
    if options.isFullscreen { toggleFullscreen() }
    while ending == nil {
      takeEvents()
      let now = monotonicNanoseconds()
      followCart(now: now)
      expire(now: now)
      draw(now: now)
      if let number = signals.pending() { ending = .signalled(number) }
    }
    window.hide()
    Self.sayFarewell(to: exchange)
    return ending ?? .quit
  }

  /// Lets the cart end its frame and close, but not for long.
  private static func sayFarewell(to exchange: Exchange) {
    exchange.with {
      $0.order = .quit
      $0.isListening = false
    }
    exchange.wait(until: monotonicNanoseconds() + farewell) { $0.hasEnded }
    let interrupt = exchange.with { $0.hasEnded ? nil : $0.interrupt }
    interrupt?()
    exchange.wait(until: monotonicNanoseconds() + farewell) { $0.hasEnded }
  }

  // MARK: Events

  private func takeEvents() {
    var event = SDL_Event()
    let timeout: Int32 = virtualPad?.isDone == false ? 5 : 50
    guard SDL_WaitEventTimeout(&event, timeout) != 0 else { return }
    repeat { take(event) } while ending == nil && SDL_PollEvent(&event) != 0
  }

  private func take(_ event: SDL_Event) {
    switch SDL_EventType(event.type) {
    case SDL_QUIT: quit()
    case SDL_WINDOWEVENT:
      switch SDL_WindowEventID(UInt32(event.window.event)) {
      case SDL_WINDOWEVENT_SIZE_CHANGED:
        needsOverlay = true
        needsPresent = true
      case SDL_WINDOWEVENT_EXPOSED, SDL_WINDOWEVENT_SHOWN, SDL_WINDOWEVENT_RESTORED:
        needsPresent = true
      default: break
      }
    case SDL_RENDER_TARGETS_RESET, SDL_RENDER_DEVICE_RESET:
      shownPicture = 0
      needsOverlay = true
      needsPresent = true
    case SDL_KEYDOWN: pressed(event.key)
    case SDL_KEYUP:
      exchange.with { $0.input.release(scancode: event.key.keysym.scancode.rawValue) }
    case SDL_MOUSEMOTION: moveMouse(x: event.motion.x, y: event.motion.y)
    case SDL_MOUSEBUTTONUP: holdMouse(event.button, isDown: false)
    case SDL_MOUSEBUTTONDOWN:
      if focus == .game { holdMouse(event.button, isDown: true) }
      guard case .crash(var crash) = screen, event.button.button == UInt8(SDL_BUTTON_LEFT) else {
        break
      }
      let place = window.pixel(x: Int(event.button.x), y: Int(event.button.y))
      crash.click(x: place.x, y: place.y)
      change(to: .crash(crash))
    case SDL_MOUSEWHEEL:
      guard case .crash(var crash) = screen else { break }
      let isFlipped = event.wheel.direction == SDL_MOUSEWHEEL_FLIPPED.rawValue
      let place = window.pixel(x: Int(event.wheel.mouseX), y: Int(event.wheel.mouseY))
      crash.turnWheel(x: place.x, y: place.y, by: Int(event.wheel.y) * (isFlipped ? 1 : -1))
      change(to: .crash(crash))
    default: takeFromController(event)
    }
  }

  private func pressed(_ key: SDL_KeyboardEvent) {
    let symbol = key.keysym.sym
    let hasAlt = UInt32(key.keysym.mod) & KMOD_ALT.rawValue != 0
    if symbol == SDLK_F11.rawValue || hasAlt && symbol == SDLK_RETURN.rawValue {
      if key.repeat == 0 { toggleFullscreen() }
      return
    }
    if let action = Keymap.action(key: symbol, focus: focus) {
      if key.repeat == 0 || action.repeats { perform(action) }
      return
    }
    let hasControl = UInt32(key.keysym.mod) & KMOD_CTRL.rawValue != 0
    guard focus == .game, key.repeat == 0, !hasAlt, !hasControl else { return }
    exchange.with { $0.input.press(scancode: key.keysym.scancode.rawValue) }
  }

  private func moveMouse(x: Int32, y: Int32) {
    guard let place = window.picturePoint(x: Int(x), y: Int(y)) else { return }
    exchange.with { $0.input.moveMouse(x: place.x, y: place.y) }
  }

  private func holdMouse(_ event: SDL_MouseButtonEvent, isDown: Bool) {
    moveMouse(x: event.x, y: event.y)
    let bits: [Int32: UInt8] = [SDL_BUTTON_LEFT: 1, SDL_BUTTON_RIGHT: 2, SDL_BUTTON_MIDDLE: 4]
    guard let bit = bits[Int32(event.button)] else { return }
    exchange.with { $0.input.hold(mouseButton: bit, isDown: isDown) }
  }

  private func takeFromController(_ event: SDL_Event) {
    let isGame = focus == .game
    let change = exchange.with {
      let change = gamepads.handle(event, mixer: &$0.input)
      if !isGame { $0.input.releaseAll() }
      return change
    }
    if case .crash(var crash) = screen {
      switch change {
      case .added, .removed:
        crash.note(hasController: !gamepads.isEmpty)
        self.change(to: .crash(crash))
      case .pressed, .moved, nil: break
      }
    }
    switch change {
    case .added(let name): show(notice: "Controller connected: \(visible(name, limit: 40))")
    case .removed(let name):
      show(notice: "Controller disconnected: \(visible(name, limit: 40))")
      if isGame { openMenu(notice: "Controller disconnected") }
    case .pressed(let button):
      if let action = Keymap.action(button: button, focus: focus) { perform(action) }
    case .moved, nil: break
    }
  }

  private var focus: Keymap.Focus {
    switch screen {
    case .game: .game
    case .pause, .watchdog: .menu
    case .crash: .crash
    }
  }

  // MARK: Actions

  private func perform(_ action: ShellAction) {
    switch screen {
    case .game:
      if action == .openMenu { openMenu(notice: nil) }
    case .pause(var menu):
      if let choice = Self.steer(&menu, action) {
        choose(choice)
      } else {
        change(to: .pause(menu))
      }
    case .watchdog(var menu, let start):
      if let choice = Self.steer(&menu, action) {
        choose(choice)
      } else {
        change(to: .watchdog(menu, callbackStart: start))
      }
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

  private static func steer(_ menu: inout Menu, _ action: ShellAction) -> Menu.Choice? {
    switch action {
    case .up: menu.move(by: -1)
    case .down: menu.move(by: 1)
    case .confirm: return menu.current
    case .back: return menu.dismissal
    default: break
    }
    return nil
  }

  private func choose(_ choice: Menu.Choice) {
    switch choice {
    case .resume: resume()
    case .restart: restart()
    case .quit: quit()
    case .keepWaiting:
      patienceEnd = monotonicNanoseconds() + Self.furtherPatience
      resume()
    case .breakCart:
      resume()
      patienceEnd = monotonicNanoseconds() + Self.patience
      exchange.with { $0.interrupt }?()
    }
  }

  private func toggleFullscreen() {
    window.isFullscreen.toggle()
    window.showsCursor = focus == .crash || !window.isFullscreen
  }

  private func openMenu(notice: String?) {
    exchange.with {
      $0.isPaused = true
      $0.input.releaseAll()
    }
    gamepads.releaseAll()
    change(to: .pause(.pause(notice: notice)))
  }

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

  private func quit() {
    if case .crash = screen { ending = .crashed } else { ending = .quit }
  }

  private func change(to screen: Screen) {
    self.screen = screen
    needsOverlay = true
  }

  private func show(notice text: String) {
    notice = Notice(text, now: monotonicNanoseconds())
    needsOverlay = true
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
    case .loading, .playing: break
    case .crashed(let report, let isComplete):
      guard order == nil else { break }
      follow(report, isComplete: isComplete, message: message)
    case .exited: ending = .quit
    case .failed(let error): ending = .failed(error)
    }
    watch(callbackStart: start, now: now)
    if now &- droppedFrames.time > 1_000_000_000 {
      let lost = max(0, dropped - droppedFrames.count)
      // A cart that loses a quarter of its frames has a player who wonders why.
      if lost >= 15, droppedFrames.time != 0, case .game = screen {
        show(notice: "This cart is slow: about \(max(0, 60 - lost)) frames a second")
      }
      droppedFrames = (dropped, now)
    }
  }

  /// Shows a crash at once, and again when all is known about it.
  private func follow(_ report: CrashReport, isComplete: Bool, message: String?) {
    guard case .crash(var crash) = screen else {
      exchange.with { $0.isPaused = false }
      var crash = CrashDesk(
        report, isComplete: isComplete, options: options,
        tell: { [exchange, wakeEvent] text in
          exchange.with {
            $0.message = text
            if $0.isListening { Self.send(wakeEvent) }
          }
        })
      crash.note(hasController: !gamepads.isEmpty)
      change(to: .crash(crash))
      window.show()
      window.showsCursor = true
      hasShown = true
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
      guard let callbackStart, now > callbackStart, now - callbackStart > Self.patience,
        now > patienceEnd
      else { return }
      exchange.with { $0.input.releaseAll() }
      gamepads.releaseAll()
      change(to: .watchdog(.watchdog, callbackStart: callbackStart))
      window.show()
      hasShown = true
    case .pause, .crash: break
    }
  }

  private func expire(now: UInt64) {
    if let notice, now > notice.end {
      self.notice = nil
      needsOverlay = true
    }
    if !hasShown, now - times.windowReady > Self.loadPatience {
      window.show()
      hasShown = true
    }
    if times.firstPicture != 0 { virtualPad?.advance(to: now - times.firstPicture) }
  }

  // MARK: Drawing

  private func draw(now: UInt64) {
    let seen = shownPicture
    let (picture, number) = exchange.with {
      ($0.pictureNumber != seen ? $0.picture : nil, $0.pictureNumber)
    }
    if let picture {
      shownPicture = number
      window.upload(picture)
      needsPresent = true
      if !hasShown {
        window.show()
        hasShown = true
      }
    }
    guard window.isVisible else { return }
    if needsOverlay {
      window.upload(overlay: drawOverlay())
      needsOverlay = false
      needsPresent = true
    }
    guard needsPresent else { return }
    needsPresent = false
    let isDimmed = if case .game = screen { false } else { true }
    window.present(isDimmed: isDimmed)
    if case .crash(var crash) = screen {
      crash.presented(after: monotonicNanoseconds() &- exchange.with { $0.crashTime })
      screen = .crash(crash)
    }
    if picture != nil, times.firstPicture == 0 { firstPictureShown() }
    if let limit = options.frameLimit, number >= limit, ending == nil { ending = .quit }
  }

  private func drawOverlay() -> Canvas? {
    let (width, height) = window.size
    let choice = fonts.choose(windowWidth: width, windowHeight: height)
    switch screen {
    case .game: return notice?.draw(width: width, height: height, choice: choice)
    case .pause(let menu), .watchdog(let menu, _):
      let panel = fonts.choose(windowWidth: width, windowHeight: height, columns: 56, rows: 18)
      return menu.draw(width: width, height: height, choice: panel)
    case .crash(var crash):
      let canvas = crash.draw(width: width, height: height, fonts: &fonts)
      screen = .crash(crash)
      return canvas
    }
  }

  /// Controllers are looked for only now: the search takes longer than the rest of a start.
  private func firstPictureShown() {
    times.firstPicture = monotonicNanoseconds()
    options.onFirstPicture?(times)
    SDL_InitSubSystem(SDL_INIT_GAMECONTROLLER)
    if let path = options.mappingsPath { _ = Gamepads.addMappings(path: path) }
  }
}

extension ShellAction {
  /// Whether a key that is held down does it again and again.
  fileprivate var repeats: Bool {
    switch self {
    case .up, .down, .pageUp, .pageDown: true
    default: false
    }
  }
}
