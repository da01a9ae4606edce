import Engine
import Runtime

/// What there is to tell about the stack of a stopped program: the frames with their source, what
/// the program said, and what is missing.
public struct StackReport: Sendable {
  /// An instance that has frames on the stack.
  public struct Program {
    /// For the instance's module.
    public var symbolizer: Symbolizer
    /// What the instance holds; nil if that is not known.
    public var instance: (any StoppedInstance)?

    /// An instance and the symboliser for its module.
    public init(symbolizer: Symbolizer, instance: (any StoppedInstance)?) {
      self.symbolizer = symbolizer
      self.instance = instance
    }
  }

  /// A frame and the index of its program.
  public typealias Entry = (frame: StoppedFrame, program: Int)

  /// Frames whose source is looked up; more have only names.
  public static let symbolizedFrames = 1000
  /// Frames at the young end of a stack whose values are told.
  public static let youngestWithValues = 48
  /// Frames at the old end of a stack whose values are told.
  public static let oldestWithValues = 16

  /// Whether the values of a frame are told.
  public static func hasValues(_ index: Int, of count: Int) -> Bool {
    index < youngestWithValues || index >= count - oldestWithValues
  }

  /// The stack, youngest first, with the host functions that its frames have called.
  public private(set) var frames: [ReportFrame] = []
  /// What the program itself said when it gave up.
  public private(set) var programMessage: String?
  /// More about what happened.
  public private(set) var findings: [String] = []
  /// What is missing, each with the build flag that adds it.
  public private(set) var reasons: [String] = []

  /// Works everything out.
  ///
  /// - Parameters:
  ///   - stack: The stack, youngest first.
  ///   - programs: The instances that frames belong to.
  ///   - fault: The access, if a memory fault stopped the program.
  ///   - hostCalls: The last host calls, newest first.
  ///   - options: Where sources are looked for, and whether at all.
  public init(
    _ stack: [Entry], of programs: [Program], fault: MemoryFault?, hostCalls: [String],
    options: ReportOptions
  ) {
    frames.reserveCapacity(stack.count)
    for (index, entry) in stack.enumerated() {
      guard programs.indices.contains(entry.program) else { continue }
      let program = programs[entry.program]
      frames.append(
        program.symbolizer.frame(
          entry.frame, in: program.instance,
          withValues: Self.hasValues(index, of: stack.count),
          withSource: Self.hasSource(index, of: stack.count)))
    }
    var message = ProgramMessage(frames, stack, programs)
    message.search(hostCalls)
    programMessage = message.text
    findings = message.findings
    if let finding = StackOverflow.finding(fault, frames, stack, programs) {
      findings.append(finding)
    }
    if let finding = DamagedHeap.finding(isMemoryFault: fault != nil, frames) {
      findings.append(finding)
    }
    reasons = MissingDetails.reasons(frames, stack, programs)
    addExcerpts(options)
    addHostFunctions(stack)
  }

  /// Puts host functions above the frames that have called them.
  private mutating func addHostFunctions(_ stack: [Entry]) {
    guard stack.contains(where: { $0.frame.hostCallee != nil }), stack.count == frames.count else {
      return
    }
    frames = zip(stack, frames).flatMap { entry, frame in
      guard let callee = entry.frame.hostCallee else { return [frame] }
      return [ReportFrame(host: callee.functionIndex, name: callee.name), frame]
    }
  }

  private static func hasSource(_ index: Int, of count: Int) -> Bool {
    index < symbolizedFrames - oldestWithValues || index >= count - oldestWithValues
  }

  private mutating func addExcerpts(_ options: ReportOptions) {
    var reader = options.sources.reader()
    let count = frames.count
    for index in frames.indices where Self.hasValues(index, of: count) {
      for level in frames[index].functions.indices {
        let function = frames[index].functions[level]
        guard function.origin == .own, let file = function.file, let line = function.line else {
          continue
        }
        frames[index].functions[level].excerpt = reader.excerpt(of: file, line: line)
      }
    }
  }
}

extension StackReport {
  /// What there is to tell about a trap, in whose store nothing has run since.
  public init(_ trap: Trap, hostCalls: [String] = [], options: ReportOptions = ReportOptions()) {
    var programs: [Program] = []
    var numbers: [Int: Int] = [:]
    var symbolizers: [ObjectIdentifier: Symbolizer] = [:]
    var notes: [String] = []
    let instances = trap.store.instances
    var stack: [Entry] = []
    stack.reserveCapacity(trap.frames.count)
    var values = trap.frameValues.makeIterator()
    for (index, frame) in trap.frames.enumerated() {
      let program =
        numbers[frame.instance]
        ?? {
          let module = frame.module.module
          let symbolizer =
            symbolizers[ObjectIdentifier(module)]
            ?? {
              let twin = options.twin(module)
              notes += twin.notes
              return Symbolizer(
                module, twin: twin.module, usesDebugInfo: options.usesDebugInfo)
            }()
          symbolizers[ObjectIdentifier(module)] = symbolizer
          let instance =
            instances.indices.contains(frame.instance) ? instances[frame.instance] : nil
          programs.append(
            Program(symbolizer: symbolizer, instance: instance.map { LiveInstance($0) }))
          numbers[frame.instance] = programs.count - 1
          return programs.count - 1
        }()
      var stopped = StoppedFrame(
        functionIndex: frame.functionIndex, offset: frame.offset,
        functionOffset: frame.funcOffset, isCaller: index > 0, hostCallee: frame.hostCallee)
      // They end early if wasm has run since.
      if let snapshot = values.next(), Self.hasValues(index, of: trap.frames.count) {
        stopped.locals = snapshot.locals
        stopped.operands = snapshot.operands
        stopped.isApproximate = snapshot.isApproximate
      }
      stack.append((stopped, program))
    }
    self.init(
      stack, of: programs, fault: trap.fault, hostCalls: hostCalls, options: options)
    reasons = notes + reasons
  }
}

extension CrashReport {
  /// The report of a trap, in whose store nothing has run since.
  ///
  /// - Parameters:
  ///   - trap: What stopped the cart.
  ///   - cartID: Identity of the cart.
  ///   - cartTitle: What the player knows it as.
  ///   - callback: The callback or export that ran.
  ///   - frameNumber: Number of the frame; nil outside of a console.
  ///   - seconds: Seconds of play.
  ///   - hostCalls: The last host calls, newest first.
  ///   - dump: Where the coredump is.
  ///   - options: Where sources are looked for, and whether at all.
  public init(
    _ trap: Trap, cartID: String, cartTitle: String, callback: String, frameNumber: Int?,
    seconds: Double, hostCalls: [String] = [], dump: DumpState = .none,
    options: ReportOptions = ReportOptions()
  ) {
    let stack = StackReport(trap, hostCalls: hostCalls, options: options)
    self.init(
      cartID: cartID, cartTitle: cartTitle, kind: CrashKind(id: trap.kind.name),
      message: trap.message, fault: trap.fault, callback: callback, frameNumber: frameNumber,
      seconds: seconds, hostCalls: hostCalls, programMessage: stack.programMessage,
      findings: stack.findings, frames: stack.frames, reasons: stack.reasons, dump: dump)
  }
}
