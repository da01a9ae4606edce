/// Operations that read an operand in memory, or change one there: a load together with what follows.
///
/// What has trapped is the load. Until the access nothing is written that the load's state names, so
/// that a local takes part as the destination only if the instruction writes it after the access.
extension FunctionCompiler {
  /// Whether a load may become part of what follows: there is an operand, and the memory is the one
  /// that `r15` and the guard region are for.
  @inline(__always) private var mayFold: Bool {
    measures.contains(.memoryOperands) && folds && height > 0 && memory == 0
      && !flat.hasWideMemory
  }

  // MARK: Loads as the right operand

  /// Lets the integer operation that follows a load read memory itself; false if the load stands alone.
  ///
  /// The index has been popped; the operation's left operand is on top.
  @inline(__always)
  mutating func foldLoad(_ place: Memory, _ index: Entry, _ type: UInt8) -> Bool {
    guard mayFold else { return false }
    // The operations of i64 stand in the same order.
    let shift = isWideCode(type) ? Opcode.i64Eq - Opcode.i32Eq : 0
    let comparison = pc[0] &- shift
    if comparison >= Opcode.i32Eq && comparison <= Opcode.i32GeU {
      compareWithMemory(integerCondition(comparison), place, index, type)
      return true
    }
    let wide = isWideCode(type)
    return switch pc[0] &- (wide ? Opcode.i64Add - Opcode.i32Add : 0) {
    case Opcode.i32Add: operate(.one(ALU.add.rawValue << 3 | 3), place, index, type)
    case Opcode.i32Sub: operate(.one(ALU.sub.rawValue << 3 | 3), place, index, type, isSub: true)
    case Opcode.i32And: operate(.one(ALU.and.rawValue << 3 | 3), place, index, type)
    case Opcode.i32Or: operate(.one(ALU.or.rawValue << 3 | 3), place, index, type)
    case Opcode.i32Xor: operate(.one(ALU.xor.rawValue << 3 | 3), place, index, type)
    case Opcode.i32Mul: operate(.imul, place, index, type)
    default: false
    }
  }

  private mutating func compareWithMemory(
    _ condition: Condition, _ place: Memory, _ index: Entry, _ type: UInt8
  ) {
    pc += 1
    let wide = isWideCode(type)
    var left = pop()
    if let immediate = left.immediate {
      recordTrap(left, index)
      asm.alu(.cmp, wide, place, immediate: immediate)
      held = .empty
      return pushCondition(mirrored(condition))
    }
    left = inRegister(left)
    let start = asm.offset
    asm.alu(.cmp, wide, left.base, place)
    let length = asm.offset - start
    // It may move to be kept with a jump; the state belongs where it then is.
    keepWithJump(from: start)
    asm.rewind(to: asm.offset - length)
    recordTrap(left, index)
    asm.advance(length)
    // The operands have been read, and there may be no other register.
    held = .empty
    pushCondition(condition)
  }

  /// `left op [place]`, where that takes fewer instructions than a load and the operation.
  private mutating func operate(
    _ form: Encoding, _ place: Memory, _ index: Entry, _ type: UInt8, isSub: Bool = false
  ) -> Bool {
    let wide = isWideCode(type)
    let left = stack[height - 1]
    switch left.kind {
    case .register:
      pc += 1
      _ = pop()
      recordTrap(left, index)
      asm.rm(form, wide, left.base, place)
      finishIn(left.base, type)
    case .local where left.base != .none && setsLocal(left.local, at: pc + 1):
      pc += 1
      _ = pop()
      guard let to = localDestination() else {
        preconditionFailure("a local in a register is written next")
      }
      recordTrap(left, index)
      asm.rm(form, wide, to.register, place)
      finish(to, type)
    case .local where left.base != .none && isSub, .constant where isSub:
      pc += 1
      _ = pop()
      let r = allocate(false)
      move(r, left)
      recordTrap(left, index)
      asm.rm(form, wide, r, place)
      finishIn(r, type)
    default: return false
    }
    return true
  }

