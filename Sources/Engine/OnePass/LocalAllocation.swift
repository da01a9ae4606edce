/// Where a local lives: one place a local and function.
struct LocalPlace {
  /// Its register, or none.
  var register: Register
  /// Value type code.
  var type: UInt8
  /// Whether the register is free outside the interval, because something else uses it there.
  ///
  /// The value then is in the home slot. Otherwise the register is the local's for good.
  var isReleased = false
  /// Offset of its frame slot from rbp; 0 if it has none.
  var home: Int32
  /// First and last position at which the register is the local's.
  var first: UInt32
  var last: UInt32
  /// One more than the number of the loop at whose head the interval opens; 0 for none.
  var loop: UInt32 = 0
}

/// Gives locals their registers: greedily by loop weight.
///
/// A local needs its register from its first to its last access. It may keep it longer: over the
/// loops around its first set or for good, so that its value need not go home whenever its last
/// access has passed. A register is taken if its cost (2 for the first use of a preserved one, twice
/// the weight of the calls inside the interval for a destroyed one, the moves between register and
/// home) is below the local's weight. Whoever keeps one longer than it needs to yields. Linear: each
/// register holds at most `maximumIntervals` locals, each local has at most eight choices.
struct LocalAllocation: ~Copyable {
  private static var maximumIntervals: Int { 32 }
  private static var maximumLoops: Int { 6 }

  /// Place of every parameter and every accessed local; valid after `assign`.
  var places: UnsafeMutablePointer<LocalPlace> { placeArena.base }
  private var placeArena = Arena<LocalPlace>(capacity: 256)
  private var orderArena = Arena<UInt64>(capacity: 256)
  /// Locals in each of the 32 registers, and how many.
  private let residents: UnsafeMutablePointer<UInt32>
  private let residentCount: UnsafeMutablePointer<UInt8>
  /// Registers that hold any local.
  private(set) var used = RegisterSet.empty
  /// Per block, one more than the local whose interval opens there; per local, the next one.
  private var openingArena = Arena<UInt32>(capacity: 64)
  private var nextOpeningArena = Arena<UInt32>(capacity: 256)
  /// Whether any interval opens at a loop.
  private(set) var hasOpenings = false

  init() {
    residents = .allocate(capacity: 32 * Self.maximumIntervals)
    residentCount = .allocate(capacity: 32)
  }

  deinit {
    residents.deallocate()
    residentCount.deallocate()
  }

  /// Decides where every local of a function lives.
  ///
  /// Homes are given out later.
  mutating func assign(_ summary: borrowing FunctionSummary, _ config: CodegenConfig) {
    let count = summary.localCount
    placeArena.ensure(count)
    orderArena.ensure(count)
    let order = orderArena.base
    used = .empty
    hasOpenings = false
    var candidates = 0
    func consider(_ i: Int, incoming: Register) {
      let local = summary.locals[i]
      placeArena.base[i] = LocalPlace(
        register: .none, type: summary.localTypes[i], home: 0, first: local.first, last: local.last)
      if local.weight > 0 && !config.switches.contains(.noLocalRegisters) {
        // Heaviest first, then by index; the incoming register rides along.
        order[candidates] =
          UInt64(~local.weight) << 32 | UInt64(truncatingIfNeeded: i) << 8 | UInt64(incoming.number)
        candidates += 1
      }
    }
    var arguments = ArgumentCursor()
    for i in 0..<summary.parameterCount {
      if case .register(let r) = arguments.next(summary.localTypes[i]) {
        consider(i, incoming: r)
      } else {
        consider(i, incoming: .none)
      }
    }
    for k in 0..<summary.accessedCount {
      let i = Int(summary.accessedLocals[k])
      if i >= summary.parameterCount { consider(i, incoming: .none) }
    }
    if candidates == 0 { return }
    for r in 0..<32 { residentCount[r] = 0 }
    sort(candidates)
    for c in 0..<candidates {
      let key = order[c]
      let index = Int((key >> 8) & 0xFF_FFFF)
      let weight = ~UInt32(truncatingIfNeeded: key >> 32)
      place(
        index, weight: weight, incoming: Register(UInt8(truncatingIfNeeded: key)), summary,
        keepsDeadValues: config.recordingRules.contains(.deadValues))
    }
    listOpenings(summary)
  }

