import CMachine

/// The frame of a function: what lies where, what the prologue puts there, what the epilogue takes back.
extension FunctionCompiler {
  static var extraSlots: Int { 4 }

  mutating func layOutFrame() {
    slotBytesShift = summary.usesVectors ? 4 : 3
    allocation.assign(summary, config)
    places = allocation.places
    savedRegisters = (allocation.used | moreTemporaries) & RegisterRoles.calleeSaved
    usable = RegisterRoles.temporaries | RegisterRoles.callerSaved | savedRegisters
    var offset: Int32 = 0
    var saved = savedRegisters
    while !saved.isEmpty {
      offset += saved.first.isXMM ? 16 : 8
      saved -= saved.first.bit
    }
    offset = layOutHomes(below: offset)
    slotBase = offset
    let total =
      Int(offset) + (summary.maximumOperandHeight + Self.extraSlots) << Int(slotBytesShift)
      + summary.maximumStackArgumentBytes
    frameSize = Int32(truncatingIfNeeded: (total + 15) & ~15)
  }

  /// Preserved registers that are saved to serve as temporaries, where a loop has more operands than
  /// its locals leave registers: to save one costs two accesses a call, to be without one two a pass.
  private var moreTemporaries: RegisterSet {
    guard summary.hasLoops, measures.contains(.temporaries),
      !config.switches.contains(.noLocalRegisters)
    else { return .empty }
    let fixed = (RegisterRoles.temporaries | RegisterRoles.callerSaved) & RegisterSet.general
    var missing = min(summary.maximumOperandHeight, 5) - (fixed - allocation.used).count
    var free = RegisterRoles.calleeSaved & RegisterSet.general - allocation.used
    var more = RegisterSet.empty
    while missing > 0 && !free.isEmpty {
      more |= free.first.bit
      free -= free.first.bit
      missing -= 1
    }
    return more
  }

  /// Gives homes to the locals that need one; returns the offset below them.
  private mutating func layOutHomes(below start: Int32) -> Int32 {
    var offset = layOutZeroedHomes(below: start)
    for k in 0..<summary.accessedCount {
      let i = Int(summary.accessedLocals[k])
      guard i >= summary.parameterCount, places[i].home == 0, needsHome(i) else { continue }
      offset += slotBytes(places[i].type)
      places[i].home = -offset
    }
    // A stack argument keeps its place.
    var arguments = ArgumentCursor()
    for i in 0..<summary.parameterCount {
      let argument = arguments.next(summary.localTypes[i])
      if case .stack(let place) = argument { places[i].home = 16 + place }
      guard case .register(let incoming) = argument else { continue }
      if isAccessed(i) {
        guard needsHome(i) else { continue }
      } else {
        guard config.recordingRules.contains(.unusedParameters) else { continue }
        // It stays in its register if nothing else comes there.
        if summary.callCount == 0, !allocation.used.contains(incoming),
          !config.switches.contains(.noLocalRegisters)
        {
          places[i].register = incoming
          usable -= incoming.bit
          continue
        }
      }
      offset += slotBytes(places[i].type)
      places[i].home = -offset
    }
    incomingStackBytes = arguments.stackArgumentBytes
    return offset
  }

  /// Gives homes to those that must be zero: at the function's entry, or at the head of a loop that
  /// all later code passes.
  ///
  /// Locals come in the order of their first access, so those of one such loop lie together.
  private mutating func layOutZeroedHomes(below start: Int32) -> Int32 {
    var offset = start
    zeroedHomes.removeAll()
    nextZeroedHomes = 0
    for atLoops in [false, true] {
      for k in 0..<summary.accessedCount {
        let i = Int(summary.accessedLocals[k])
        let loop = zeroingLoop(i)
        guard i >= summary.parameterCount, (loop != 0) == atLoops, startsAtHome(i) else {
          continue
        }
        var group = ZeroedHomes(loop: loop, top: offset, count: 0)
        let last = zeroedHomes.count - 1
        if last >= 0 && zeroedHomes[last].loop == loop {
          group = zeroedHomes[last]
        } else {
          zeroedHomes.append(group)
        }
        let size = slotBytes(places[i].type)
        group.count += Int(size / 8)
        zeroedHomes[zeroedHomes.count - 1] = group
        offset += size
        places[i].home = -offset
      }
    }
    return offset
  }

