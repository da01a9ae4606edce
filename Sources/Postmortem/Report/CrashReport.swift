import Runtime

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
  /// Number of the frame, from 1; 0 before the first; nil outside of a console.
  public var frameNumber: Int?
  /// Seconds of play up to the crash.
  public var seconds: Double
  /// The last host calls with arguments, newest first.
  public var hostCalls: [String]
  /// What the program itself said when it gave up: a panic's text, a failed assertion.
  public var programMessage: String?
  /// More sentences about what happened, such as that the stack of a C program was full.
  public var findings: [String]
  /// The wasm stack, youngest first.
  public let frames: [ReportFrame]
  /// The stack as it is shown.
  public let rows: [BacktraceRow]
  /// The row that is the author's own, to begin with; 0 if there is none.
  public var selection: Int
  /// What is missing, each with the build flag that adds it.
  public var reasons: [String]
  /// Where the coredump is.
  public var dump: DumpState

  /// A report of these parts.
  public init(
    cartID: String, cartTitle: String, kind: CrashKind, message: String, fault: MemoryFault? = nil,
    callback: String, frameNumber: Int?, seconds: Double, hostCalls: [String] = [],
    programMessage: String? = nil, findings: [String] = [], frames: [ReportFrame] = [],
    reasons: [String] = [], dump: DumpState = .none
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
    self.programMessage = programMessage
    self.findings = findings
    self.frames = frames
    self.reasons = reasons
    self.dump = dump
    rows = BacktraceRow.rows(of: frames)
    selection =
      rows.firstIndex { row in
        guard case .function(let function) = row.content else { return false }
        return frames[row.frames.lowerBound].functions[function].origin == .own
      } ?? 0
  }

  /// The headline: the program's own words, or else the kind's.
  public var title: String {
    programMessage.map { visible($0, limit: 512) } ?? kind.headline
  }

  /// The frame of the selected row, and the function in it.
  public var selected: (frame: ReportFrame, function: ReportFunction)? {
    guard rows.indices.contains(selection), case .function(let function) = rows[selection].content
    else { return nil }
    let frame = frames[rows[selection].frames.lowerBound]
    return (frame, frame.functions[function])
  }
}
