import ArgumentParser
import Engine
import Runtime

/// Options of all verbs that compile: other ways to the same results, for comparing.
struct EngineOptions: ParsableArguments {
  @Flag(help: "Compare each address with the memory's length instead of relying on guard pages.")
  var explicitBounds = false

  @Flag(help: "Keep every local and operand in memory.")
  var spillEverything = false

  @Flag(help: "Keep every local in memory.")
  var noLocalRegisters = false

  @Flag(help: "Make every value where its instruction stands, in a register of its own.")
  var noFolding = false

  @Flag(
    help: "Check the compiler's bookkeeping and the stack pointer; a defect ends the process.")
  var checkCompiler = false

  @Flag(help: "Use no instructions beyond x86-64-v2.")
  var baselineCPU = false

  @Option(
    name: .customLong("without-rule"),
    help: ArgumentHelp(
      "Make code from which a crash cannot be told in full, to measure the price.",
      visibility: .hidden))
  var droppedRules: [RecordingRule] = []

  @Option(
    name: .customLong("without"),
    help: ArgumentHelp("Leave out a measure for speed, to learn its worth.", visibility: .hidden))
  var droppedMeasures: [SpeedMeasure] = []

  @Flag(help: "Count function entries and passes of loops.")
  var countFuel = false

  var config: CodegenConfig {
    var config = CodegenConfig.host
    if explicitBounds { config.bounds = .explicit }
    if baselineCPU { config.features = [] }
    if spillEverything { config.switches.formUnion(.spillEverything) }
    if noLocalRegisters { config.switches.formUnion(.noLocalRegisters) }
    if noFolding { config.switches.formUnion(.noFolding) }
    if checkCompiler { config.switches.formUnion(.checksItself) }
    config.countsFuel = countFuel
    for measure in droppedMeasures { config.measures.remove(measure.measures) }
    for rule in droppedRules { config.recordingRules.remove(rule.rules) }
    return config
  }
}

/// What code does only for crash reports, by name.
enum RecordingRule: String, ExpressibleByArgument, CaseIterable {
  case deadValues = "dead-values"
  case unsetLocals = "unset-locals"
  case unusedParameters = "unused-parameters"
  case all

  var rules: RecordingRules {
    switch self {
    case .deadValues: .deadValues
    case .unsetLocals: .unsetLocals
    case .unusedParameters: .unusedParameters
    case .all: .all
    }
  }
}

/// What code generation does for speed alone, by name.
enum SpeedMeasure: String, ExpressibleByArgument, CaseIterable {
  case placement
  case flags
  case memoryOperands = "memory-operands"
  case inlineBulk = "inline-bulk"
  case labelRegisters = "label-registers"
  case copies
  case registersAhead = "registers-ahead"
  case bitInstructions = "bit-instructions"
  case shortJumps = "short-jumps"
  case all

  var measures: SpeedMeasures {
    switch self {
    case .placement: .placement
    case .flags: .flags
    case .memoryOperands: .memoryOperands
    case .inlineBulk: .inlineBulk
    case .labelRegisters: .labelRegisters
    case .copies: .copies
    case .registersAhead: .registersAhead
    case .bitInstructions: .bitInstructions
    case .shortJumps: .shortJumps
    case .all: .all
    }
  }
}

/// What stands in for functions that a module imports and nobody offers.
enum UnknownImports: String, ExpressibleByArgument, CaseIterable {
  case trap
  case zero

  var policy: Imports.Missing { self == .trap ? .trap : .zero }
}