  /// One more than the number of the loop before which a nested local certainly is unset, and which
  /// all later code passes; 0 for the function's entry.
  @inline(__always) func zeroingLoop(_ i: Int) -> UInt32 {
    let local = summary.locals[i]
    return local.flags & LocalSummary.loopIsCertain != 0 ? local.outermostLoop : 0
  }

  /// Whether a declared local's home must be zero before its first set.
  private func startsAtHome(_ i: Int) -> Bool {
    let place = places[i]
    let flags = summary.locals[i].flags
    if flags & LocalSummary.needsZero != 0 { return place.register == .none }
    guard flags & LocalSummary.isNested != 0, config.recordingRules.contains(.unsetLocals) else {
      return false
    }
    if place.register == .none { return true }
    // An interval that opens at the loop itself begins with a register of zero.
    return place.isReleased && keepsDeadValues
      && (place.loop == 0 || place.loop != zeroingLoop(i))
  }

  private func needsHome(_ i: Int) -> Bool {
    let place = places[i]
    return place.register == .none || (place.isReleased && keepsDeadValues)
      || (RegisterRoles.callerSaved.contains(place.register)
        && LocalAllocation.crossesCall(summary, place))
  }

  @inline(__always) var keepsDeadValues: Bool { config.recordingRules.contains(.deadValues) }

  /// Whether any reachable instruction reads or writes local `index`.
  @inline(__always) func isAccessed(_ index: Int) -> Bool {
    summary.locals[index].flags & LocalSummary.accessed != 0
  }

  /// Where the frame slot of operand depth `depth` is, from rbp.
  @inline(__always) func slotOffset(_ depth: Int) -> Int32 {
    -slotBase &- Int32(truncatingIfNeeded: depth &+ 1) &<< slotBytesShift
  }
  /// The frame slot of operand depth `depth`.
  @inline(__always) func slot(_ depth: Int) -> Memory { frame(slotOffset(depth)) }
  /// The home slot of a local.
  @inline(__always) func home(_ local: Int) -> Memory { frame(places[local].home) }

  /// What lies at rbp plus `offset`, up to 16 bytes; by way of rsp where that saves two bytes of code.
  @inline(__always) private func frame(_ offset: Int32) -> Memory {
    let fromTop = frameSize &+ offset
    return offset < -128 && fromTop < 112 ? Memory(.rsp, fromTop) : Memory(.rbp, offset)
  }

  /// Saves (or restores) the preserved registers that the function uses.
  mutating func moveSavedRegisters(restore: Bool) {
    var offset: Int32 = 0
    var saved = savedRegisters
    while !saved.isEmpty {
      let r = saved.first
      saved -= r.bit
      offset += r.isXMM ? 16 : 8
      let place = Memory(.rbp, -offset)
      switch (r.isXMM, restore) {
      case (false, false): asm.store(true, place, r)
      case (false, true): asm.load(true, r, place)
      case (true, false): asm.rm(.movupsStore, false, r, place)
      case (true, true): asm.rm(.movups, false, r, place)
      }
    }
  }

  mutating func emitPrologue(_ type: FlatType) {
    asm.reserve(512)
    asm.byte(0x55)  // push rbp
    asm.byte(0x48)  // mov rbp, rsp in the form that the stack walk knows
    asm.byte(0x89)
    asm.byte(0xE5)
    if frameSize > 0 {
      asm.alu(.sub, true, .rsp, immediate: frameSize)
    }
    // A leaf with a small frame lives on the slack below the limit.
    if summary.callCount > 0 || frameSize >= 4096 {
      asm.alu(.cmp, true, .rsp, Memory(.r14, ContextLayout.stackLimit))
      recordEntry()
      trap(if: .below, VM_TRAP_CALL_STACK_EXHAUSTED)
    }
    moveSavedRegisters(restore: false)
    recorder.frameIsMade(codeOffset: codeOffset)
    moveParameters(type)
    zeroLocals()
    takeFuel()
  }

