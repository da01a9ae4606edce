import CMachine

/// Comparisons, and the conditions of branches and selects.
extension FunctionCompiler {
  mutating func lowerCompare(_ condition: Condition, _ operandType: UInt8) {
    var b = pop()
    var a = pop()
    var condition = condition
    if a.kind == .constant && b.kind != .constant {
      swap(&a, &b)
      condition = mirrored(condition)
    }
    let wide = isWideCode(operandType)
    if b.immediate == 0, a.kind != .constant {
      if let m = memory(of: a) {
        asm.alu(.cmp, wide, m, immediate: 0)
      } else {
        let r = register(a)
        asm.rr(.test, wide, r, r)
      }
    } else if let m = memory(of: a), let immediate = b.immediate {
      asm.alu(.cmp, wide, m, immediate: immediate)
    } else {
      let r = register(a)
      emit(.cmp, wide, r, source(b))
    }
    pushCondition(condition)
  }

  /// The condition for exchanged operands.
  private func mirrored(_ condition: Condition) -> Condition {
    switch condition {
    case .less: .greater
    case .greater: .less
    case .lessOrEqual: .greaterOrEqual
    case .greaterOrEqual: .lessOrEqual
    case .below: .above
    case .above: .below
    case .belowOrEqual: .aboveOrEqual
    case .aboveOrEqual: .belowOrEqual
    default: condition
    }
  }

  mutating func lowerEqz(_ operandType: UInt8) {
    let a = pop()
    if a.kind == .flags { return pushCondition(a.condition.inverse) }
    let wide = isWideCode(operandType)
    if let m = memory(of: a) {
      asm.alu(.cmp, wide, m, immediate: 0)
    } else {
      let r = register(a)
      asm.rr(.test, wide, r, r)
    }
    pushCondition(.equal)
  }

  /// The flags hold a comparison: leaves it there if the next instruction wants it so, otherwise
  /// makes it 0 or 1.
  mutating func pushCondition(_ condition: Condition) {
    if conditionFollows { return push(.flags(condition)) }
    let to = destination(false)
    setCondition(to.register, condition)
    finish(to, Code.i32)
  }

  /// Takes an i32 as a truth value; the flags hold it and nothing else changes them until it is
  /// used.
  mutating func popCondition() -> Condition {
    let a = pop()
    if a.kind == .flags { return a.condition }
    if let m = memory(of: a) {
      asm.alu(.cmp, false, m, immediate: 0)
    } else {
      let r = register(a)
      asm.rr(.test, false, r, r)
      held -= r.bit
    }
    return .notEqual
  }

  mutating func lowerSelect() {
    let condition = popCondition()
    let b = pop()
    let a = pop()
    let type = a.type
    if a.isFloat {
      let result = b.kind == .register ? b.base : allocate(true)
      move(result, b)
      selectFloat(condition, result, a)
      return finishIn(result, type)
    }
    // All loads before the conditional move leave the flags alone.
    // A sum is made in a register of its own: two sums and the flags leave none to allocate.
    let chosen = register(a)
    let result = ownedRegister(b)
    switch condition {
    case .floatEqual:
      // Equal and ordered: take `b` back if it is not so.
      let other = allocate(false)
      asm.mov(true, other, result)
      asm.cmov(.equal, true, result, chosen)
      asm.cmov(.parity, true, result, other)
    case .floatNotEqual:
      asm.cmov(.parity, true, result, chosen)
      asm.cmov(.notEqual, true, result, chosen)
    default: asm.cmov(condition, isWideCode(type), result, chosen)
    }
    finishIn(result, type)
  }

  /// Overwrites `result` with `a` if the condition holds.
  private mutating func selectFloat(_ condition: Condition, _ result: Register, _ a: Entry) {
    switch condition {
    case .floatEqual:
      let over = asm.shortJump(.parity)
      let over2 = asm.shortJump(.notEqual)
      move(result, a)
      asm.bindShort(over)
      asm.bindShort(over2)
    case .floatNotEqual:
      let take = asm.shortJump(.parity)
      let over = asm.shortJump(.equal)
      asm.bindShort(take)
      move(result, a)
      asm.bindShort(over)
    default:
      let over = asm.shortJump(condition.inverse)
      move(result, a)
      asm.bindShort(over)
    }
  }

  // MARK: Trap branches

  /// Jumps to an out-of-line `ud2` of the given kind if the condition holds.
  ///
  /// `end` is the register with the end of a memory access. The state must have been recorded.
  @inline(__always) mutating func trap(
    if condition: Condition, _ kind: vm_trap_kind, end: Register = .rax
  ) {
    let origin = codeOffset
    stubs.append(
      Stub(
        kind: .trap, trap: UInt8(kind.rawValue) | end.number << 4, register: .none, isDouble: false,
        field: asm.jcc(condition, isPadded: false), wasmOffset: wasmOffset, origin: origin))
  }

  /// Emits the out-of-line code of the function.
  mutating func emitStubs() {
    for i in 0..<stubs.count {
      asm.reserve(32)
      let stub = stubs[i]
      recorder.outOfLine(
        wasmOffset: stub.wasmOffset, codeOffset: codeOffset, origin: stub.origin)
      asm.patch(stub.field, to: asm.offset)
      switch stub.kind {
      case .trap: asm.trap(stub.trap)
      case .conversion:
        compareFloats(stub.register, stub.register, isDouble: stub.isDouble)
        let isNaN = asm.shortJump(.parity)
        asm.trap(UInt8(VM_TRAP_INTEGER_OVERFLOW.rawValue))
        asm.bindShort(isNaN)
        asm.trap(UInt8(VM_TRAP_INVALID_CONVERSION_TO_INTEGER.rawValue))
      }
    }
  }
}
