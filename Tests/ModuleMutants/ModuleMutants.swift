import Engine
import Runtime
import TestKit

/// Damages modules and decodes, compiles, lists and runs what comes of it: whatever the bytes are,
/// there is a module or an error, in bounded time and memory.
public struct ModuleMutants: Mutants, Sendable {
  /// The modules that WebAssembly 2.0 allows, and those that need more; never empty, none of them.
  private let pools: [[[UInt8]]]
  private let budget: MemoryBudget

  /// Mutants of modules, of which those that are valid and of a fit size are taken.
  ///
  /// Half of the mutants are of modules that WebAssembly 2.0 does not allow, if there are any.
  public init(of modules: [[UInt8]]) {
    // What all of them need, such as tables of instructions, is in memory afterwards.
    let valid = modules.filter {
      (20..<20_000).contains($0.count) && Self.use($0, number: 0) == .accepted
    }
    precondition(!valid.isEmpty, "no modules to damage")
    let old = valid.filter { Self.isOfSecond($0) }
    let new = valid.filter { !Self.isOfSecond($0) }
    pools = [old, new].filter { !$0.isEmpty }
    budget = MemoryBudget()
  }

  private static func isOfSecond(_ bytes: [UInt8]) -> Bool {
    (try? Module(decoding: bytes, features: .webAssembly2).validateBodies()) != nil
  }

  /// The bytes of a mutant, a module.
  public func bytes(_ number: Int) -> [UInt8] {
    var damage = ModuleDamage(number: number)
    let pool = pools[damage.below(pools.count)]
    var bytes = pool[damage.below(pool.count)]
    damage.apply(to: &bytes, others: pool)
    return bytes
  }

  /// Loads, compiles, lists and runs a mutant.
  public func play(_ number: Int) -> MutantOutcome {
    let bytes = bytes(number)
    var outcome = MutantOutcome()
    outcome.measure { $0.verdict = Self.use(bytes, number: number) }
    outcome.finding = budget.finding ?? outcome.finding
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

  private static func use(_ bytes: [UInt8], number: Int) -> MutantOutcome.Verdict {
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
    return .accepted
  }

  private static func verdict(_ fault: ModuleFault) -> MutantOutcome.Verdict {
    switch fault {
    case .limitExceeded, .featureMissing: .limited
    default: .refused
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
}