  /// Moves each parameter from where the convention delivers it to where it lives.
  private mutating func moveParameters(_ type: FlatType) {
    var arguments = ArgumentCursor()
    var moves = ParallelMove()
    for i in 0..<summary.parameterCount {
      asm.reserve(64)
      let argument = arguments.next(summary.localTypes[i])
      let place = places[i]
      if place.register == .none && place.home == 0 { continue }
      let type = place.type
      if place.register != .none { openInterval(i) }
      guard case .register(let incoming) = argument else { continue }
      if place.register != .none {
        if place.register != incoming {
          moves.append(to: place.register, Entry(kind: .local, type: type, base: incoming))
        }
      } else {
        store(Memory(.rbp, place.home), incoming, type)
      }
    }
    perform(&moves)
    arguments = ArgumentCursor()
    for i in 0..<summary.parameterCount {
      asm.reserve(64)
      guard case .stack(let offset) = arguments.next(summary.localTypes[i]),
        places[i].register != .none
      else { continue }
      load(places[i].register, Memory(.rbp, 16 + offset), places[i].type)
      homeCurrent |= places[i].register.bit
    }
  }

  private mutating func zeroLocals() {
    for k in 0..<summary.accessedCount {
      let i = Int(summary.accessedLocals[k])
      let place = places[i]
      guard i >= summary.parameterCount, place.register != .none, startsInRegister(i) else {
        continue
      }
      asm.reserve(64)
      openInterval(i)
      if place.register.isXMM {
        zero(place.register)
      } else {
        asm.alu(.xor, false, place.register, place.register)
      }
    }
    zeroHomes(at: 0)
  }

  /// Whether a declared local's register must be zero at entry.
  private func startsInRegister(_ i: Int) -> Bool {
    let flags = summary.locals[i].flags
    if flags & LocalSummary.needsZero != 0 { return true }
    return flags & LocalSummary.isNested != 0 && !places[i].isReleased && places[i].loop == 0
      && config.recordingRules.contains(.unsetLocals)
  }

  /// Zeroes the homes that must be zero from here on: the function's entry, or a loop (one more than
  /// its number).
  ///
  /// xmm0 must be free.
  mutating func zeroHomes(at loop: UInt32) {
    guard nextZeroedHomes < zeroedHomes.count, zeroedHomes[nextZeroedHomes].loop == loop else {
      return
    }
    let group = zeroedHomes[nextZeroedHomes]
    nextZeroedHomes += 1
    var left = group.count
    if left > 1 { zero(.xmm0) }
    while left > 0 {
      asm.reserve(64)
      let place = Memory(.rbp, -group.top - Int32(truncatingIfNeeded: 8 * left))
      if left > 1 {
        if hasAVX {
          asm.vrm(.movupsStore, false, .xmm0, .none, place)
        } else {
          asm.rm(.movupsStore, false, .xmm0, place)
        }
        left -= 2
      } else {
        asm.store(true, place, immediate: 0)
        left -= 1
      }
    }
  }

  /// Stores all results but the last from their slots to the results buffer.
  private mutating func moveResults(_ type: FlatType) {
    let count = Int(type.resultCount) - 1
    asm.load(true, .rdx, Memory(.r14, ContextLayout.results))
    var offset: Int32 = 0
    var k = 0
    while k < count {
      asm.reserve(64)
      let code = type.results[k]
      let run = loopLength(type.results + k, upTo: count - k, .fromSlots)
      if run > 0 {
        asm.alu(.add, true, .rdx, immediate: offset)
        offset = 0
        copySlotsInLoop(
          .fromSlots, depth: k, count: run, type: code, pointer: .rdx, counter: .rcx, value: .xmm1)
        k += run
        continue
      }
      let place = Memory(.rdx, offset)
      offset += slotBytes(code)
      if code == Code.v128 {
        loadVector(.xmm1, slot(k))
        storeVector(place, .xmm1)
      } else {
        asm.load(isWideCode(code), .rcx, slot(k))
        asm.store(true, place, .rcx)
      }
      k += 1
    }
  }

  mutating func emitEpilogue(_ type: FlatType) {
    asm.reserve(512)
    recorder.instruction(wasmOffset: wasmOffset, codeOffset: codeOffset)
    checkStackPointer()
    recorder.frameIsLeft(codeOffset: codeOffset)
    // All results but the last go from their slots to the results buffer.
    if type.resultCount > 1 {
      moveResults(type)
    }
    moveSavedRegisters(restore: true)
    // The stack walk tells by `ret` that the frame is gone: no padding may come between.
    asm.pad(jump: 4)
    asm.byte(0xC9)  // leave
    asm.ret(incomingStackBytes)
  }
}
