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
    /// If there is a host call at that offset: the visit at which it fails.
    var failingVisit = 0
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
    let host = InterpretedHost(scenario, wishes)
    run(host)
    record.failingHostCall = host.failingCall
    for observation in host.observations { record.observations[observation.moment] = observation }
    record.instructions = wishes.fuel - machine.fuel
    record.visits = machine.visits
    return record
  }

  private mutating func run(_ host: InterpretedHost) {
    var instance: PlainInstance
    do {
      instance = try instantiate(host, after: nil)
      if !scenario.links.isEmpty { instance = try instantiate(host, after: instance) }
    } catch .trap(let trap) {
      record.isCutOffAtStart = !observe(trap, call: -1)
      record.instantiation = trap.kind
      return
    } catch {
      preconditionFailure("a module that does not link: \(error)")
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

  private mutating func instantiate(
    _ host: InterpretedHost, after first: PlainInstance?
  ) throws(PlainInstantiationError) -> PlainInstance {
    let instance = try PlainInstance.instantiate(module, in: store, on: &machine) { item in
      if let first, let name = scenario.links[item] { return first.export(named: name) }
      return host.extern(for: item, in: module, store)
    }
    host.instance = instance
    for (index, function) in instance.functions.enumerated() {
      record.functionIndices[function.number] = index
    }
    return instance
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
}
