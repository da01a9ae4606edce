import CMachine

/// Optional instruction sets that code generation may use, beyond x86-64-v2.
public struct CPUFeatures: OptionSet, Hashable, Sendable {
  /// One bit a feature.
  public let rawValue: UInt32
  /// Makes a feature set from its raw bits.
  public init(rawValue: UInt32) { self.rawValue = rawValue }

  /// Three-operand float instructions.
  public static let avx = CPUFeatures(rawValue: 1 << 0)
  /// TZCNT.
  public static let bmi1 = CPUFeatures(rawValue: 1 << 1)
  /// SHLX, SARX, SHRX, RORX.
  public static let bmi2 = CPUFeatures(rawValue: 1 << 2)
  /// LZCNT.
  public static let lzcnt = CPUFeatures(rawValue: 1 << 3)
}

/// How accesses to linear memory are kept inside it.
public enum MemoryBounds: Hashable, Sendable {
  /// An inaccessible region around the memory makes every access beyond it fault.
  case guardRegion
  /// Code compares each address with the memory's length.
  case explicit
}

/// What the compiler can do without: each switch makes slower code that behaves the same, to be
/// compared with the fast one.
public struct CodegenSwitches: OptionSet, Hashable, Sendable {
  /// One bit a switch.
  public let rawValue: UInt8
  /// Makes a set of switches from its raw bits.
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// No local lives in a register.
  public static let noLocalRegisters = CodegenSwitches(rawValue: 1 << 0)
  /// Every value is made where its instruction stands, in a register of its own: no constants as
  /// immediates, no sums as addresses, no comparisons left in the flags, no results made in locals.
  public static let noFolding = CodegenSwitches(rawValue: 1 << 1)
  /// Every local and operand is in memory between instructions.
  public static let spillEverything: CodegenSwitches = [.noLocalRegisters, .spillsOperands]
  /// Every operand is in its slot between instructions.
  public static let spillsOperands = CodegenSwitches(rawValue: 1 << 2)
  /// The compiler checks its own bookkeeping after each instruction, compiles everything twice, and
  /// code compares its stack pointer with where the frame says that it is; what is wrong ends the
  /// process or traps as `unreachable`.
  public static let checksItself = CodegenSwitches(rawValue: 1 << 3)
}

/// What code does only so that a crash can be told in full; tests drop it to measure its price.
public struct RecordingRules: OptionSet, Hashable, Sendable {
  /// One bit a rule.
  public let rawValue: UInt8
  /// Makes a rule set from its raw bits.
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// A local whose register is taken by something else when its interval ends goes to its home
  /// slot then, and locals prefer registers where that does not happen.
  public static let deadValues = RecordingRules(rawValue: 1 << 0)
  /// Locals that code can be reached without having set are zero from the function's entry on.
  public static let unsetLocals = RecordingRules(rawValue: 1 << 1)
  /// Parameters that the function does not use are kept.
  public static let unusedParameters = RecordingRules(rawValue: 1 << 2)

  /// All rules: every local can be told at every trap and call.
  public static let all: RecordingRules = [.deadValues, .unsetLocals, .unusedParameters]
}

/// What code generation does for speed alone; each can be left out to measure its worth, and all of
/// them in tests.
public struct SpeedMeasures: OptionSet, Hashable, Sendable {
  /// One bit a measure.
  public let rawValue: UInt16
  /// Makes a set of measures from its raw bits.
  public init(rawValue: UInt16) { self.rawValue = rawValue }

  /// Loop heads are aligned, and no jump crosses or touches the end of a line of 32 bytes.
  public static let placement = SpeedMeasures(rawValue: 1 << 0)

  /// Flags that an operation has set serve the branch behind it, also where the value is kept.
  public static let flags = SpeedMeasures(rawValue: 1 << 1)
  /// Operations read and change memory themselves.
  public static let memoryOperands = SpeedMeasures(rawValue: 1 << 2)
  /// Copies and fills of a few bytes are made of moves.
  public static let inlineBulk = SpeedMeasures(rawValue: 1 << 3)

