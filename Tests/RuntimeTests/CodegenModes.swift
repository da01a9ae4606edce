import Engine
import Runtime
import Testing

/// The ways in which code can be made and placed, all of which behave the same.
enum CodegenMode: String, CaseIterable, CustomTestStringConvertible {
  case host
  /// Without any optional instruction set.
  case baseline
  /// As where the system refuses the reservation for guard regions.
  case explicitBounds
  /// As where the system refuses to map code twice.
  case flippedCode
  case spilled
  /// Without what is done for speed alone.
  case withoutMeasures
  case unfolded
  case withoutLocalRegisters
  case checked

  var config: CodegenConfig {
    switch self {
    case .host, .flippedCode: .host
    case .baseline: CodegenConfig(features: [])
    case .explicitBounds: CodegenConfig(bounds: .explicit)
    case .spilled: CodegenConfig(switches: .spillEverything)
    case .unfolded: CodegenConfig(switches: .noFolding)
    case .withoutLocalRegisters: CodegenConfig(switches: .noLocalRegisters)
    case .checked: CodegenConfig(switches: .checksItself)
    case .withoutMeasures: CodegenConfig(measures: [])
    }
  }

  var limits: StoreLimits { StoreLimits(flipsCodeMemory: self == .flippedCode) }
  var testDescription: String { rawValue }

  /// Instantiates a module in a store of its own.
  func instantiate(
    _ bytes: [UInt8], imports: Imports = Imports(), stackBytes: UInt64? = nil,
    memoryBytes: UInt64? = nil
  ) throws -> Instance {
    var limits = limits
    if let stackBytes { limits.stackBytes = stackBytes }
    if let memoryBytes { limits.memoryBytes = memoryBytes }
    return try Instance(
      CompiledModule(compiling: Module(decoding: bytes), config: config), imports: imports,
      store: Store(limits: limits))
  }
}
