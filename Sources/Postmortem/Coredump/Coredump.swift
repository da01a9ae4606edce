/// The state of a crashed process in the terms of the WebAssembly tool conventions' coredump, and
/// what that has no place for in sections of our own (FORMAT.md).
///
/// Memory contents are not part of it: they are large, so that `CoredumpWriter` streams them from
/// where they are and `CoredumpReader` hands out ranges of the file.
public struct Coredump: Sendable, Equatable {
  /// Name of the program (Coredump: process info).
  public var executableName: String
  /// Names of the modules, index space M (Coredump: coremodules).
  public var moduleNames: [String]
  /// Instances, index space I (Coredump: coreinstances).
  public var instances: [Instance]
  /// Threads with their stacks (Coredump: corestack).
  public var threads: [Thread]
  /// Captured memories in the order of the dump's memory section.
  public var memories: [Memory]
  /// Captured globals in the order of the dump's global section.
  public var globals: [Global]
  /// What stopped the process; nil in dumps of others.
  public var stop: Stop?
  /// What ran; nil in dumps of others.
  public var build: Build?
  /// SHA-256 of the code section's content of each module, in the order of `moduleNames`; an entry
  /// is empty for a module without one, and all are missing in dumps of others.
  public var codeHashes: [[UInt8]] = []
  /// The callback that was running; nil where there is no console.
  public var callback: Callback?
  /// Host functions between the frames of the first thread, youngest first.
  public var hostFrames: [HostFrame] = []
  /// Values that the conventions have no form for.
  public var wideValues: [WideValue] = []
  /// The exceptions that references in the dump lead to.
  public var exceptions: [Exception] = []
  /// Captured tables.
  public var tables: [Table] = []
  /// Tables and segments of each instance, in the order of `instances`.
  public var links: [Links] = []

  /// A dump of these parts, without sections of our own.
  public init(
    executableName: String, moduleNames: [String], instances: [Instance], threads: [Thread],
    memories: [Memory], globals: [Global]
  ) {
    self.executableName = executableName
    self.moduleNames = moduleNames
    self.instances = instances
    self.threads = threads
    self.memories = memories
    self.globals = globals
  }

  /// An instance: its module, and its memories and globals in its own index order.
  public struct Instance: Sendable, Equatable {
    /// Index in `moduleNames`.
    public var module: UInt32
    /// Indices in `memories`; 0xFFFFFFFF for one that is not in the dump.
    public var memories: [UInt32]
    /// Indices in `globals`; 0xFFFFFFFF for one that is not in the dump.
    public var globals: [UInt32]

    /// An instance of these parts.
    public init(module: UInt32, memories: [UInt32], globals: [UInt32]) {
      self.module = module
      self.memories = memories
      self.globals = globals
    }
  }

  /// A thread of execution.
  public struct Thread: Sendable, Equatable {
    /// Its name, `main` as a rule.
    public var name: String
    /// Its frames, youngest first.
    public var frames: [Frame]

    /// A thread of these parts.
    public init(name: String, frames: [Frame]) {
      self.name = name
      self.frames = frames
    }
  }

  /// One function activation.
  public struct Frame: Sendable, Equatable {
    /// Index in `instances`.
    public var instance: UInt32
    /// Index in the module's function index space, imports first.
    public var function: UInt32
    /// Offset of the instruction from the byte after the body size; 0 where it is unknown.
    public var codeOffset: UInt32
    /// Parameters and declared locals; empty where they are unknown.
    public var locals: [Value]
    /// Operands, bottom first; empty where they are unknown.
    public var stack: [Value]

    /// A frame of these parts.
    public init(
      instance: UInt32, function: UInt32, codeOffset: UInt32, locals: [Value] = [],
      stack: [Value] = []
    ) {
      self.instance = instance
      self.function = function
      self.codeOffset = codeOffset
      self.locals = locals
      self.stack = stack
    }
  }

  /// A local or operand; floats by their bits.
  public enum Value: Sendable, Equatable {
    /// Optimised away or of a type the format cannot hold.
    case missing
    /// A 32-bit integer.
    case i32(UInt32)
    /// A 64-bit integer.
    case i64(UInt64)
    /// The bits of a 32-bit float.
    case f32(UInt32)
    /// The bits of a 64-bit float.
    case f64(UInt64)
  }

  /// The type of a captured memory, sizes in pages of 65,536 bytes.
  public struct Memory: Sendable, Equatable {
    /// Pages at the time of the trap.
    public var pages: UInt64
    /// The declared maximum.
    public var maximum: UInt64?

    /// A memory of this size.
    public init(pages: UInt64, maximum: UInt64?) {
      self.pages = pages
      self.maximum = maximum
    }
  }

  /// A captured global with its type and value.
  public struct Global: Sendable, Equatable {
    /// The declared mutability.
    public var isMutable: Bool
    /// Type and value at the time of the trap.
    public var value: GlobalValue

    /// A global of this value.
    public init(isMutable: Bool, value: GlobalValue) {
      self.isMutable = isMutable
      self.value = value
    }
  }

  /// The value of a global; floats by their bits, references as null.
  public enum GlobalValue: Sendable, Equatable {
    /// A 32-bit integer.
    case i32(UInt32)
    /// A 64-bit integer.
    case i64(UInt64)
    /// The bits of a 32-bit float.
    case f32(UInt32)
    /// The bits of a 64-bit float.
    case f64(UInt64)
    /// The 16 bytes of a vector as two little-endian halves.
    case v128(low: UInt64, high: UInt64)
    /// A function reference, whose target the format cannot name.
    case funcref
    /// A host reference, whose target the format cannot name.
    case externref
  }
}