  /// The first local whose interval opens at the loop with this number in `blocks`; nil if none.
  func firstOpening(_ loop: Int) -> Int? {
    hasOpenings && openingArena.base[loop] != 0 ? Int(openingArena.base[loop]) - 1 : nil
  }
  /// The one after `local`.
  func nextOpening(_ local: Int) -> Int? {
    nextOpeningArena.base[local] == 0 ? nil : Int(nextOpeningArena.base[local]) - 1
  }

  private mutating func listOpenings(_ summary: borrowing FunctionSummary) {
    for k in 0..<summary.accessedCount {
      let i = Int(summary.accessedLocals[k])
      let loop = Int(places[i].loop)
      guard loop != 0 else { continue }
      if !hasOpenings {
        hasOpenings = true
        openingArena.ensure(summary.blockCount)
        nextOpeningArena.ensure(summary.localCount)
        openingArena.base.update(repeating: 0, count: summary.blockCount)
      }
      nextOpeningArena.base[i] = openingArena.base[loop - 1]
      openingArena.base[loop - 1] = UInt32(truncatingIfNeeded: i + 1)
    }
  }

  private mutating func place(
    _ index: Int, weight: UInt32, incoming: Register, _ summary: borrowing FunctionSummary,
    keepsDeadValues: Bool
  ) {
    let choices = Choices(index, summary, keepsDeadValues: keepsDeadValues)
    let isFloat = isFloatCode(places[index].type)
    var pool =
      RegisterRoles.localPool & (isFloat ? RegisterSet.xmm : RegisterSet.general)
    if summary.usesVectors { pool -= RegisterRoles.vectorTemporaries }
    var best = Register.none
    var bestCost = UInt32.max
    var bestReach = choices.core
    while !pool.isEmpty {
      let r = pool.first
      pool -= r.bit
      let preserved = RegisterRoles.calleeSaved.contains(r)
      let fixed: UInt32 = preserved && !used.contains(r) ? 2 : 0
      var reach = preserved ? choices.preserved : choices.destroyed
      var cost = Self.sum(fixed, reach.cost)
      // A tie goes to the register in which the parameter arrives, else to the first.
      func isBetter() -> Bool { cost < bestCost || (cost == bestCost && r == incoming) }
      guard cost < weight, isBetter() else { continue }
      if !isFree(r, reach.first, reach.last) {
        reach = preserved ? choices.core : choices.coreWithCalls
        guard let room = costOfRoom(r, reach.first, reach.last, summary) else { continue }
        cost = Self.sum(Self.sum(fixed, reach.cost), room)
        guard cost < weight, isBetter() else { continue }
      }
      best = r
      bestCost = cost
      bestReach = reach
    }
    if best == .none { return }
    makeRoom(best, bestReach.first, bestReach.last, summary)
    let n = Int(residentCount[Int(best.number)])
    residents[Int(best.number) * Self.maximumIntervals + n] = UInt32(truncatingIfNeeded: index)
    residentCount[Int(best.number)] = UInt8(n + 1)
    places[index].register = best
    occupy(index, bestReach)
    used |= best.bit
  }

  private func occupy(_ index: Int, _ reach: Reach) {
    places[index].first = reach.first
    places[index].last = reach.last
    places[index].loop = reach.loop
    places[index].isReleased = reach.last != UInt32.max
  }

  @inline(__always) private static func sum(_ a: UInt32, _ b: UInt32) -> UInt32 {
    let (sum, overflow) = a.addingReportingOverflow(b)
    return overflow ? .max : sum
  }

