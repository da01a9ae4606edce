import Console
import Runtime

/// How a recording ended.
public struct ReplayEnd: Codable, Sendable, Equatable {
  /// Bytes of the JSON: room for a fingerprint a page.
  static let largest = 1 << 20

  /// Why.
  public enum Cause: String, Codable, Sendable {
    /// The recording was taken while the cart ran.
    case running
    /// The cart was closed, by its own wish or the player's.
    case exit
    /// The cart wished to be started anew.
    case restart
    /// The cart wished another to be started.
    case launch
    /// The cart crashed.
    case crashed
    /// The recording had as many frames or bytes as one may have.
    case full
  }

  /// A crash as it is compared.
  public struct RecordedCrash: Codable, Sendable, Equatable {
    /// Identifier of the kind of trap.
    public var kind: String
    /// The callback that ran.
    public var callback: String
    /// Index of the function; nil for a stop from outside, which hits any place.
    public var function: Int?
    /// File offset of the instruction; nil as before.
    public var offset: Int?

    /// What counts of a crash.
    public init(_ crash: Crash) {
      kind = crash.trap.kind.name
      callback = crash.callback
      guard crash.trap.kind != .interrupted, let frame = crash.trap.frames.first else { return }
      function = frame.functionIndex
      offset = frame.offset
    }

    /// Such as `memory-out-of-bounds in update, function 4 at 0x1f3`.
    public var description: String {
      var text = "\(kind) in \(callback)"
      if let function { text += ", function \(function)" }
      if let offset { text += " at 0x" + String(offset, radix: 16) }
      return text
    }
  }

  /// Why.
  public var cause: Cause
  /// Frames that were begun.
  public var frames: Int
  /// The crash, if there was one.
  public var crash: RecordedCrash?
  /// Fingerprints of all pages of the memory at the end; nil where the cart had none.
  var pages: [UInt32]?
}
