import Runtime

/// A wasm frame of a stopped program, before anything is known of its source.
public struct StoppedFrame: Sendable {
  /// Index in the module's function index space, imports first.
  public var functionIndex: Int
  /// Offset of the instruction from the start of the wasm file; the call's for callers.
  public var offset: Int
  /// The same offset from the byte after the body size.
  public var functionOffset: Int
  /// The wasm locals, parameters first; nil for what is missing.
  public var locals: [Value?]
  /// The operand stack, bottom first.
  public var operands: [Value?]
  /// Whether the values may be those of a neighbouring instruction.
  public var isApproximate: Bool
  /// Whether it was calling another function, which may have changed globals since.
  public var isCaller: Bool
  /// The host function that it was calling; nil if it was not.
  public var hostCallee: HostCallee?

  /// A frame of these parts.
  public init(
    functionIndex: Int, offset: Int, functionOffset: Int, locals: [Value?] = [],
    operands: [Value?] = [], isApproximate: Bool = false, isCaller: Bool,
    hostCallee: HostCallee? = nil
  ) {
    self.functionIndex = functionIndex
    self.offset = offset
    self.functionOffset = functionOffset
    self.locals = locals
    self.operands = operands
    self.isApproximate = isApproximate
    self.isCaller = isCaller
    self.hostCallee = hostCallee
  }
}

/// What the instance of a stopped frame holds: alive, or in a coredump.
public protocol StoppedInstance {
  /// A global of the index space, imports first; nil if it is not known.
  func global(_ index: Int) -> Value?
  /// Bytes of the first memory; nil if not all of them are within it.
  func bytes(at address: UInt64, count: Int) -> [UInt8]?
}

/// An instance in its store, in which nothing has run since the trap.
public struct LiveInstance: StoppedInstance {
  private let globals: [Global]
  private let memory: GuestMemory?

  /// The state of an instance.
  public init(_ instance: Instance) {
    globals = instance.globals
    memory = instance.memories.first?.contents
  }

  /// A global of the index space, imports first.
  public func global(_ index: Int) -> Value? {
    globals.indices.contains(index) ? globals[index].value : nil
  }

  /// Bytes of the first memory.
  public func bytes(at address: UInt64, count: Int) -> [UInt8]? {
    guard let address = UInt32(exactly: address), let count = UInt32(exactly: count) else {
      return nil
    }
    return memory?.bytes(at: address, count: count).map { Array($0) }
  }
}