  // MARK: How long to keep a register

  /// From where to where a local may keep a register, and the loop-weighted moves that costs.
  private struct Reach {
    var first: UInt32
    var last: UInt32
    /// As in `LocalPlace`.
    var loop: UInt32 = 0
    var cost: UInt32
  }

  /// What a local may do with a preserved and with a destroyed register.
  private struct Choices {
    /// No longer than needed.
    var core: Reach
    /// The same with the calls inside.
    var coreWithCalls: Reach
    /// The cheapest for either kind.
    var preserved: Reach
    var destroyed: Reach

    init(_ index: Int, _ summary: borrowing FunctionSummary, keepsDeadValues: Bool) {
      let local = summary.locals[index]
      core = LocalAllocation.core(index, summary, keepsDeadValues: keepsDeadValues)
      coreWithCalls = Self.withCalls(core, summary)
      preserved = core
      destroyed = coreWithCalls
      guard keepsDeadValues else { return }
      let isNested = local.flags & LocalSummary.isNested != 0
      // For good: from the first set on, or where the register can be zeroed before it.
      var forGood = Reach(first: local.first, last: .max, cost: 0)
      if isNested {
        forGood.cost = 1
        forGood.first = 0
        if local.flags & LocalSummary.loopIsCertain != 0 {
          forGood.loop = local.outermostLoop
          forGood.first = summary.blocks[Int(local.outermostLoop) - 1].start
        }
      }
      consider(forGood, summary)
      var loop = local.innermostLoop
      var depth = UInt32(local.loopDepthAtStart)
      var steps = 0
      while loop != 0 && steps < LocalAllocation.maximumLoops {
        let extent = summary.blocks[Int(loop) - 1]
        if depth > 0 { depth -= 1 }
        let weight: UInt32 = 1 &<< (3 &* depth)
        let isCertain =
          loop == local.outermostLoop && local.flags & LocalSummary.loopIsCertain != 0
        let exit =
          local.last > extent.end ? 1 &<< (3 &* UInt32(local.loopDepthAtEnd)) : weight
        consider(
          Reach(
            first: extent.start, last: max(local.last, extent.end), loop: loop,
            cost: weight &+ exit &+ (isCertain ? 0 : 1)), summary)
        loop = extent.outerLoop
        steps += 1
      }
    }

    private mutating func consider(_ reach: Reach, _ summary: borrowing FunctionSummary) {
      if reach.cost < preserved.cost { preserved = reach }
      let calling = Self.withCalls(reach, summary)
      if calling.cost < destroyed.cost { destroyed = calling }
    }

    private static func withCalls(
      _ reach: Reach, _ summary: borrowing FunctionSummary
    ) -> Reach {
      var result = reach
      let calls = LocalAllocation.weightOfCalls(summary, after: reach.first, before: reach.last)
      result.cost =
        calls >= UInt32.max / 2 ? .max : LocalAllocation.sum(reach.cost, calls &* 2)
      return result
    }
  }

  /// The interval that a local needs.
  ///
  /// Its value goes home at the end, and whenever a loop begins anew.
  private static func core(
    _ index: Int, _ summary: borrowing FunctionSummary, keepsDeadValues: Bool = true
  ) -> Reach {
    let local = summary.locals[index]
    var reach = Reach(first: local.first, last: local.last, cost: 0)
    guard keepsDeadValues else { return reach }
    reach.cost = 1 &<< (3 &* UInt32(local.loopDepthAtEnd))
    if local.flags & LocalSummary.isNested != 0 { reach.cost &+= 1 }
    if local.innermostLoop != 0,
      local.last > summary.blocks[Int(local.innermostLoop) - 1].end
    {
      reach.cost &+= 2 &<< (3 &* UInt32(local.loopDepthAtStart))
    }
    return reach
  }

