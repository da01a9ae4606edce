import Engine
import Interpreter
import Runtime

/// Plays a scenario on compiled code, and compares with what the interpreter recorded.
final class CompiledRun: @unchecked Sendable {
  private let scenario: Scenario
  private let record: Record
  private let store: Store
  private var comparison = FrameComparison()
  private var instance: Instance?
  private var hostCalls = 0
  /// Calls from the host within calls from the host.
  private var depth = 0
  /// Moments at which all was equal.
  private(set) var equal = 0
  /// What differed, the first difference of each moment.
  private(set) var differences: [String] = []
  /// Values compared.
  var values: Int { comparison.values }

  init(_ scenario: Scenario, _ record: Record) {
    self.scenario = scenario
    self.record = record
    // The interpreter's stack is the one that ends first.
    store = Store(limits: StoreLimits(stackBytes: 64 << 20))
    // A difference must not become an endless loop.
    store.callbackLimit = 20
    comparison.indexOfNumber = record.functionIndices
  }

  /// Plays as much as the interpreter did.
  func play(_ module: Module, _ config: CodegenConfig) {
    if record.isCutOffAtStart { return }
    var instance: Instance
    do {
      let compiled = try CompiledModule(compiling: module, config: config)
      instance = try instantiate(compiled, after: nil)
      if !scenario.links.isEmpty { instance = try instantiate(compiled, after: instance) }
    } catch InstantiationError.trap(let trap) {
      return compare(trap, call: -1, kind: record.instantiation)
    } catch {
      return differences.append("\(error)")
    }
    if let kind = record.instantiation {
      return differences.append("instantiated, expected \(kind.rawValue)")
    }
    for (number, outcome) in record.outcomes.enumerated() {
      let call = scenario.calls[number]
      guard let function = instance.export(named: call.export)?.function else { continue }
      play(function, call, number, outcome)
      // What comes after a difference is one, too.
      if !differences.isEmpty { return }
    }
  }

  private func instantiate(
    _ compiled: CompiledModule, after first: Instance?
  ) throws(InstantiationError) -> Instance {
    var imports = imports(compiled.module, compiled.config)
    if let first {
      for (item, name) in scenario.links {
        if let extern = first.export(named: name) {
          imports.define(module: item.module, name: item.name, extern)
        }
      }
    }
    let instance = try Instance(compiled, imports: imports, store: store)
    self.instance = instance
    for index in 0..<compiled.module.functionCount {
      if let function = instance.function(index) {
        comparison.indexOfReference[function.reference] = index
      }
    }
    return instance
  }

  private func play(_ function: Function, _ call: Scenario.Call, _ number: Int, _ expected: Outcome)
  {
    do {
      let results = try function.call(call.arguments.map { Value($0) })
      switch expected {
      case .trapped(let kind): differences.append("call \(number) returned, expected \(kind)")
      case .returned(let values):
        let isSame = zip(values, results).allSatisfy { comparison.equal($0, $1) }
        if !isSame { differences.append("call \(number): \(results), expected \(values)") }
      }
    } catch {
      guard case .trapped(let kind) = expected else {
        return differences.append("call \(number): \(error.kind.name), expected to return")
      }
      compare(error, call: number, kind: kind)
    }
  }

  // MARK: Comparing

  private func compare(_ trap: Trap, call: Int, kind: PlainTrap.Kind?) {
    guard trap.kind.name == kind?.rawValue else {
      return differences.append(
        "call \(call): \(trap.kind.name), expected \(kind?.rawValue ?? "none")")
    }
    guard let observation = record.observations[.trap(call: call)] else { return }
    let offsets = trap.frames.map(\.offset)
    if offsets != observation.frames.map(\.offset) {
      return differences.append("call \(call): a backtrace of offsets \(offsets)")
    }
    compare(observation, ObservedFrame.frames(of: trap))
  }

  private func compare(_ observation: Observation, _ frames: [ObservedFrame]) {
    if let difference = comparison.difference(observation.frames, frames) {
      differences.append("\(observation.moment): \(difference)")
    } else {
      equal += 1
    }
  }

  // MARK: The host

  private func imports(_ module: Module, _ config: CodegenConfig) -> Imports {
    var imports = Imports()
    for item in module.imports {
      let extern: Extern?
      switch item.kind {
      case .function(let type): extern = .function(store.makeFunction(stub(module.types[type])))
      case .table(let type): extern = store.makeTable(type).map { .table($0) }
      case .memory(let type):
        extern = store.makeMemory(type, bounds: config.bounds).map { .memory($0) }
      case .global(let type):
        let index = module.imports.firstIndex(of: item) ?? 0
        let value = Value(scenario.global(type.value, import: index))
        extern = .global(store.makeGlobal(type, value))
      case .tag(let type): extern = .tag(store.makeTag(module.types[type].parameters))
      }
      if let extern { imports.define(module: item.module, name: item.name, extern) }
    }
    return imports
  }

  private func stub(_ type: FuncType) -> HostFunction {
    HostFunction("stub", type: type, valueBody: { [unowned self] (_, _) in try act(type) })
  }

  private func act(_ type: FuncType) throws -> [Value] {
    hostCalls += 1
    let number = hostCalls
    if let observation = record.observations[.hostCall(number)] {
      compare(observation, ObservedFrame.framesInProgress(in: store))
    }
    if number == record.failingHostCall { throw HostError("the end") }
    if let call = scenario.nestedCall(inHostCall: number, depth: depth),
      let function = instance?.export(named: call.export)?.function
    {
      depth += 1
      defer { depth -= 1 }
      // A trap goes on to the outer call.
      _ = try function.call(call.arguments.map { Value($0) })
    }
    return scenario.hostResults(type.results, call: number).map { Value($0) }
  }
}

extension Value {
  /// The same value for the runtime; a function becomes null, as there is none outside.
  init(_ value: PlainValue) {
    switch value.type.kind {
    case .i32: self = .i32(UInt32(truncatingIfNeeded: value.bits))
    case .i64: self = .i64(value.bits)
    case .f32: self = .f32(UInt32(truncatingIfNeeded: value.bits))
    case .f64: self = .f64(value.bits)
    case .v128: self = .v128(value.vector)
    case .funcref: self = .funcref(nil)
    case .exnref: self = .exnref(nil)
    case .externref: self = .externref(value.bits == 0 ? nil : value.bits - 1)
    }
  }
}
