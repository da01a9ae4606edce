import CSDL2
import Console
import Postmortem

/// From the system's events to what the shell and the cart are to do.
extension ShellLoop {
  /// Waits for events, but not for long, and takes all there are.
  func takeEvents() {
    var event = SDL_Event()
    var timeout: UInt64 = virtualPad?.isDone == false ? 5 : 50
    if let wait = heldInput.wait(now: monotonicNanoseconds()) {
      timeout = min(timeout, wait / 1_000_000 + 1)
    }
    defer {
      if let input = heldInput.due(now: monotonicNanoseconds()) { perform(input) }
    }
    guard SDL_WaitEventTimeout(&event, Int32(timeout)) != 0 else { return }
    repeat { take(event) } while ending == nil && SDL_PollEvent(&event) != 0
  }

  private func take(_ event: SDL_Event) {
    switch SDL_EventType(event.type) {
    case SDL_QUIT: quit()
    case SDL_WINDOWEVENT:
      switch SDL_WindowEventID(UInt32(event.window.event)) {
      case SDL_WINDOWEVENT_SIZE_CHANGED:
        stage.redraw()
      case SDL_WINDOWEVENT_EXPOSED, SDL_WINDOWEVENT_SHOWN, SDL_WINDOWEVENT_RESTORED:
        stage.refresh()
      default: break
      }
    case SDL_RENDER_TARGETS_RESET, SDL_RENDER_DEVICE_RESET:
      stage.restore()
    case SDL_KEYDOWN: pressed(event.key)
    case SDL_KEYUP:
      exchange.with { $0.input.release(scancode: event.key.keysym.scancode.rawValue) }
    case SDL_MOUSEMOTION: moveMouse(x: event.motion.x, y: event.motion.y)
    case SDL_MOUSEBUTTONUP: holdMouse(event.button, isDown: false)
    case SDL_MOUSEBUTTONDOWN where screen.isGame: holdMouse(event.button, isDown: true)
    case SDL_MOUSEBUTTONDOWN:
      guard event.button.button == UInt8(SDL_BUTTON_LEFT), canDecide || screen.focus == .crash
      else { break }
      let place = window.pixel(x: Int(event.button.x), y: Int(event.button.y))
      let choice = screen.click(x: place.x, y: place.y)
      stage.redraw()
      if let choice { choose(choice) }
    case SDL_MOUSEWHEEL:
      let isFlipped = event.wheel.direction == SDL_MOUSEWHEEL_FLIPPED.rawValue
      let place = window.pixel(x: Int(event.wheel.mouseX), y: Int(event.wheel.mouseY))
      screen.turnWheel(
        x: place.x, y: place.y, by: Int(event.wheel.y) * (isFlipped ? 1 : -1))
      stage.redraw()
    case SDL_AUDIODEVICEREMOVED: tell(noSound: sound.lost(event.adevice.which))
    default: takeFromController(event)
    }
  }

  /// A finger on the pad, by the mouse or by a touch screen, which SDL lets look like one.
  private func touch(x: Int32, y: Int32) {
    let pixel = window.pixel(x: Int(x), y: Int(y))
    let place = MousePad.touch(x: pixel.x, y: pixel.y, in: window.picturePlace)
    exchange.with { $0.input.touch(place) }
  }

  private func pressed(_ key: SDL_KeyboardEvent) {
    let symbol = key.keysym.sym
    let hasAlt = UInt32(key.keysym.mod) & KMOD_ALT.rawValue != 0
    let hasShift = UInt32(key.keysym.mod) & KMOD_SHIFT.rawValue != 0
    if symbol == SDLK_F11.rawValue || hasAlt && symbol == SDLK_RETURN.rawValue {
      if key.repeat == 0 { toggleFullscreen() }
      return
    }
    if let action = Keymap.action(key: symbol, hasShift: hasShift, focus: screen.focus) {
      if key.repeat == 0 || action.repeats { perform(action) }
      return
    }
    let hasControl = UInt32(key.keysym.mod) & KMOD_CTRL.rawValue != 0
    guard screen.isGame, key.repeat == 0, !hasAlt, !hasControl else { return }
    exchange.with { $0.input.press(scancode: key.keysym.scancode.rawValue) }
  }

  private func moveMouse(x: Int32, y: Int32) {
    if exchange.with({ $0.input.isTouched }) { touch(x: x, y: y) }
    guard let place = window.picturePoint(x: Int(x), y: Int(y)) else { return }
    exchange.with { $0.input.moveMouse(x: place.x, y: place.y) }
  }

  private func holdMouse(_ event: SDL_MouseButtonEvent, isDown: Bool) {
    if event.button == UInt8(SDL_BUTTON_LEFT) {
      if isDown { touch(x: event.x, y: event.y) } else { exchange.with { $0.input.liftFinger() } }
    }
    moveMouse(x: event.x, y: event.y)
    let bits: [Int32: UInt8] = [SDL_BUTTON_LEFT: 1, SDL_BUTTON_RIGHT: 2, SDL_BUTTON_MIDDLE: 4]
    guard let bit = bits[Int32(event.button)] else { return }
    exchange.with { $0.input.hold(mouseButton: bit, isDown: isDown) }
  }

  private func takeFromController(_ event: SDL_Event) {
    let isGame = screen.isGame
    let change = exchange.with {
      let change = gamepads.handle(event, mixer: &$0.input)
      if !isGame { $0.input.releaseAll() }
      return change
    }
    switch change {
    case .added(let name): show(notice: "Controller connected: \(visible(name, limit: 40))")
    case .removed(let name):
      heldInput.releaseAll()
      show(notice: "Controller disconnected: \(visible(name, limit: 40))")
      if isGame { openMenu(notice: "Controller disconnected") }
    case .switched(let off, let on):
      if let off { heldInput.release(off) }
      if let on {
        if !isGame { heldInput.press(on, now: monotonicNanoseconds()) }
        perform(on, isRepeated: false)
      }
    case nil: break
    }
  }

  /// Does what a control of a controller means, when it goes down or is held down.
  private func perform(_ input: PadInput, isRepeated: Bool = true) {
    guard let action = Keymap.action(pad: input, focus: screen.focus),
      !isRepeated || action.repeats
    else { return }
    perform(action)
  }

  /// Whether what is on the screen has been there long enough to be decided about.
  var canDecide: Bool { monotonicNanoseconds() >= decisionStart }
}