  /// Whether the instruction at `p` writes local `local`.
  @inline(__always)
  private func setsLocal(_ local: UInt32, at p: UnsafePointer<UInt8>) -> Bool {
    guard p[0] == Opcode.localSet || p[0] == Opcode.localTee else { return false }
    var p = p + 1
    return readU32(&p) == local
  }

  /// The same for a float load and float arithmetic.
  @inline(__always)
  mutating func foldFloatLoad(_ place: Memory, _ index: Entry, isDouble: Bool) -> Bool {
    guard mayFold else { return false }
    let operation: Operation
    switch pc[0] &- (isDouble ? Opcode.f64Add - Opcode.f32Add : 0) {
    case Opcode.f32Add: operation = .add
    case Opcode.f32Add + 1: operation = .sub
    case Opcode.f32Add + 2: operation = .mul
    case Opcode.f32Div: operation = .div
    default: return false
    }
    if !hasAVX && stack[height - 1].kind != .register { return false }
    pc += 1
    let form = Encoding.scalar(operation.rawValue, isDouble)
    let left = inRegister(pop())
    if hasAVX {
      let to = destination(true, reusing: left)
      recordTrap(left, index)
      asm.vrm(form, false, to.register, left.base, place)
      finish(to, left.type)
    } else {
      recordTrap(left, index)
      asm.rm(form, false, left.base, place)
      finishIn(left.base, left.type)
    }
    return true
  }

  // MARK: Changes in place

  /// Lets one instruction load, change and store an integer, if just that follows: the address is
  /// there twice, the operand is a local or a constant, and a store of the same size follows.
  ///
  /// If the load does not trap, the store cannot.
  @inline(__always)
  mutating func foldUpdate(
    _ place: Memory, _ index: Entry, _ offset: UInt64, size: UInt64, _ type: UInt8
  ) -> Bool {
    guard mayFold, isSameAddress(stack[height - 1], index) else { return false }
    return update(place, index, offset, size: size, type)
  }

  @inline(__always) private func isSameAddress(_ a: Entry, _ b: Entry) -> Bool {
    guard a.kind == b.kind else { return false }
    return a.kind == .local
      ? a.local == b.local && a.base != .none : a.kind == .constant && a.value == b.value
  }

  @inline(never)
  private mutating func update(
    _ place: Memory, _ index: Entry, _ offset: UInt64, size: UInt64, _ type: UInt8
  ) -> Bool {
    let wide = isWideCode(type)
    var p = pc + 1
    var operand = Register.none
    var immediate: Int64 = 0
    switch pc[0] {
    case Opcode.localGet:
      operand = places[Int(readU32(&p))].register
      if operand == .none { return false }
    case Opcode.i32Const, Opcode.i64Const:
      immediate = readS64(&p)
      if Int64(Int32(truncatingIfNeeded: immediate)) != immediate { return false }
    default: return false
    }
    let op: ALU
    switch p[0] &- (wide ? Opcode.i64Add - Opcode.i32Add : 0) {
    case Opcode.i32Add: op = .add
    case Opcode.i32Sub: op = .sub
    case Opcode.i32And: op = .and
    case Opcode.i32Or: op = .or
    case Opcode.i32Xor: op = .xor
    default: return false
    }
    let store =
      size == 8 ? Opcode.i64Store : (size == 4 ? Opcode.i32Store : Opcode.i32Store8)
    guard p[1] == store, p[2] < 0x40 else { return false }
    p += 3
    guard UInt64(readU32(&p)) == offset else { return false }
    pc = p
    let address = pop()
    recordTrap(address, index)
    if operand != .none {
      let form = op.rawValue << 3
      asm.rm(
        size == 1 ? Encoding.one(form).byteRegister : .one(form | 1), wide, operand, place)
    } else if size == 1 {
      asm.xm(.one(0x80), false, op.rawValue, place)
      asm.byte(UInt8(truncatingIfNeeded: immediate))
    } else {
      asm.alu(op, wide, place, immediate: Int32(truncatingIfNeeded: immediate))
    }
    return true
  }
}
