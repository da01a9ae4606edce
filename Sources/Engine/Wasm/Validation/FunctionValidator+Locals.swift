/// What the validator must remember about an accessed local besides its summary.
struct LocalTracking: BitwiseCopyable {
  /// The control stack index of the region of the first set; 0 (the function) if that does not
  /// matter any more.
  var regionIndex: UInt32
  /// The id of that frame.
  var regionID: UInt32
  /// One more than the number of the loop that carries the value; 0 for none.
  var loop: UInt32
  /// Loops around that loop.
  var loopDepth: UInt32
}

/// A local whose type has no value to begin with, and which has one since.
struct SetLocal: BitwiseCopyable {
  var index: UInt32
  /// The open frames when it was set.
  var depth: UInt32
}

extension ValueType {
  private static var unsetBit: UInt32 { 1 << 9 }
  /// Whether this is the type of a local that has no value yet.
  @inline(__always) var isUnset: Bool { bits & Self.unsetBit != 0 }
  /// The type for a local without a value, and with one.
  @inline(__always) var unset: ValueType { ValueType(bits: bits | Self.unsetBit) }
  @inline(__always) var set: ValueType { ValueType(bits: bits & ~Self.unsetBit) }
}

/// Local declarations and the intervals in which locals hold values.
///
/// A local's interval is from its first to its last access. It begins at the function's entry
/// if the local is a parameter or may be read before it is set: then it holds zero. That is so
/// unless the first access is a set and all others happen while its region, the nearest
/// enclosing frame that is no loop, is still open; or after a set that all later code has passed,
/// whatever blocks it stands in. A loop that is open at an access but was not
/// yet open at `first` carries the value around, so the interval reaches to the loop's end.
extension FunctionValidator {
  /// Reads the local declarations (spec 5.4.12).
  mutating func declareLocals(
    _ cursor: inout UnsafePointer<UInt8>
  ) throws(ValidationError) {
    let type = flat.type(ofFunction: functionIndex)
    parameterCount = Int(type.pointee.parameterCount)
    localTypes.ensure(parameterCount)
    localTypes.base.update(from: type.pointee.valueTypes, count: parameterCount)
    localCount = parameterCount
    usesVectors = type.pointee.hasVectors
    let groups = try readU32(&cursor)
    for _ in 0..<groups {
      instruction = cursor
      guard cursor < bodyEnd else { throw failure(.unexpectedEnd) }
      let count = try readU32(&cursor)
      let total = UInt64(localCount) + UInt64(count)
      guard total <= ImplementationLimits.locals else {
        throw failure(.limitExceeded(.local, count: total, limit: ImplementationLimits.locals))
      }
      let type = try readValueType(&cursor)
      if type == .v128 { usesVectors = true }
      localTypes.ensure(Int(total))
      (localTypes.base + localCount).update(
        repeating: type.isDefaultable ? type : type.unset, count: Int(count))
      localCount = Int(total)
    }
    locals.ensure(localCount)
    tracking.ensure(localCount)
    accessedLocals.ensure(localCount)
  }

  /// Clears the summaries of the last body: those of accessed locals, so that functions with
  /// many declared but few used locals cost little.
  mutating func forgetLocals() {
    for index in 0..<accessedCount {
      locals.base[Int(accessedLocals.base[index])] = LocalSummary(
        weight: 0, first: 0, last: 0, innermostLoop: 0, outermostLoop: 0, type: 0, flags: 0,
        loopDepthAtStart: 0, loopDepthAtEnd: 0)
    }
    accessedCount = 0
  }

  /// Counts an access in live code.
  @inline(__always)
  mutating func access(_ index: Int, isSet: Bool) {
    let position = position
    let local = locals.base + index
    let track = tracking.base + index
    let (sum, overflow) = local.pointee.weight.addingReportingOverflow(weight)
    local.pointee.weight = overflow ? UInt32.max : sum
    if local.pointee.flags == 0 {
      firstAccess(index, isSet: isSet)
    } else if Int(track.pointee.regionIndex) >= depth
      || control.base[Int(track.pointee.regionIndex)].id != track.pointee.regionID
    {
      // The set does not dominate this access.
      requireZero(index)
    }
    local.pointee.last = position
    local.pointee.loopDepthAtEnd = UInt8(truncatingIfNeeded: min(openLoopCount, 6))
    if openLoopCount > 0 { noteCarryingLoop(local.pointee.first, track) }
  }