  /// What it costs that all in `register` yield between two positions; nil if one cannot.
  private func costOfRoom(
    _ register: Register, _ first: UInt32, _ last: UInt32, _ summary: borrowing FunctionSummary
  ) -> UInt32? {
    let n = Int(residentCount[Int(register.number)])
    if n == Self.maximumIntervals { return nil }
    let list = residents + Int(register.number) * Self.maximumIntervals
    var cost: UInt32 = 0
    for i in 0..<n {
      let other = Int(list[i])
      guard first <= places[other].last && places[other].first <= last else { continue }
      let core = Self.core(other, summary)
      if first <= core.last && core.first <= last { return nil }
      cost = Self.sum(cost, core.cost)
    }
    return cost
  }

  private func makeRoom(
    _ register: Register, _ first: UInt32, _ last: UInt32, _ summary: borrowing FunctionSummary
  ) {
    let list = residents + Int(register.number) * Self.maximumIntervals
    for i in 0..<Int(residentCount[Int(register.number)]) {
      let other = Int(list[i])
      guard first <= places[other].last && places[other].first <= last else { continue }
      occupy(other, Self.core(other, summary))
    }
  }

  private func isFree(_ register: Register, _ first: UInt32, _ last: UInt32) -> Bool {
    let n = Int(residentCount[Int(register.number)])
    if n == Self.maximumIntervals { return false }
    let list = residents + Int(register.number) * Self.maximumIntervals
    for i in 0..<n {
      let other = places[Int(list[i])]
      if first <= other.last && other.first <= last { return false }
    }
    return true
  }

  /// Loop-weighted number of calls strictly inside an interval; 0 only if there is none.
  private static func weightOfCalls(
    _ summary: borrowing FunctionSummary, after first: UInt32, before last: UInt32
  ) -> UInt32 {
    /// Number of calls at or before `position`.
    func count(upTo position: UInt32) -> Int {
      var low = 0
      var high = summary.callCount
      while low < high {
        let middle = (low + high) / 2
        if summary.calls[middle].position <= position { low = middle + 1 } else { high = middle }
      }
      return low
    }
    if summary.callCount == 0 || last == 0 { return 0 }
    let end = count(upTo: last - 1)
    // Position 0 is the declaration count, so an interval from 0 has all earlier calls inside.
    let start = first == 0 ? 0 : count(upTo: first)
    if end <= start { return 0 }
    let before = start == 0 ? 0 : summary.calls[start - 1].cumulativeWeight
    return max(summary.calls[end - 1].cumulativeWeight - before, 1)
  }

  /// Whether a call lies strictly inside the interval of a local.
  static func crossesCall(_ summary: borrowing FunctionSummary, _ place: LocalPlace) -> Bool {
    weightOfCalls(summary, after: place.first, before: place.last) != 0
  }

  /// Sorts `order[0..<count]`: by insertion when short, else by heap, in place.
  private func sort(_ count: Int) {
    let keys = orderArena.base
    if count <= 24 {
      for i in 1..<max(count, 1) {
        let key = keys[i]
        var j = i
        while j > 0 && keys[j - 1] > key {
          keys[j] = keys[j - 1]
          j -= 1
        }
        keys[j] = key
      }
      return
    }
    func sift(_ start: Int, _ end: Int) {
      var root = start
      while root * 2 + 1 < end {
        var child = root * 2 + 1
        if child + 1 < end && keys[child] < keys[child + 1] { child += 1 }
        if keys[root] >= keys[child] { return }
        let swapped = keys[root]
        keys[root] = keys[child]
        keys[child] = swapped
        root = child
      }
    }
    for start in stride(from: count / 2 - 1, through: 0, by: -1) { sift(start, count) }
    for end in stride(from: count - 1, to: 0, by: -1) {
      let swapped = keys[0]
      keys[0] = keys[end]
      keys[end] = swapped
      sift(0, end)
    }
  }
}
