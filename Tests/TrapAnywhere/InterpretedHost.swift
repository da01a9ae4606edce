import Engine
import Interpreter

/// The host of an interpreted run: results by call number, frames on request.
final class InterpretedHost {
  private let scenario: Scenario
  private let wishes: InterpretedRun.Wishes
  /// Whom to call into; nil while it is being made.
  var instance: PlainInstance?
  private(set) var observations: [Observation] = []
  /// The number of the call that failed, as was wished.
  private(set) var failingCall: Int?
  private var calls = 0
  /// Calls from the host within calls from the host.
  private var depth = 0
  private var visits = 0

  init(_ scenario: Scenario, _ wishes: InterpretedRun.Wishes) {
    self.scenario = scenario
    self.wishes = wishes
  }

  /// What an import is bound to.
  func extern(for item: Import, in module: Module, _ store: PlainStore) -> PlainExtern {
    switch item.kind {
    case .function(let index):
      let type = module.types[index]
      return .function(
        store.makeFunction(type) { [unowned self] (machine, _) throws(PlainTrap) in
          try act(type, &machine)
        })
    case .table(let type): return .table(store.makeTable(type))
    case .memory(let type): return .memory(store.makeMemory(type))
    case .global(let type):
      let index = module.imports.firstIndex(of: item) ?? 0
      return .global(store.makeGlobal(type, scenario.global(type.value, import: index)))
    case .tag(let type): return .tag(PlainTag(module.types[type].parameters))
    }
  }

  private func act(_ type: FuncType, _ machine: inout Machine) throws(PlainTrap) -> [PlainValue] {
    calls += 1
    let number = calls
    let fails = isToFail(at: machine.offset)
    if fails || wishes.hostCalls.contains(number) {
      observations.append(Observation(moment: .hostCall(number), frames: machine.frames))
    }
    if fails {
      failingCall = number
      throw PlainTrap(.hostError)
    }
    if let call = scenario.nestedCall(inHostCall: number, depth: depth),
      case .function(let function)? = instance?.export(named: call.export)
    {
      depth += 1
      defer { depth -= 1 }
      // A trap goes on to the outer call.
      _ = try machine.call(function, call.arguments)
    }
    return scenario.hostResults(type.results, call: number)
  }

  private func isToFail(at offset: Int?) -> Bool {
    guard wishes.failingVisit > 0, offset == wishes.trap else { return false }
    visits += 1
    return visits == wishes.failingVisit
  }
}
