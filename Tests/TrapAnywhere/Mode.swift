import Engine

/// A way to compile.
public enum Mode: String, CaseIterable, Sendable {
  case `default` = "default"
  case explicitBounds = "explicit-bounds"
  case spillEverything = "spill-everything"
  case noLocalRegisters = "no-local-registers"
  case noFolding = "no-folding"
  case baselineCPU = "baseline-cpu"
  /// With all that the compiler can check about itself.
  case checked = "checked"
  /// In code that counts, with fuel for everything.
  case counting = "counting"
  /// Without what is done for speed alone.
  case withoutMeasures = "without-measures"
  /// Without what is done for the recorder alone: something must differ.
  case withoutRules = "without-rules"

  /// The ways in which nothing may differ.
  public static let exact: [Mode] = allCases.filter { $0 != .withoutRules }

  /// Its configuration.
  public var config: CodegenConfig {
    var config = CodegenConfig.host
    switch self {
    case .default: break
    case .explicitBounds: config.bounds = .explicit
    case .spillEverything: config.switches = .spillEverything
    case .noLocalRegisters: config.switches = .noLocalRegisters
    case .noFolding: config.switches = .noFolding
    case .checked: config.switches = .checksItself
    case .baselineCPU: config.features = []
    case .counting: config.countsFuel = true
    case .withoutMeasures: config.measures = []
    case .withoutRules: config.recordingRules = []
    }
    return config
  }
}