  @inline(never)
  private mutating func firstAccess(_ index: Int, isSet: Bool) {
    accessedLocals.base[accessedCount] = UInt32(truncatingIfNeeded: index)
    accessedCount += 1
    locals.base[index].type = localTypes.base[index].code
    locals.base[index].flags = LocalSummary.accessed
    tracking.base[index] = LocalTracking(
      regionIndex: 0, regionID: control.base[0].id, loop: 0, loopDepth: 0)
    if index < parameterCount { return }
    if isSet {
      locals.base[index].first = position
      // As good as one outside of all blocks.
      if isCertain && openLoopCount == 0 { return }
      let region = control.base[depth - 1].region
      noteNesting(index)
      tracking.base[index].regionIndex = region
      tracking.base[index].regionID = control.base[Int(region)].id
    } else {
      locals.base[index].flags |= LocalSummary.needsZero
    }
  }

  private func noteNesting(_ index: Int) {
    let local = locals.base + index
    local.pointee.flags |= LocalSummary.isNested
    local.pointee.loopDepthAtStart = UInt8(truncatingIfNeeded: min(openLoopCount, 6))
    guard openLoopCount > 0 else { return }
    local.pointee.innermostLoop = openLoops.base[openLoopCount - 1].block
    local.pointee.outermostLoop = openLoops.base[0].block
    if openLoops.base[0].isCertain { local.pointee.flags |= LocalSummary.loopIsCertain }
  }

  @inline(never)
  private mutating func requireZero(_ index: Int) {
    locals.base[index].first = 0
    locals.base[index].flags |= LocalSummary.needsZero
    locals.base[index].flags &= ~(LocalSummary.isNested | LocalSummary.loopIsCertain)
    locals.base[index].innermostLoop = 0
    locals.base[index].outermostLoop = 0
    locals.base[index].loopDepthAtStart = 0
    tracking.base[index].regionIndex = 0
    tracking.base[index].regionID = control.base[0].id
  }

  /// Remembers the outermost open loop that began after `first`.
  @inline(__always)
  private func noteCarryingLoop(
    _ first: UInt32, _ track: UnsafeMutablePointer<LocalTracking>
  ) {
    // Positions of open loops increase.
    var low = 0
    var high = openLoopCount
    while low < high {
      let middle = (low &+ high) &>> 1
      if openLoops.base[middle].position > first {
        high = middle
      } else {
        low = middle &+ 1
      }
    }
    if low < openLoopCount {
      track.pointee.loop = openLoops.base[low].number &+ 1
      track.pointee.loopDepth = UInt32(truncatingIfNeeded: low)
    }
  }

  /// Extends intervals to the ends of the loops that carry them.
  mutating func closeIntervals() {
    for index in 0..<accessedCount {
      let local = Int(accessedLocals.base[index])
      let loop = tracking.base[local].loop
      guard loop > 0 else { continue }
      let end = loopEnds.base[Int(loop) - 1]
      if end > locals.base[local].last {
        locals.base[local].last = end
        locals.base[local].loopDepthAtEnd = UInt8(
          truncatingIfNeeded: min(tracking.base[local].loopDepth, 6))
      }
    }
  }

  /// Gives a local its first value in the innermost block, at the end of which it has none again
  /// (spec 3.4.1).
  @inline(never)
  mutating func noteSet(_ index: Int) {
    localTypes.base[index] = localTypes.base[index].set
    setLocals.ensure(setLocalCount + 1)
    setLocals.base[setLocalCount] = SetLocal(
      index: UInt32(truncatingIfNeeded: index), depth: UInt32(truncatingIfNeeded: depth))
    setLocalCount += 1
  }

  /// Takes back what the innermost block has set.
  @inline(never)
  mutating func forgetSets() {
    while setLocalCount > 0, Int(setLocals.base[setLocalCount - 1].depth) >= depth {
      setLocalCount -= 1
      let index = Int(setLocals.base[setLocalCount].index)
      localTypes.base[index] = localTypes.base[index].unset
    }
  }

  /// Counts a call in live code.
  @inline(__always)
  mutating func noteCall() {
    guard isLive else { return }
    calls.ensure(callCount + 1)
    let before = callCount > 0 ? calls.base[callCount - 1].cumulativeWeight : 0
    let (sum, overflow) = before.addingReportingOverflow(weight)
    calls.base[callCount] = CallSite(
      position: position, cumulativeWeight: overflow ? .max : sum)
    callCount += 1
  }
}
