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
      let isEquality = condition == .equal || condition == .notEqual
      return pushCondition(condition, in: test(a, wide, isEquality: isEquality))
    }
    if let m = memory(of: a), let immediate = b.immediate {
      let number = prepareNumber(reading: .empty)
      asm.alu(.cmp, wide, m, immediate: immediate)
      return pushCondition(condition, in: number)
    }
    let r = register(a)
    let from = source(b)
    var read = r.bit
    if case .register(let s) = from { read |= s.bit }
    let number = prepareNumber(reading: read)
    let start = asm.offset
    emit(.cmp, wide, r, from)
    // What names a literal stays where it is.
    if case .literal = from {} else { keepWithJump(from: start) }
    pushCondition(condition, in: number)
  }

  /// Where a condition becomes 0 or 1, and whether that register is zero already.
  struct Number {
    var destination: Destination
    var isZeroed: Bool
  }

  /// Before a comparison that reads the given registers: clears the register of its result, unless
  /// the condition stays in the flags.
  ///
  /// This spares the extension of the byte behind the comparison.
  @inline(__always) mutating func prepareNumber(reading read: RegisterSet) -> Number? {
    conditionFollows ? nil : clearedDestination(read)
  }
  @inline(never) private mutating func clearedDestination(_ read: RegisterSet) -> Number {
    let to = destination(false)
    let isZeroed = !read.contains(to.register)
    if isZeroed { asm.alu(.xor, false, to.register, to.register) }
    return Number(destination: to, isZeroed: isZeroed)
  }

  /// Compares a popped entry with zero.
  @inline(__always)
  private mutating func test(_ entry: Entry, _ wide: Bool, isEquality: Bool = true) -> Number? {
    if let m = memory(of: entry) {
      let number = prepareNumber(reading: .empty)
      asm.alu(.cmp, wide, m, immediate: 0)
      return number
    }
    let r = register(entry)
    if isEquality && zeroFlag.tells(r, wide, at: asm.offset) { return nil }
    let number = prepareNumber(reading: r.bit)
    let start = asm.offset
    asm.rr(.test, wide, r, r)
    keepWithJump(from: start)
    return number
  }

  /// The condition for exchanged operands.
  func mirrored(_ condition: Condition) -> Condition {
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
    pushCondition(.equal, in: test(a, isWideCode(operandType)))
  }

  /// The flags hold a comparison: leaves it there if the next instruction wants it so, otherwise
  /// makes it 0 or 1.
  mutating func pushCondition(_ condition: Condition, in number: Number? = nil) {
    if number == nil && conditionFollows { return push(.flags(condition)) }
    let to = number?.destination ?? destination(false)
    if number?.isZeroed ?? false {
      asm.set(condition, to.register)
    } else {
      setCondition(to.register, condition)
    }
    // Making a number of the condition has left the flags alone, but for the two of floats.
    if to.isTee && conditionFollows && condition.code < 16 && measures.contains(.flags) {
      return push(.flags(condition))
    }
    finish(to, Code.i32)
  }

  /// Takes an i32 as a truth value; the flags hold it and nothing else changes them until it is
  /// used, by a jump of `length` bytes if it is one.
  mutating func popCondition(jump length: Int? = nil) -> Condition {
    let a = pop()
    if a.kind == .flags { return a.condition }
    if let m = memory(of: a) {
      asm.alu(.cmp, false, m, immediate: 0)
    } else {
      let r = register(a)
      if !zeroFlag.tells(r, false, at: asm.offset) {
        let start = asm.offset
        asm.rr(.test, false, r, r)
        if let length { asm.keepTogether(from: start, andJump: length) }
      }
      held -= r.bit
    }
    return .notEqual
  }

  mutating func lowerSelect() {
    let condition = popCondition()
    let b = pop()
    let a = pop()
    let type = a.type
    if condition.code < 16 && selectIntoLocal(condition, a, b) { return }
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

  /// Chooses in the register of the local that is written next; false if none is.
  private mutating func selectIntoLocal(
    _ condition: Condition, _ a: Entry, _ b: Entry
  ) -> Bool {
    if a.isFloat {
      // The first operand must survive the move of the second.
      guard let r = nextLocalRegister, !a.registers.contains(r), let to = localDestination() else {
        return false
      }
      move(r, b)
      selectFloat(condition, r, a)
      finish(to, a.type)
      return true
    }
    guard nextLocalRegister != nil else { return false }
    let chosen = register(a)
    // Where the local is the first operand, the second is what is moved on the condition.
    let other: Register? = chosen == nextLocalRegister ? register(b) : nil
    guard let to = localDestination() else { return false }
    let wide = isWideCode(a.type)
    if let other {
      asm.cmov(condition.inverse, wide, to.register, other)
    } else {
      move(to.register, b)
      asm.cmov(condition, wide, to.register, chosen)
    }
    finish(to, a.type)
    return true
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

  // MARK: Flags

  /// What the zero flag tells: whether the register that the last instruction has written is zero.
  struct ZeroFlag {
    private var register = Register.none
    private var isWide = false
    private var offset = -1

    /// Whether code at `offset` need not compare `register` with zero.
    @inline(__always) func tells(_ register: Register, _ wide: Bool, at offset: Int) -> Bool {
      offset == self.offset && register == self.register && wide == isWide
    }
    mutating func set(_ register: Register, _ wide: Bool, at offset: Int) {
      self = ZeroFlag(register: register, isWide: wide, offset: offset)
    }
    /// Code may be reached from elsewhere.
    mutating func forget() { offset = -1 }
  }

  /// The instruction at `start`, the last one, has written `register` and has set the zero flag by it.
  @inline(__always)
  mutating func noteZeroFlag(_ register: Register, _ wide: Bool, from start: Int) {
    guard measures.contains(.flags) else { return }
    keepWithJump(from: start)
    zeroFlag.set(register, wide, at: asm.offset)
  }

  /// Keeps the instruction at `start`, the last one, with the branch that follows, so that the
  /// machine fuses them.
  @inline(__always) mutating func keepWithJump(from start: Int) {
    guard asm.padsJumps, let length = lengthOfNextJump() else { return }
    asm.keepTogether(from: start, andJump: length)
  }

  /// The length of the jump that the next instruction begins with; nil if it is no branch.
  @inline(__always) private func lengthOfNextJump() -> Int? {
    var p = pc
    if p[0] == Opcode.i32Eqz || p[0] == Opcode.i64Eqz { p += 1 }
    if p[0] == Opcode.if {
      return jumpLength(toLabelAt: summary.blocks[nextBlock].alternative)
    }
    guard p[0] == Opcode.brIf else { return nil }
    p += 1
    return jumpLength(target(Int(readU32(&p))))
  }

  /// The length of a conditional jump to control frame `f`, most likely.
  @inline(__always) func jumpLength(_ f: Int) -> Int {
    guard control[f].kind == .loop else { return jumpLength(toLabelAt: control[f].extent.end) }
    return asm.offset - control[f].loopStart < 110 ? 2 : 6
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
