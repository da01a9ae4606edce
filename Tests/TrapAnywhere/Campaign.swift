import Engine
import Interpreter
import Runtime

/// A module under a name that says where it comes from.
public struct Subject: Sendable {
  /// The name.
  public var name: String
  /// The file.
  public var bytes: [UInt8]

  /// A module's file.
  public init(name: String, bytes: [UInt8]) {
    self.name = name
    self.bytes = bytes
  }
}

/// Puts traps everywhere into modules, and compares both engines at each.
public struct Campaign {
  private let modes: [Mode]
  private let fuel: Int
  private var numbers: RandomNumbers
  /// What came of it so far.
  public private(set) var tally = Tally()

  /// A campaign that follows from its seed; `fuel` is the number of instructions a run may take.
  public init(seed: Int, modes: [Mode] = Mode.exact, fuel: Int) {
    self.modes = modes
    self.fuel = fuel
    numbers = RandomNumbers(seed: seed)
  }

  /// Plays a scenario of a module, as it is and with `placements` traps.
  public mutating func run(_ subject: Subject, placements: Int) {
    let module: Module
    do {
      module = try Module(decoding: subject.bytes)
      try module.validateBodies()
    } catch {
      tally.refused.append("\(subject.name): \(error)")
      return
    }
    // The runtime offers one thing under a name.
    let names = Set(module.imports.map { [$0.module, $0.name] })
    if names.count < Set(module.imports).count {
      tally.refused.append("\(subject.name): two imports of one name")
      return
    }
    let seed = numbers.below(1 << 30)
    let scenario = Scenario(module, seed: seed)
    var wishes = InterpretedRun.Wishes(fuel: fuel, profiles: true)
    wishes.hostCalls = Set(1...5).union((0..<15).map { _ in numbers.below(1000) })
    let record = InterpretedRun(module, scenario, wishes).play()
    tally.instructions += record.instructions
    if record.isStackExhausted { tally.exhausted += 1 }
    for mode in modes {
      tally.naturalEqual += compare(module, scenario, record, mode, subject.name)
    }
    let targets = Targets(module, record.visits)
    if targets.executed.isEmpty { return }
    for _ in 0..<placements {
      let offset = targets.one(&numbers)
      let placement = placement(at: offset, visits: Int(record.visits[offset]), in: module)
      play(placement, module, scenario, subject.name)
    }
  }

  /// Compares a module as it is, at its own traps and in host calls: a module that a difference was
  /// found with, say.
  public mutating func replay(_ subject: Subject, scenario seed: Int) throws {
    let module = try Module(decoding: subject.bytes)
    let scenario = Scenario(module, seed: seed)
    let wishes = InterpretedRun.Wishes(fuel: fuel, hostCalls: Set(1...1000))
    let record = InterpretedRun(module, scenario, wishes).play()
    for mode in modes {
      tally.naturalEqual += compare(module, scenario, record, mode, subject.name)
    }
  }

  /// A trap of a kind that fits, at a visit that is likelier to be an early one.
  private mutating func placement(at offset: Int, visits: Int, in module: Module) -> Placement {
    let function =
      module.bodies.firstIndex { (0..<$0.size).contains(offset - $0.bodyOffset) } ?? 0
    let digits = numbers.below(visits.bitWidth - visits.leadingZeroBitCount) + 1
    let visit = min(visits, 1 + numbers.below(1 << digits))
    let kinds = Placement.Kind.allCases.filter { Placement.fits($0, visit: visit, in: module) }
    return Placement(
      kind: numbers.one(of: kinds), function: function, offset: offset, visit: visit)
  }

  private mutating func play(
    _ placement: Placement, _ module: Module, _ scenario: Scenario, _ name: String
  ) {
    let patch = placement.patch(module)
    let patched: Module
    do {
      patched = try Module(decoding: patch.bytes)
    } catch {
      preconditionFailure("\(name): \(placement) makes the module invalid: \(error)")
    }
    // The counting costs a few instructions a visit.
    var wishes = InterpretedRun.Wishes(fuel: fuel * 4, trap: patch.trap)
    if case .hostCall = placement.kind { wishes.failingVisit = placement.visit }
    let record = InterpretedRun(patched, scenario, wishes).play()
    tally.tried += 1
    tally.instructions += record.instructions
    if record.observations.isEmpty { return }
    tally.reached += 1
    tally.reachedByKind["\(placement.kind)", default: 0] += 1
    for mode in modes {
      tally.equal += compare(patched, scenario, record, mode, "\(name) \(placement)")
    }
  }

  /// Plays on compiled code; the number of moments at which all was equal.
  private mutating func compare(
    _ module: Module, _ scenario: Scenario, _ record: Record, _ mode: Mode, _ name: String
  ) -> Int {
    let run = CompiledRun(scenario, record)
    run.play(module, mode.config)
    tally.values += run.values
    tally.differences += run.differences.map {
      Tally.Difference(
        text: "\(mode.name): \(name): \($0)", bytes: module.bytes, scenario: scenario.seed,
        mode: mode)
    }
    return run.equal
  }
}
