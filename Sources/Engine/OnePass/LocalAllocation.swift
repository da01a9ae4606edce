/// Where a local lives during its whole interval: one place a local and function.
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
  /// First and last position of its interval.
  var first: UInt32
  var last: UInt32
}

/// Gives locals their registers: greedily by loop weight, each for its whole interval.
///
/// A register is taken if its cost (2 for the first use of a preserved one, twice the weight of the
/// calls inside the interval for a destroyed one, the stores home that sharing it makes necessary)
/// is below the local's weight and no local in it overlaps. Linear: each register holds at most
/// `maximumIntervals` locals.
struct LocalAllocation: ~Copyable {
  private static var maximumIntervals: Int { 32 }

  /// Place of every parameter and every accessed local; valid after `assign`.
  var places: UnsafeMutablePointer<LocalPlace> { placeArena.base }
  private var placeArena = Arena<LocalPlace>(capacity: 256)
  private var orderArena = Arena<UInt64>(capacity: 256)
  /// Locals in each of the 32 registers, and how many.
  private let residents: UnsafeMutablePointer<UInt32>
  private let residentCount: UnsafeMutablePointer<UInt8>
  /// The local with the last interval in each register that holds any.
  private let youngest: UnsafeMutablePointer<UInt32>
  /// Registers that hold any local.
  private(set) var used = RegisterSet.empty

  init() {
    residents = .allocate(capacity: 32 * Self.maximumIntervals)
    residentCount = .allocate(capacity: 32)
    youngest = .allocate(capacity: 32)
    youngest.initialize(repeating: 0, count: 32)
  }

  deinit {
    residents.deallocate()
    residentCount.deallocate()
    youngest.deallocate()
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
    var candidates = 0
    func consider(_ i: Int, incoming: Register) {
      let local = summary.locals[i]
      placeArena.base[i] = LocalPlace(
        register: .none, type: summary.localTypes[i], home: 0, first: local.first, last: local.last)
      if local.weight > 0 && !config.spillEverything {
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
  }

  private mutating func place(
    _ index: Int, weight: UInt32, incoming: Register, _ summary: borrowing FunctionSummary,
    keepsDeadValues: Bool
  ) {
    let callWeight = Self.weightOfCalls(
      summary, after: places[index].first, before: places[index].last)
    let isFloat = isFloatCode(places[index].type)
    var pool =
      RegisterRoles.localPool & (isFloat ? RegisterSet.xmm : RegisterSet.general)
    var best = Register.none
    var bestCost = UInt32.max
    let destroyedCost = callWeight >= UInt32.max / 2 ? UInt32.max : callWeight * 2
    while !pool.isEmpty {
      let r = pool.first
      pool -= r.bit
      let preserved = RegisterRoles.calleeSaved.contains(r)
      var cost = preserved ? (used.contains(r) ? 0 : 2) : destroyedCost
      if keepsDeadValues && cost < bestCost {
        let (sum, overflow) = cost.addingReportingOverflow(costOfStores(index, r, summary))
        cost = overflow ? .max : sum
      }
      // A tie goes to the register in which the parameter arrives, else to the first.
      guard cost < weight, cost < bestCost || (cost == bestCost && r == incoming),
        isFree(r, places[index].first, places[index].last)
      else { continue }
      best = r
      bestCost = cost
    }
    if best == .none { return }
    let n = Int(residentCount[Int(best.number)])
    residents[Int(best.number) * Self.maximumIntervals + n] = UInt32(truncatingIfNeeded: index)
    residentCount[Int(best.number)] = UInt8(n + 1)
    places[index].register = best
    used |= best.bit
    if keepsDeadValues {
      share(best, index, others: n, summary)
    } else {
      places[index].isReleased = true
    }
  }

  // MARK: Values after the interval

  /// Loop-weighted stores home that become necessary if local `index` moves into `register`.
  private func costOfStores(
    _ index: Int, _ register: Register, _ summary: borrowing FunctionSummary
  ) -> UInt32 {
    let own = Self.weightAtEnd(summary.locals[index])
    let isLost = isLostToCalls(index, register, summary)
    if residentCount[Int(register.number)] == 0 { return isLost ? own : 0 }
    let other = Int(youngest[Int(register.number)])
    let others = places[other].isReleased ? 0 : Self.weightAtEnd(summary.locals[other])
    if places[index].first > places[other].last {
      let isNested = Self.isNested(summary.locals[index])
      return others &+ (isLost || isNested ? own : 0)
    }
    return own &+ (Self.isNested(summary.locals[other]) ? others : 0)
  }

  /// Decides who in `register`, where local `index` has come to `others` other ones, keeps it.
  ///
  /// The youngest can, unless it shall be zero before its interval too.
  private mutating func share(
    _ register: Register, _ index: Int, others: Int, _ summary: borrowing FunctionSummary
  ) {
    let other = Int(youngest[Int(register.number)])
    guard others == 0 || places[index].first > places[other].last else {
      places[index].isReleased = true
      if Self.isNested(summary.locals[other]) { places[other].isReleased = true }
      return
    }
    places[index].isReleased = isLostToCalls(index, register, summary)
    if others > 0 {
      places[other].isReleased = true
      if Self.isNested(summary.locals[index]) { places[index].isReleased = true }
    }
    youngest[Int(register.number)] = UInt32(truncatingIfNeeded: index)
  }

  /// Whether a call outside the interval destroys the register.
  private func isLostToCalls(
    _ index: Int, _ register: Register, _ summary: borrowing FunctionSummary
  ) -> Bool {
    guard summary.callCount > 0, RegisterRoles.callerSaved.contains(register) else { return false }
    if summary.calls[summary.callCount - 1].position >= places[index].last { return true }
    let firstCall = summary.calls[0].position
    return Self.isNested(summary.locals[index]) && firstCall <= places[index].first
  }

  @inline(__always) private static func isNested(_ local: LocalSummary) -> Bool {
    local.flags & LocalSummary.isNested != 0
  }
  /// 8^n for n loops around the end of the interval.
  @inline(__always) private static func weightAtEnd(_ local: LocalSummary) -> UInt32 {
    1 &<< (3 &* UInt32(local.loopDepthAtEnd))
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