  /// Several values of a label travel in registers, those of a loop to the locals that it sets.
  public static let labelRegisters = SpeedMeasures(rawValue: 1 << 4)
  /// A local that has the bits of another one, in a register, is read there.
  public static let copies = SpeedMeasures(rawValue: 1 << 5)

  /// Copies and fills of a length that is not known stay on the wasm stack.
  public static let shortCopies = SpeedMeasures(rawValue: 1 << 6)
  /// Functions with loops save registers to have more temporaries.
  public static let temporaries = SpeedMeasures(rawValue: 1 << 7)

  /// One instruction sets, clears or flips the bit of a variable number.
  public static let bitInstructions = SpeedMeasures(rawValue: 1 << 8)
  /// Jumps to the end of a small block take two bytes.
  public static let shortJumps = SpeedMeasures(rawValue: 1 << 9)

  /// Every measure with its name on the command line and in the tools, which read this table.
  public static let named: [(name: String, measure: SpeedMeasures)] = [
    ("placement", .placement),
    ("flags", .flags),
    ("memory-operands", .memoryOperands),
    ("inline-bulk", .inlineBulk),
    ("label-registers", .labelRegisters),
    ("copies", .copies),
    ("short-copies", .shortCopies),
    ("temporaries", .temporaries),
    ("bit-instructions", .bitInstructions),
    ("short-jumps", .shortJumps),
  ]

  /// All measures.
  public static let all = SpeedMeasures(named.map(\.measure))
}

/// Everything besides the module that determines the machine code.
///
/// Code is a pure function of module, function index and this value.
public struct CodegenConfig: Hashable, Sendable {
  /// Instruction sets beyond x86-64-v2 to use.
  public var features: CPUFeatures
  /// How memory accesses are checked.
  public var bounds: MemoryBounds
  /// What the code goes without.
  public var switches: CodegenSwitches
  /// What the code does for crash reports alone; less than all only to measure the difference.
  public var recordingRules: RecordingRules
  /// What the code does for speed alone; less than all only to measure and to test.
  public var measures: SpeedMeasures
  /// Counts function entries and passes of loops, and stops where the store's fuel is used up.
  ///
  /// Costs time, so that it is off where nobody asks for it; the code is then the same as if there
  /// were no such mode.
  public var countsFuel = false

  /// Makes a configuration; the features default to those of the CPU at hand.
  public init(
    features: CPUFeatures = .host, bounds: MemoryBounds = .guardRegion,
    switches: CodegenSwitches = [], recordingRules: RecordingRules = .all,
    measures: SpeedMeasures = .all
  ) {
    self.features = features
    self.bounds = bounds
    self.switches = switches
    self.recordingRules = recordingRules
    self.measures = measures
  }

  /// The constant lengths, a bit each, of which a memory.copy is made of moves: 1 to 48 but 3, which
  /// would take a register too many.
  var movedLengths: UInt64 {
    // Without folding there are no constants to know a length by.
    measures.contains(.inlineBulk) && bounds == .guardRegion && folds
      ? 0x1_FFFF_FFFF_FFF6 : 0
  }

  /// Whether values may stay unevaluated, or where they are, until an instruction takes them.
  var folds: Bool { switches.isDisjoint(with: [.noFolding, .spillsOperands]) }

  /// The configuration for this CPU, with guard regions if the system grants the address space.
  public static var host: CodegenConfig {
    CodegenConfig(bounds: vm_memory_guard_available() != 0 ? .guardRegion : .explicit)
  }
}

extension CPUFeatures {
  /// The features of the CPU at hand.
  public static let host = CPUFeatures(rawValue: vm_cpu_features())

  /// Whether the CPU at hand has what all code relies on (x86-64-v2: SSE4.1, POPCNT).
  public static let hostIsSupported = vm_cpu_has_baseline() != 0
}
