/// When a register is whose: the intervals of locals open and end.
extension FunctionCompiler {
  /// Marks the register of local `index` as taken from here on.
  @inline(__always) mutating func openInterval(_ index: Int) {
    let r = places[index].register
    localBusy |= r.bit
    resident[Int(r.number)] = index
    if places[index].isReleased { mortal |= r.bit } else { mortal -= r.bit }
  }

  /// Frees the registers of locals whose last access lies behind, and sends their values home.
  ///
  /// Leaves the flags alone.
  @inline(__always) mutating func closeIntervals() {
    if !mortal.isEmpty { closeIntervalsSlowly() }
  }
  @inline(never) private mutating func closeIntervalsSlowly() {
    var candidates = mortal
    let here = position
    while !candidates.isEmpty {
      let r = candidates.first
      candidates -= r.bit
      if places[resident[Int(r.number)]].last < here { release(r) }
    }
  }

  /// Ends the interval of the local in `r`, whose value goes home.
  ///
  /// Leaves the flags alone.
  mutating func release(_ r: Register) {
    let local = resident[Int(r.number)]
    if keepsDeadValues && !homeCurrent.contains(r) {
      asm.reserve(64)
      store(home(local), r, places[local].type)
    }
    localBusy -= r.bit
    mortal -= r.bit
    homeCurrent -= r.bit
    recordMove()
  }

  /// At a label that is not reached from above: the intervals that ended before it are over, and
  /// the branches to it have sent the values home.
  mutating func forgetIntervals() {
    var candidates = mortal
    let here = position
    while !candidates.isEmpty {
      let r = candidates.first
      candidates -= r.bit
      if places[resident[Int(r.number)]].last < here {
        localBusy -= r.bit
        mortal -= r.bit
      }
    }
  }
}
