import Engine

/// A way to compile.
public struct Mode: Hashable, Sendable, CustomStringConvertible {
  /// Its name on the command line.
  public let name: String
  /// Its configuration.
  public let config: CodegenConfig

  /// The name.
  public var description: String { name }

  private init(_ name: String, _ change: (inout CodegenConfig) -> Void) {
    var config = CodegenConfig.host
    change(&config)
    self.name = name
    self.config = config
  }

  /// As it is for everybody.
  public static let `default` = Mode("default") { _ in }
  /// Addresses are compared.
  public static let explicitBounds = Mode("explicit-bounds") { $0.bounds = .explicit }
  /// No instructions beyond x86-64-v2.
  public static let baselineCPU = Mode("baseline-cpu") { $0.features = [] }
  /// Every local and operand is in memory.
  public static let spillEverything = Mode("spill-everything") { $0.switches = .spillEverything }
  /// Without what is done for the recorder alone: something must differ.
  public static let withoutRules = Mode("without-rules") { $0.recordingRules = [] }

  /// The ways in which nothing may differ.
  public static let exact: [Mode] = [
    .default, .explicitBounds, .baselineCPU, .spillEverything,
    Mode("no-local-registers") { $0.switches = .noLocalRegisters },
    Mode("no-folding") { $0.switches = .noFolding },
    // With all that the compiler can check about itself.
    Mode("checked") { $0.switches = .checksItself },
    // In code that counts, with fuel for everything.
    Mode("counting") { $0.countsFuel = true },
    // Without what is done for speed alone.
    Mode("without-measures") { $0.measures = [] },
  ]

  /// Those without a single measure for speed, in which nothing may differ either.
  public static let withoutOneMeasure: [Mode] = SpeedMeasures.named.map { named in
    Mode("without-\(named.name)") { $0.measures.remove(named.measure) }
  }

  /// All ways.
  public static let all: [Mode] = exact + withoutOneMeasure + [.withoutRules]
}
