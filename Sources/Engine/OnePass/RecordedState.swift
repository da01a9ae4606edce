/// What the compiler tells a recorder about the state at the machine instruction that comes next.
///
/// Nothing of it changes the code.
extension FunctionCompiler {
  /// The next machine instruction can fault, or branches to an out-of-line trap.
  ///
  /// The instruction's operands have been popped; here they are as they are now, the deepest first.
  @inline(__always)
  mutating func recordTrap(_ a: Entry? = nil, _ b: Entry? = nil, _ c: Entry? = nil) {
    guard recorder.wants(.trap, codeOffset) else { return }
    var state = frameState(isCall: false)
    if let a { state.operands.append(place(of: a)) }
    if let b { state.operands.append(place(of: b)) }
    if let c { state.operands.append(place(of: c)) }
    recorder.take(state, .trap, codeOffset)
  }

  /// The next instruction of the prologue can trap: nothing has moved yet.
  @inline(__always) mutating func recordEntry() {
    guard recorder.wants(.trap, codeOffset) else { return }
    recorder.take(entryState(), .trap, codeOffset)
  }

  /// A check before a call can trap, whose arguments are where the callee expects them; the operand
  /// that tells the callee is in a register.
  @inline(__always)
  mutating func recordCall(of type: FlatType, through operand: UInt8, in register: Register) {
    guard recorder.wants(.trap, codeOffset) else { return }
    var state = frameState(isCall: true)
    var arguments = ArgumentCursor()
    for i in 0..<Int(type.parameterCount) {
      let code = type.parameters[i]
      switch arguments.next(code) {
      case .register(let r): state.operands.append(place(code, .register(r.number)))
      case .stack(let offset): state.operands.append(place(code, .frame(offset - frameSize)))
      }
    }
    state.operands.append(place(operand, .register(register.number)))
    recorder.take(state, .trap, codeOffset)
  }

  /// A call has just been emitted.
  @inline(__always) mutating func recordCall() {
    if recorder.wantsCatches(codeOffset) { recordCatches() }
    guard recorder.wants(.call, codeOffset) else { return }
    recorder.take(frameState(isCall: true), .call, codeOffset)
  }

  /// A call of a builtin has just been emitted; its operands follow `first` other arguments.
  @inline(__always)
  mutating func recordBuiltinCall(_ types: InlineArray<4, UInt8>, first: Int, operands: Int) {
    if recorder.wantsCatches(codeOffset) { recordCatches() }
    guard recorder.wants(.call, codeOffset) else { return }
    var state = frameState(isCall: true)
    for i in 0..<operands { state.operands.append(place(types[i], .argument(first + i))) }
    recorder.take(state, .call, codeOffset)
  }

  /// An instruction begins here.
  @inline(__always) mutating func recordBoundary() {
    recordMove()
    if recorder.model != nil { checkBookkeeping() }
  }

  /// Locals have just moved within an instruction; for a call, from the registers that it destroys
  /// to their homes.
  @inline(__always) mutating func recordMove(isCall: Bool = false) {
    guard recorder.wants(.stop, codeOffset) else { return }
    recorder.take(frameState(isCall: isCall), .stop, codeOffset)
  }

  /// A local is written from here on.
  @inline(__always) mutating func recordWrite(of local: Int) {
    recorder.write(local, codeOffset)
  }

  // MARK: Places

  /// The locals, and the operands that are on the stack.
  @inline(never) private func frameState(isCall: Bool) -> FrameState {
    var state = FrameState(
      wasmOffset: wasmOffset, locals: [], operands: [], isApproximate: false)
    state.locals.reserveCapacity(summary.localCount)
    for i in 0..<summary.localCount {
      state.locals.append(place(summary.localTypes[i], placeOfLocal(i, isCall: isCall)))
    }
    for depth in 0..<height { state.operands.append(place(of: stack[depth])) }
    return state
  }

  private func placeOfLocal(_ i: Int, isCall: Bool) -> ValuePlace.Kind {
    let isParameter = i < summary.parameterCount
    let zero: ValuePlace.Kind =
      summary.localTypes[i] == Code.v128 ? .vector(0) : .constant(0)
    guard isParameter || isAccessed(i) else { return zero }
    let local = places[i]
    let flags = summary.locals[i].flags
    var isInRegister =
      local.register != .none && localBusy.contains(local.register)
      && resident[Int(local.register.number)] == i
    if !isParameter && flags & LocalSummary.needsZero == 0 {
      // Before its first set, which the instruction at hand may have begun to carry out. In a loop
      // this is also after it.
      let loop = Int(zeroingLoop(i))
      let isUnset =
        flags & LocalSummary.isNested == 0
        ? position <= summary.locals[i].first
        : loop != 0 && position <= summary.blocks[loop - 1].start
      if isUnset { return zero }
      if local.isReleased && position <= local.first { isInRegister = false }
    }
    if isInRegister && !(isCall && RegisterRoles.callerSaved.contains(local.register)) {
      return .register(local.register.number)
    }
    return local.home == 0 ? .missing : .frame(local.home)
  }

  private func entryState() -> FrameState {
    var state = FrameState(
      wasmOffset: wasmOffset, locals: [], operands: [], isApproximate: false)
    var arguments = ArgumentCursor()
    for i in 0..<summary.localCount {
      let code = summary.localTypes[i]
      guard i < summary.parameterCount else {
        state.locals.append(
          place(code, code == Code.v128 ? .vector(0) : .constant(0)))
        continue
      }
      switch arguments.next(code) {
      case .register(let r): state.locals.append(place(code, .register(r.number)))
      case .stack(let offset): state.locals.append(place(code, .frame(16 + offset)))
      }
    }
    return state
  }

  private func place(_ code: UInt8, _ kind: ValuePlace.Kind) -> ValuePlace {
    guard let type = ValueType(code: code) else {
      preconditionFailure("validation lets no type \(code) pass")
    }
    return ValuePlace(type: type, kind: kind)
  }

  private func place(of entry: Entry) -> ValuePlace {
    switch entry.kind {
    case .constant:
      return place(
        entry.type,
        entry.type == Code.v128
          ? .vector(vectorBits(entry)) : .constant(UInt64(bitPattern: entry.value)))
    case .register: return place(entry.type, .register(entry.base.number))
    case .local:
      return place(
        entry.type,
        entry.base == .none
          ? .frame(places[Int(entry.local)].home) : .register(entry.base.number))
    case .slot: return place(entry.type, .frame(slotOffset(Int(entry.value))))
    case .sum:
      return place(
        entry.type,
        .sum(
          base: entry.base == .none ? nil : entry.base.number,
          index: entry.index == .none ? nil : entry.index.number, scale: entry.scale,
          displacement: Int32(truncatingIfNeeded: entry.value)))
    case .flags: return place(entry.type, .flags(UInt8(truncatingIfNeeded: entry.value)))
    }
  }
}
