import Engine
import Interpreter

/// Plays a scenario on the interpreter.
struct InterpretedRun: ~Copyable {
  /// What to look at.
  struct Wishes {
    /// Instructions altogether.
    var fuel = 300_000
    /// Count visits.
    var profiles = false
    /// The numbers of the host calls in which to take the frames.
    var hostCalls: Set<Int> = []
    /// Every trap's frames, or only those of the one at this file offset, which ends the scenario.
    var trap: Int?
  }

  private let module: Module
  private let scenario: Scenario
  private let wishes: Wishes
  private let store = PlainStore()
  private var machine = Machine()
  private var record = Record()

  init(_ module: Module, _ scenario: Scenario, _ wishes: Wishes) {
    self.module = module
    self.scenario = scenario
    self.wishes = wishes
    machine.fuel = wishes.fuel
    machine.depthLimit = 1000
    if wishes.profiles { machine.visits = Array(repeating: 0, count: module.bytes.count) }
  }

  deinit { store.close() }

  /// Plays it.
  consuming func play() -> Record {
    let host = Host(scenario, wishes.hostCalls)
    run(host)
    record.hostCalls = host.calls
    for observation in host.observations { record.observations[observation.moment] = observation }
    record.instructions = wishes.fuel - machine.fuel
    record.visits = machine.visits
    return record
  }

  private mutating func run(_ host: Host) {
    let instance: PlainInstance
    do {
      instance = try PlainInstance.instantiate(module, in: store, on: &machine) { [module, store] in
        host.extern(for: $0, in: module, store)
      }
    } catch .trap(let trap) {
      _ = observe(trap, call: -1)
      record.instantiation = trap.kind
      return
    } catch {
      preconditionFailure("a module that does not link: \(error)")
    }
    for (index, function) in instance.functions.enumerated() {
      record.functionIndices[function.number] = index
    }
    for (number, call) in scenario.calls.enumerated() {
      guard case .function(let function)? = instance.export(named: call.export) else { continue }
      do {
        record.outcomes.append(.returned(try machine.call(function, call.arguments)))
      } catch {
        guard observe(error, call: number) else { return }
        record.outcomes.append(.trapped(error.kind))
        if error.frames.first?.offset == wishes.trap { return }
      }
    }
  }

  /// Keeps a trap's frames; false if the other engine would not trap there.
  private mutating func observe(_ trap: PlainTrap, call: Int) -> Bool {
    switch trap.kind {
    case .outOfFuel: return false
    case .callStackExhausted:
      record.isStackExhausted = true
      return false
    default: break
    }
    if wishes.trap == nil || wishes.trap == trap.frames.first?.offset {
      record.observations[.trap(call: call)] = Observation(
        moment: .trap(call: call), kind: trap.kind, frames: trap.frames)
    }
    return true
  }

  /// The host's side: results by call number, frames on request.
  private final class Host {
    private let scenario: Scenario
    private let wanted: Set<Int>
    private(set) var calls = 0
    private(set) var observations: [Observation] = []

    init(_ scenario: Scenario, _ wanted: Set<Int>) {
      self.scenario = scenario
      self.wanted = wanted
    }

    func extern(for item: Import, in module: Module, _ store: PlainStore) -> PlainExtern {
      switch item.kind {
      case .function(let index):
        let type = module.types[index]
        return .function(
          store.makeFunction(type) { [self] (machine, _) throws(PlainTrap) in
            calls += 1
            if wanted.contains(calls) {
              observations.append(Observation(moment: .hostCall(calls), frames: machine.frames))
            }
            return scenario.hostResults(type.results, call: calls)
          })
      case .table(let type): return .table(store.makeTable(type))
      case .memory(let type): return .memory(store.makeMemory(type))
      case .global(let type):
        let index = module.imports.firstIndex(of: item) ?? 0
        return .global(store.makeGlobal(type, scenario.global(type.value, import: index)))
      }
    }
  }
}
