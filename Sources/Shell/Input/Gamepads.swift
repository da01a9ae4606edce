import CSDL2
import Console

/// The game controllers that are plugged in, opened as they come and closed as they go.
struct Gamepads {
  fileprivate struct Pad {
    var controller: OpaquePointer
    var name: String
    var names: ButtonNames
    var state = PadState()
    var leftStick = AxisSwitch()
    var rightStick = AxisSwitch()
    var leftTrigger = AxisSwitch()
    var rightTrigger = AxisSwitch()
  }

  /// What an event of a controller means.
  enum Change {
    case added(name: String)
    case removed(name: String)
    /// One control went up and another down, as far as menus are concerned.
    case switched(off: PadInput?, on: PadInput?)
  }

  private var pads: [Int32: Pad] = [:]
  private let controls: [ControllerButton: Controls]

  /// No controller yet; their buttons will mean this to the cart.
  init(controls: [ControllerButton: Controls]) { self.controls = controls }

  /// The controller that moved last.
  private var lastUsed: Int32?

  /// What the buttons of the controller in use are called; nil without any controller.
  var buttonNames: ButtonNames? { (lastUsed.flatMap { pads[$0] } ?? pads.values.first)?.names }

  /// Reads further mappings in the format of SDL_GameControllerDB; says how many it took.
  static func addMappings(path: String) -> Int32 {
    guard let file = SDL_RWFromFile(path, "rb") else { return -1 }
    return SDL_GameControllerAddMappingsFromRW(file, 1)
  }

  /// Takes an event; nil if it is none of a known controller's.
  mutating func handle(_ event: SDL_Event, mixer: inout InputMixer) -> Change? {
    let controls = controls
    switch SDL_EventType(event.type) {
    case SDL_CONTROLLERDEVICEADDED: return add(index: event.cdevice.which, mixer: &mixer)
    case SDL_CONTROLLERDEVICEREMOVED:
      guard let pad = pads.removeValue(forKey: event.cdevice.which) else { return nil }
      SDL_GameControllerClose(pad.controller)
      mixer.remove(pad: event.cdevice.which)
      return .removed(name: pad.name)
    case SDL_CONTROLLERBUTTONDOWN, SDL_CONTROLLERBUTTONUP:
      let isDown = event.cbutton.state != 0
      let button = Int32(event.cbutton.button)
      return change(event.cbutton.which, mixer: &mixer) { pad in
        pad.state.hold(ControllerButton(rawValue: button), isDown: isDown, meaning: controls)
        return isDown
          ? .switched(off: nil, on: .button(button)) : .switched(off: .button(button), on: nil)
      }
    case SDL_CONTROLLERAXISMOTION:
      return change(event.caxis.which, mixer: &mixer) { pad in
        let change = pad.move(
          SDL_GameControllerAxis(Int32(event.caxis.axis)), to: event.caxis.value)
        pad.state.hold(.leftTrigger, isDown: pad.leftTrigger.isPulled, meaning: controls)
        pad.state.hold(.rightTrigger, isDown: pad.rightTrigger.isPulled, meaning: controls)
        return change
      }
    default: return nil
    }
  }

  /// Forgets what is held, so that a button counts again only when pressed anew.
  mutating func releaseAll() {
    for id in pads.keys { pads[id]?.state = PadState() }
  }

  private mutating func change(
    _ id: Int32, mixer: inout InputMixer, _ body: (inout Pad) -> Change
  ) -> Change? {
    guard var pad = pads[id] else { return nil }
    let change = body(&pad)
    pads[id] = pad
    lastUsed = id
    mixer.update(pad: id, to: pad.state)
    return change
  }

  private mutating func add(index: Int32, mixer: inout InputMixer) -> Change? {
    guard let controller = SDL_GameControllerOpen(index) else { return nil }
    let id = SDL_JoystickInstanceID(SDL_GameControllerGetJoystick(controller))
    guard pads[id] == nil else {
      SDL_GameControllerClose(controller)
      return nil
    }
    let name = SDL_GameControllerName(controller).map { String(cString: $0) } ?? "Controller"
    pads[id] = Pad(
      controller: controller, name: name,
      names: ButtonNames(SDL_GameControllerGetType(controller)))
    mixer.update(pad: id, to: PadState())
    return .added(name: name)
  }
}

extension Gamepads.Pad {
  /// Takes the new value of an axis.
  fileprivate mutating func move(
    _ axis: SDL_GameControllerAxis, to value: Int16
  ) -> Gamepads.Change {
    switch axis {
    case SDL_CONTROLLER_AXIS_LEFTX: state.leftStick.x = value
    case SDL_CONTROLLER_AXIS_LEFTY: state.leftStick.y = value
    case SDL_CONTROLLER_AXIS_RIGHTX: state.rightStick.x = value
    case SDL_CONTROLLER_AXIS_RIGHTY: state.rightStick.y = value
    default: break
    }
    let before: PadInput?
    let after: PadInput?
    switch axis {
    case SDL_CONTROLLER_AXIS_LEFTX, SDL_CONTROLLER_AXIS_LEFTY:
      before = leftStick.side.map { .leftStick($0) }
      leftStick.take(stick: state.leftStick)
      after = leftStick.side.map { .leftStick($0) }
    case SDL_CONTROLLER_AXIS_RIGHTX, SDL_CONTROLLER_AXIS_RIGHTY:
      before = rightStick.side.map { .rightStick($0) }
      rightStick.take(stick: state.rightStick)
      after = rightStick.side.map { .rightStick($0) }
    case SDL_CONTROLLER_AXIS_TRIGGERLEFT:
      before = leftTrigger.isPulled ? .leftTrigger : nil
      leftTrigger.take(trigger: value)
      after = leftTrigger.isPulled ? .leftTrigger : nil
    case SDL_CONTROLLER_AXIS_TRIGGERRIGHT:
      before = rightTrigger.isPulled ? .rightTrigger : nil
      rightTrigger.take(trigger: value)
      after = rightTrigger.isPulled ? .rightTrigger : nil
    default: return .switched(off: nil, on: nil)
    }
    return before == after ? .switched(off: nil, on: nil) : .switched(off: before, on: after)
  }
}
