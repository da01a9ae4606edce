import CSDL2

/// A controller that exists only inside SDL and is played from a script, for tests of the shell.
///
/// Each line of the script is `MILLISECONDS attach|detach`, `MILLISECONDS press|release BUTTON` or
/// `MILLISECONDS axis AXIS VALUE`, in order of time, counted from the first picture; names as in
/// SDL's controller mappings (`a`, `dpup`, `leftx` ...); `#` starts a comment.
public struct VirtualPad: Sendable {
  private enum Action: Sendable {
    case attach
    case detach
    case button(Int32, isDown: Bool)
    case axis(Int32, value: Int16)
  }

  /// A line of a script that cannot be understood.
  public struct ScriptError: Error, CustomStringConvertible {
    /// Number of the line, from 1.
    public var line: Int
    /// One line for a message.
    public var description: String { "virtual pad script, line \(line): not understood" }
  }

  private var steps: [(time: UInt64, action: Action)]
  private var device: Int32 = -1

  /// Reads a script.
  public init(script: String) throws(ScriptError) {
    steps = []
    let lines = script.split(separator: "\n", omittingEmptySubsequences: false)
    for (index, line) in lines.enumerated() {
      let words = line.prefix { $0 != "#" }.split(separator: " ").map(String.init)
      guard let first = words.first else { continue }
      guard let time = UInt64(first), let action = Self.action(words.dropFirst()) else {
        throw ScriptError(line: index + 1)
      }
      steps.append((time &* 1_000_000, action))
    }
  }

  private static func action(_ words: ArraySlice<String>) -> Action? {
    let words = Array(words)
    switch (words.first, words.count) {
    case ("attach", 1): return .attach
    case ("detach", 1): return .detach
    case ("press", 2), ("release", 2):
      let button = SDL_GameControllerGetButtonFromString(words[1]).rawValue
      return button < 0 ? nil : .button(button, isDown: words[0] == "press")
    case ("axis", 3):
      let axis = SDL_GameControllerGetAxisFromString(words[1]).rawValue
      guard axis >= 0, let value = Int16(words[2]) else { return nil }
      return .axis(axis, value: value)
    default: return nil
    }
  }

  /// Whether the script has nothing more to do.
  var isDone: Bool { steps.isEmpty }

  /// Does what is due, in nanoseconds since the first picture.
  mutating func advance(to time: UInt64) {
    while let step = steps.first, step.time <= time {
      steps.removeFirst()
      switch step.action {
      case .attach:
        device = SDL_JoystickAttachVirtual(
          SDL_JOYSTICK_TYPE_GAMECONTROLLER, Int32(SDL_CONTROLLER_AXIS_MAX.rawValue),
          Int32(SDL_CONTROLLER_BUTTON_MAX.rawValue), 0)
      case .detach: SDL_JoystickDetachVirtual(device)
      case .button(let button, let isDown):
        SDL_JoystickSetVirtualButton(joystick, button, isDown ? 1 : 0)
      case .axis(let axis, let value):
        SDL_JoystickSetVirtualAxis(joystick, axis, value)
      }
    }
  }

  /// The device, opened when `Gamepads` took notice of it.
  private var joystick: OpaquePointer? {
    SDL_JoystickFromInstanceID(SDL_JoystickGetDeviceInstanceID(device))
  }
}
