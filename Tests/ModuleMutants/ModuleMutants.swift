import Engine
import Foundation
import Runtime

/// Damages modules and decodes, compiles, lists and runs what comes of it: whatever the bytes are,
/// there is a module or an error, in bounded time and memory.
public struct ModuleMutants: Sendable {
  /// What one module may take at most, in seconds of the thread.
  public static let timeLimit = 1.0
  /// What all of them may take at most, in bytes, beside what was there before the first.
  public static let memoryLimit = 256 << 20

  /// The answer about a module's bytes.
  public enum Verdict: UInt8, Sendable {
    case invalid = 0
    case valid = 1
    /// Refused for a limit or a feature of ours, where others may differ.
    case limited = 2
  }

  /// What came of a mutant.
  public struct Outcome: Sendable {
    /// The verdict.
    public var verdict = Verdict.valid
    /// What is wrong; nil if nothing is.
    public var finding: String?
    /// Seconds of the thread that it took.
    public var seconds = 0.0
  }

  private let pool: [[UInt8]]
  private let memoryBefore: Int

  /// Mutants of modules, of which those that are valid and of a fit size are taken.
  public init(of modules: [[UInt8]]) {
    // What all of them need, such as tables of instructions, is in memory afterwards.
    pool = modules.filter {
      (20..<20_000).contains($0.count) && Self.use($0, number: 0) == .valid
    }
    precondition(!pool.isEmpty, "no modules to damage")
    memoryBefore = Self.peakMemory()
  }

  /// The bytes of a mutant.
  public func module(_ number: Int) -> [UInt8] {
    var damage = ModuleDamage(number: number)
    var bytes = pool[damage.below(pool.count)]
    damage.apply(to: &bytes, others: pool)
    return bytes
  }

  /// Tries a mutant.
  public func play(_ number: Int) -> Outcome {
    let bytes = module(number)
    let before = Self.threadSeconds()
    var outcome = Outcome()
    outcome.verdict = Self.use(bytes, number: number)
    outcome.seconds = Self.threadSeconds() - before
    if outcome.seconds > Self.timeLimit { outcome.finding = "took \(outcome.seconds) s" }
    let grown = Self.peakMemory() - memoryBefore
    if grown > Self.memoryLimit { outcome.finding = "the process has grown by \(grown >> 20) MiB" }
    return outcome
  }

  /// The ways to compile, which take turns.
  private static let configs: [CodegenConfig] = {
    var configs = [CodegenConfig.host, .host, .host, .host, .host]
    configs[1].bounds = .explicit
    configs[2].switches = .spillEverything
    configs[3].features = []
    configs[4].switches = [.noFolding, .checksItself]
    return configs
  }()

  private static func use(_ bytes: [UInt8], number: Int) -> Verdict {
    let module: Module
    do {
      module = try Module(decoding: bytes)
    } catch {
      return verdict(error.kind)
    }
    var config = configs[number % configs.count]
    config.countsFuel = true
    let compiled: CompiledModule
    do {
      compiled = try CompiledModule(compiling: module, config: config)
    } catch {
      return verdict(error.kind)
    }
    read(module)
    run(compiled)
    return .valid
  }

  private static func verdict(_ fault: ModuleFault) -> Verdict {
    switch fault {
    case .limitExceeded, .featureMissing: .limited
    default: .invalid
    }
  }

  /// Goes through what a decoded module offers to listings.
  private static func read(_ module: Module) {
    for index in module.bodies.indices.prefix(3) {
      for line in InstructionReader(module, function: index).prefix(200) {
        precondition(!line.text.isEmpty)
      }
    }
    for index in 0..<min(3, module.functionCount) {
      _ = module.names?.functionName(index)
      _ = module.names?.localNames(inFunction: index, count: 5)
    }
  }

  /// Instantiates with zeros for imports, and calls what takes nothing; everything ends by its fuel.
  private static func run(_ compiled: CompiledModule) {
    let store = Store(limits: StoreLimits(memoryBytes: 4 << 20, tableElements: 10_000))
    store.fuel = 2_000
    // Bulk operations take no fuel, and calls of them may come one after the other.
    store.callbackLimit = 0.5
    do {
      let instance = try Instance(compiled, imports: Imports(missing: .zero), store: store)
      for export in compiled.module.exports.prefix(3) where export.kind == .function {
        let function = instance.export(named: export.name)?.function
        guard let function, function.type.parameters.isEmpty else { continue }
        _ = try function.call()
      }
    } catch {
      // A trap, or nothing to link with: both are answers.
    }
  }

  private static func threadSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }

  /// The most memory the process ever had, in bytes.
  public static func peakMemory() -> Int {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return Int(usage.ru_maxrss) << 10
  }
}
