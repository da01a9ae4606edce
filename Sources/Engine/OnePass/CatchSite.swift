/// What happens to an exception that leaves a call: found by compiling the function again, so that
/// code in which nothing is thrown carries nothing for it.
public struct CatchSite: Sendable {
  /// A clause around the call.
  public struct Clause: Sendable {
    /// The index of the tag that it catches; nil for any.
    public var tag: Int?
    /// Whether it passes the exception itself on, behind the tag's values.
    public var hasReference: Bool
    /// Where control goes: an index in `targets`.
    public var target: Int
  }

  /// A label as seen from the call.
  public struct Target: Sendable {
    /// The block whose label it is; see `OpenFrame.number`.
    var block: Int
    /// Code offset from the start of the module's code.
    public var offset: Int
    /// The types of the values that the label takes.
    public var types: [ValueType]
    /// Where the first of them goes, from rbp; the others follow below.
    public var slots: Int32
    /// Bytes from one of these slots to the next.
    public var slotBytes: Int32
    /// Whether the last value goes to rax or xmm0 instead.
    public var hasRegister: Bool
    /// Preserved registers whose local's interval does not reach the label: they go home.
    public var dying: [LocalMove]
  }

  /// A local's register and its home.
  public struct LocalMove: Sendable {
    /// The register's number, from 16 on xmm.
    public var register: UInt8
    /// The home's offset from rbp.
    public var home: Int32
    /// The local's type.
    public var type: ValueType
  }

  /// The clauses that can catch something, the one that is asked first in front.
  public var clauses: [Clause] = []
  /// The labels that they lead to.
  public var targets: [Target] = []
  /// Locals whose registers the call has destroyed.
  public var reloads: [LocalMove] = []
  /// Bytes of the frame below rbp.
  public var frameBytes = 0
  /// The preserved registers that the function has saved.
  public var savedRegisters: [FunctionRecording.SavedRegister] = []
}

extension FunctionCompiler {
  /// Tells the recorder what an exception would find that leaves the call just emitted.
  ///
  /// The state at a label is as if a branch to it followed the call.
  mutating func recordCatches() {
    var site = CatchSite()
    site.reloads = moves(localBusy & RegisterRoles.callerSaved)
    site.frameBytes = Int(frameSize)
    var tags: Set<UInt32> = []
    var targets: [Int: Int] = [:]
    search: for f in stride(from: depth - 1, through: 1, by: -1) {
      guard var cursor = control[f].catches else { continue }
      for _ in 0..<readU32(&cursor) {
        let clause = CatchClause(reading: &cursor)
        if let tag = clause.tag, !tags.insert(tag).inserted { continue }
        let label = f - 1 - Int(clause.label)
        let target = targets[label] ?? site.targets.count
        if target == site.targets.count {
          site.targets.append(catchTarget(label))
          targets[label] = target
        }
        site.clauses.append(
          CatchSite.Clause(
            tag: clause.tag.map { Int($0) }, hasReference: clause.hasReference, target: target))
        if clause.tag == nil { break search }
      }
    }
    recorder.take(site)
  }

  private func catchTarget(_ f: Int) -> CatchSite.Target {
    let frame = control[f]
    let types = (0..<frame.labelArity).map { i in
      guard let type = ValueType(code: frame.labelTypes[i]) else {
        preconditionFailure("validation lets no type \(frame.labelTypes[i]) pass")
      }
      return type
    }
    let dying = locals(dyingOnTheWayTo: f) & RegisterRoles.calleeSaved
    return CatchSite.Target(
      block: frame.number, offset: frame.kind == .loop ? frame.loopStart - functionStart : 0,
      types: types, slots: slotOffset(frame.height), slotBytes: 1 << slotBytesShift,
      hasRegister: frame.kind != .loop && frame.labelArity > 0, dying: moves(dying))
  }

  private func moves(_ registers: RegisterSet) -> [CatchSite.LocalMove] {
    var moves: [CatchSite.LocalMove] = []
    var set = registers
    while !set.isEmpty {
      let r = set.first
      set -= r.bit
      let local = resident[Int(r.number)]
      guard let type = ValueType(code: places[local].type) else { continue }
      moves.append(CatchSite.LocalMove(register: r.number, home: places[local].home, type: type))
    }
    return moves
  }
}
