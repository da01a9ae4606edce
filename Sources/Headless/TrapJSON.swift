import Console
import Postmortem
import Runtime

/// A trap as JSON: kind, message and wasm frames, youngest first.
public struct TrapJSON: Encodable {
  private let trap: Trap

  /// The JSON of a trap.
  public init(_ trap: Trap) {
    self.trap = trap
  }

  /// Encodes all keys; the name of a frame is null where the module has none.
  public func encode(to encoder: any Encoder) throws {
    let frames = trap.frames.map { frame -> JSONObject in
      [
        "func": frame.functionIndex,
        "name": frame.name,
        "offset": frame.offset,
        "funcOffset": frame.funcOffset,
      ]
    }
    let object: JSONObject = [
      "kind": trap.kind.name, "message": trap.message, "frames": frames,
    ]
    try object.encode(to: encoder)
  }
}

/// A crash as JSON: the trap with the frame and the callback in which it happened.
public struct CrashJSON: Encodable {
  private let crash: Crash

  /// The JSON of a crash.
  public init(_ crash: Crash) {
    self.crash = crash
  }

  /// Encodes all keys.
  public func encode(to encoder: any Encoder) throws {
    try TrapJSON(crash.trap).encode(to: encoder)
    let object: JSONObject = [
      "frame": crash.frame, "callback": crash.callback, "hostCalls": crash.hostCalls,
    ]
    try object.encode(to: encoder)
  }
}
