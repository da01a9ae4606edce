import Console
import Runtime

/// A trap as JSON: kind, message and wasm frames, youngest first.
public struct TrapJSON: Encodable {
  private let trap: Trap

  /// The JSON of a trap.
  public init(_ trap: Trap) {
    self.trap = trap
  }

  private enum Key: String, CodingKey {
    case kind
    case message
    case frames
  }

  private struct Frame: Encodable {
    var frame: TrapFrame

    enum Key: String, CodingKey {
      case function = "func"
      case name
      case offset
      case functionOffset = "funcOffset"
    }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: Key.self)
      try container.encode(frame.functionIndex, forKey: .function)
      // Null where the module has no name.
      try container.encode(frame.name, forKey: .name)
      try container.encode(frame.offset, forKey: .offset)
      try container.encode(frame.funcOffset, forKey: .functionOffset)
    }
  }

  /// Encodes all keys.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(trap.kind.name, forKey: .kind)
    try container.encode(trap.message, forKey: .message)
    try container.encode(trap.frames.map(Frame.init), forKey: .frames)
  }
}

/// A crash as JSON: the trap with the frame and the callback in which it happened.
public struct CrashJSON: Encodable {
  private let crash: Crash

  /// The JSON of a crash.
  public init(_ crash: Crash) {
    self.crash = crash
  }

  private enum Key: String, CodingKey {
    case frame
    case callback
    case hostCalls
  }

  /// Encodes all keys.
  public func encode(to encoder: any Encoder) throws {
    try TrapJSON(crash.trap).encode(to: encoder)
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(crash.frame, forKey: .frame)
    try container.encode(crash.callback, forKey: .callback)
    try container.encode(crash.hostCalls, forKey: .hostCalls)
  }
}
