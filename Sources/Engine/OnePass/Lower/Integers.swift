/// Integer arithmetic.
extension FunctionCompiler {
  /// A source operand of an ALU instruction.
  enum Source {
    case register(Register)
    case memory(Memory)
    case immediate(Int32)
    /// A constant too large for an immediate, behind the function's code.
    case literal(UInt64)
  }

  /// The form in which a popped integer entry can be a source operand.
  @inline(__always) mutating func source(_ entry: Entry) -> Source {
    if let immediate = entry.immediate { return .immediate(immediate) }
    if let memory = memory(of: entry) { return .memory(memory) }
    if entry.kind == .constant && measures.contains(.memoryOperands) {
      return .literal(UInt64(bitPattern: entry.value))
    }
    return .register(register(entry))
  }

  @inline(__always)
  mutating func emit(_ op: ALU, _ wide: Bool, _ to: Register, _ from: Source) {
    switch from {
    case .register(let r): asm.alu(op, wide, to, r)
    case .memory(let m): asm.alu(op, wide, to, m)
    case .immediate(let i): asm.alu(op, wide, to, immediate: i)
    case .literal(let bits): emit(.one(op.rawValue << 3 | 3), to, literal: bits)
    }
  }
  /// An operation on 64 bits with a literal.
  mutating func emit(_ form: Encoding, _ to: Register, literal bits: UInt64) {
    let field = asm.rip(form, true, to)
    literalUses.append(LiteralUse(literal: literal(bits, true), field: field))
  }

  // MARK: Two-operand operations

  /// `and`, `or`, `xor`, and `add` and `sub` that are no sums.
  mutating func lowerLogic(_ op: ALU, _ type: UInt8) {
    let b = pop()
    let a = pop()
    if a.kind == .constant && b.kind == .constant {
      let value: Int64
      switch op {
      case .and: value = a.value & b.value
      case .or: value = a.value | b.value
      default: value = a.value ^ b.value
      }
      return pushConstant(type, value)
    }
    if updatesHome(op, a, b) || updatesHome(op, b, a) { return }
    if op == .and && conditionFollows {
      // Only whether the result is zero matters.
      let (x, y) = a.kind == .constant ? (b, a) : (a, b)
      let r = register(x)
      if let immediate = y.immediate {
        let start = asm.offset
        asm.test(x.isWide, r, mask: immediate)
        keepWithJump(from: start)
      } else {
        let s = register(y)
        let start = asm.offset
        asm.rr(.test, x.isWide, r, s)
        keepWithJump(from: start)
      }
      return pushCondition(.notEqual)
    }
    binary(op, type, a, b, commutes: true)
  }

  /// Whether the next instruction takes its operand as a truth value at once.
  @inline(__always) var conditionFollows: Bool {
    switch pc[0] {
    case Opcode.i32Eqz, Opcode.i64Eqz, Opcode.brIf, Opcode.if, Opcode.select:
      return folds
    default: return false
    }
  }

  mutating func binary(
    _ op: ALU, _ type: UInt8, _ left: Entry, _ right: Entry, commutes: Bool
  ) {
    let wide = isWideCode(type)
    var a = left
    var b = right
    // A constant, or something in memory, is better on the right.
    if commutes && (a.kind == .constant || (b.kind == .register && a.kind != .register)) {
      swap(&a, &b)
    }
    // Both operands in readable form before the destination can be overwritten.
    let from = source(b)
    if a.kind == .sum && !isMadeInLocal(a, beside: from) { a = .register(a.type, register(a)) }
    let to = destination(false, reusing: a)
    let r = to.register
    if case .register(let s) = from, s == r, !(a.isInRegister && a.base == r) {
      if commutes {
        emit(op, wide, r, source(a))
      } else {
        // r = a - r
        asm.xr(.group3, wide, 3, r)
        emit(.add, wide, r, source(a))
      }
    } else if op == .and, case .immediate(let mask) = from, mask == 0xFF || mask == 0xFFFF,
      a.isInRegister
    {
      asm.rr(mask == 0xFF ? .movzx8 : .movzx16, false, r, a.base)
    } else {
      move(r, a)
      let start = asm.offset
      emit(op, wide, r, from)
      if case .literal = from {} else { noteZeroFlag(r, wide, from: start) }
    }
    finish(to, type)
  }

  /// Whether the local that is written next can take a sum that the operation then changes there.
  private func isMadeInLocal(_ sum: Entry, beside other: Source) -> Bool {
    guard sum.owned == 0, let r = nextLocalRegister, !scratch.contains(r) else { return false }
    if case .register(let s) = other { return s != r }
    return true
  }

  mutating func lowerMul(_ type: UInt8) {
    var b = pop()
    var a = pop()
    let wide = isWideCode(type)
    if a.kind == .constant && b.kind == .constant { return pushConstant(type, a.value &* b.value) }
    if a.kind == .constant { swap(&a, &b) }
    if b.kind == .constant {
      let factor = UInt64(bitPattern: truncated(b.value, type))
      if factor.nonzeroBitCount == 1 {
        return shiftLeft(a, UInt8(factor.trailingZeroBitCount), type)
      }
      if factor == 3 || factor == 5 || factor == 9 {
        a = inRegister(a)
        let r = a.base
        let to = destination(false, reusing: a)
        asm.rm(
          .lea, wide, to.register,
          Memory(r, index: r, scale: factor == 3 ? 1 : (factor == 5 ? 2 : 3)))
        return finish(to, type)
      }
      if let immediate = b.immediate {
        if let m = memory(of: a) {
          let to = destination(false)
          asm.load(wide, to.register, m)
          asm.imul(wide, to.register, to.register, immediate: immediate)
          return finish(to, type)
        }
        a = inRegister(a)
        let to = destination(false, reusing: a)
        asm.imul(wide, to.register, a.base, immediate: immediate)
        return finish(to, type)
      }
    }
    if b.kind == .register && a.kind != .register { swap(&a, &b) }
    if a.kind == .sum { a = .register(a.type, register(a)) }
    let from = source(b)
    let to = destination(false, reusing: a)
    let r = to.register
    switch from {
    case .register(let s) where s == r && !(a.isInRegister && a.base == r):
      if let m = memory(of: a) {
        asm.rm(.imul, wide, r, m)
      } else {
        asm.rr(.imul, wide, r, register(a))
      }
    case .register(let s):
      move(r, a)
      asm.rr(.imul, wide, r, s)
    case .memory(let m):
      move(r, a)
      asm.rm(.imul, wide, r, m)
    case .immediate(let i):
      // `a` is a constant too large for an immediate.
      move(r, a)
      asm.imul(wide, r, r, immediate: i)
    case .literal(let bits):
      move(r, a)
      emit(.imul, r, literal: bits)
    }
    finish(to, type)
  }
}
