import CSDL2
import Console

/// The game controllers that are plugged in, opened as they come and closed as they go.
struct Gamepads {
  private struct Pad {
    var controller: OpaquePointer
    var name: String
    var state = PadState()
  }

  /// What an event of a controller means.
  enum Change {
    case added(name: String)
    case removed(name: String)
    /// A button went down, by its SDL number.
    case pressed(button: Int32)
    case moved
  }

  private var pads: [Int32: Pad] = [:]
  private let controls: [ControllerButton: Controls]

  /// No controller yet; their buttons will mean this.
  init(controls: [ControllerButton: Controls]) { self.controls = controls }

  /// Whether any controller is there.
  var isEmpty: Bool { pads.isEmpty }

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
      return change(event.cbutton.which, mixer: &mixer) { state in
        state.hold(ControllerButton(rawValue: button), isDown: isDown, meaning: controls)
        return isDown ? .pressed(button: button) : .moved
      }
    case SDL_CONTROLLERAXISMOTION:
      return change(event.caxis.which, mixer: &mixer) { state in
        switch SDL_GameControllerAxis(Int32(event.caxis.axis)) {
        case SDL_CONTROLLER_AXIS_LEFTX: state.leftStick.x = event.caxis.value
        case SDL_CONTROLLER_AXIS_LEFTY: state.leftStick.y = event.caxis.value
        case SDL_CONTROLLER_AXIS_RIGHTX: state.rightStick.x = event.caxis.value
        case SDL_CONTROLLER_AXIS_RIGHTY: state.rightStick.y = event.caxis.value
        case SDL_CONTROLLER_AXIS_TRIGGERLEFT:
          state.hold(.leftTrigger, isDown: event.caxis.value > 16_384, meaning: controls)
        case SDL_CONTROLLER_AXIS_TRIGGERRIGHT:
          state.hold(.rightTrigger, isDown: event.caxis.value > 16_384, meaning: controls)
        default: break
        }
        return .moved
      }
    default: return nil
    }
  }

  /// Forgets what is held, so that a button counts again only when pressed anew.
  mutating func releaseAll() {
    for id in pads.keys { pads[id]?.state = PadState() }
  }

  private mutating func change(
    _ id: Int32, mixer: inout InputMixer, _ body: (inout PadState) -> Change
  ) -> Change? {
    guard var pad = pads[id] else { return nil }
    let change = body(&pad.state)
    pads[id] = pad
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
    pads[id] = Pad(controller: controller, name: name)
    mixer.update(pad: id, to: PadState())
    return .added(name: name)
  }
}
