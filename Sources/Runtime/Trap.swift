import Engine

/// A wasm frame on the stack of a trap.
public struct TrapFrame: Sendable {
  /// The module whose function it is.
  public var module: CompiledModule
  /// Number of the instance in its store, in order of instantiation.
  public var instance: Int
  /// Index in the module's function index space.
  public var functionIndex: Int
  /// File offset of the instruction that stopped, or of the call for callers.
  public var offset: Int
  /// The host function that the frame was calling; nil if it was not.
  public var hostCallee: HostCallee? = nil

  /// The function's name in the name section.
  public var name: String? { module.module.names?.functionName(functionIndex) }

  /// The offset from the byte after the body size.
  public var funcOffset: Int {
    let defined = functionIndex - module.module.importedFunctionCount
    guard module.module.bodies.indices.contains(defined) else { return offset }
    return offset - module.module.bodies[defined].bodyOffset
  }
}

/// A memory access that a memory has no room for.
public struct MemoryFault: Sendable, Equatable {
  /// Wasm address of the first byte: index plus offset.
  public var address: UInt64
  /// Bytes of the access, if known.
  public var accessSize: Int?
  /// Bytes of the memory when it happened.
  public var memorySize: UInt64
  /// The memory's index in the module's index space.
  public var memory: Int

  /// A failed access of `accessSize` bytes at `address` to a memory of `memorySize` bytes.
  public init(address: UInt64, accessSize: Int?, memorySize: UInt64, memory: Int = 0) {
    self.address = address
    self.accessSize = accessSize
    self.memorySize = memorySize
    self.memory = memory
  }
}

/// The end of a call into wasm that did not return.
///
/// Keeps its store, and so instance and code, alive.
public struct Trap: Error, Sendable, CustomStringConvertible {
  /// Why it ended.
  public var kind: TrapKind
  /// The kind's message, or what a host function said.
  public var message: String
  /// Youngest first; over all wasm that was running on the thread.
  public var frames: [TrapFrame]
  /// For accesses out of a memory's bounds, where known.
  public var fault: MemoryFault?
  /// The exception that nobody has caught, if that is why.
  public var exception: UncaughtException?
  /// Where it happened.
  public let store: Store
  /// What was on the stack.
  var capture: StackCapture?

  /// The frames with their locals and operands.
  ///
  /// Empty as soon as the store was entered again, or as a host function that has caught the trap
  /// has returned; so look before.
  public var frameValues: FrameValues { FrameValues(store: store, capture: capture) }

  /// The message.
  public var description: String { message }
}

/// What a host function throws to stop the cart.
public struct HostError: Error, Sendable, CustomStringConvertible {
  /// What is wrong, in words.
  public var message: String
  /// An error with this text.
  public init(_ message: String) { self.message = message }
  /// The message.
  public var description: String { message }
}
