import Runtime

/// One wasm function on the stack of a trap, in words and numbers a developer can look up.
public struct BacktraceFrame: Sendable, Equatable {
  /// Index in the module's function index space, imports first.
  public var functionIndex: Int
  /// Name from the name section, as it stands there; nil where there is none.
  public var name: String?
  /// Offset of the instruction from the start of the wasm file; the call's for callers.
  public var offset: Int
  /// The same offset from the byte after the body size.
  public var functionOffset: Int

  /// A frame of these parts.
  public init(functionIndex: Int, name: String?, offset: Int, functionOffset: Int) {
    self.functionIndex = functionIndex
    self.name = name
    self.offset = offset
    self.functionOffset = functionOffset
  }

  /// The name without control characters, or `wasm-function[i]`.
  public var title: String {
    guard let name, !name.isEmpty else { return "wasm-function[\(functionIndex)]" }
    return visible(name, limit: 512)
  }
}

/// Where the coredump of a crash is.
public enum DumpState: Sendable, Equatable {
  /// None was asked for.
  case none
  /// Written to this path.
  case written(path: String)
  /// Not written, for this reason.
  case failed(reason: String)
}

/// Everything that is told about a crash, as plain values: no file, no clock, no live instance.
public struct CrashReport: Sendable, Equatable {
  /// Identity of the cart, `author.app` or a file name.
  public var cartID: String
  /// What the player knows the cart as.
  public var cartTitle: String
  /// Why the cart stopped.
  public var kind: CrashKind
  /// The engine's own message, for a host error the function's text; only that one is shown.
  public var message: String
  /// The access, if the trap is a memory fault.
  public var fault: MemoryFault?
  /// The callback that ran: `boot`, `update`, `render` ...
  public var callback: String
  /// Number of the frame, from 1; 0 before the first.
  public var frameNumber: Int
  /// Seconds of play up to the crash.
  public var seconds: Double
  /// The last host calls with arguments, newest first.
  public var hostCalls: [String]
  /// The wasm stack, youngest first.
  public var frames: [BacktraceFrame]
  /// What keeps the report from being better, and the build flag that mends it.
  public var hint: String?
  /// Where the coredump is.
  public var dump: DumpState

  /// A report of these parts.
  public init(
    cartID: String, cartTitle: String, kind: CrashKind, message: String, fault: MemoryFault? = nil,
    callback: String, frameNumber: Int, seconds: Double, hostCalls: [String] = [],
    frames: [BacktraceFrame] = [], hint: String? = nil, dump: DumpState = .none
  ) {
    self.cartID = cartID
    self.cartTitle = cartTitle
    self.kind = kind
    self.message = message
    self.fault = fault
    self.callback = callback
    self.frameNumber = frameNumber
    self.seconds = seconds
    self.hostCalls = hostCalls
    self.frames = frames
    self.hint = hint
    self.dump = dump
  }
}
