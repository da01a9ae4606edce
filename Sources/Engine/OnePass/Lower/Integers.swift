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

  // MARK: add, sub

  mutating func lowerAdd(_ type: UInt8) {
    let b = pop()
    let a = pop()
    if a.kind == .constant && b.kind == .constant { return pushConstant(type, a.value &+ b.value) }
    if let sum = sum(a, b, type) { return pushSum(sum) }
    binary(.add, type, a, b, commutes: true)
  }

  mutating func lowerSub(_ type: UInt8) {
    let b = pop()
    let a = pop()
    if a.kind == .constant && b.kind == .constant { return pushConstant(type, a.value &- b.value) }
    if b.kind == .constant, let sum = sum(a, .constant(type, truncated(0 &- b.value, type)), type) {
      return pushSum(sum)
    }
    binary(.sub, type, a, b, commutes: false)
  }

  /// A constant's bits cut to its type.
  @inline(__always) private func truncated(_ value: Int64, _ type: UInt8) -> Int64 {
    isWideCode(type) ? value : Int64(UInt32(truncatingIfNeeded: value))
  }
  @inline(__always) mutating func pushConstant(_ type: UInt8, _ value: Int64) {
    push(.constant(type, truncated(value, type)))
  }

  /// `a + b` as one address sum, if registers, scales and displacement allow.
  private func sum(_ a: Entry, _ b: Entry, _ type: UInt8) -> Entry? {
    guard let x = parts(a, type), let y = parts(b, type) else { return nil }
    let displacement = x.value &+ y.value
    let narrow = Int32(truncatingIfNeeded: displacement)
    if isWideCode(type) && Int64(narrow) != displacement { return nil }
    var result = Entry(kind: .sum, type: type, value: Int64(narrow))
    // An unscaled register may stand on either side; at most one each.
    for i in 0..<2 {
      let part = i == 0 ? x : y
      if part.base != .none {
        if result.base == .none {
          result.base = part.base
          result.owned |= part.owned & 1
        } else if result.index == .none {
          result.index = part.base
          result.owned |= (part.owned & 1) << 1
        } else {
          return nil
        }
      }
      if part.index != .none {
        if result.index == .none {
          result.index = part.index
          result.scale = part.scale
          result.owned |= part.owned & 2
        } else if result.scale == 0 && result.base == .none {
          result.base = result.index
          result.owned |= (result.owned & 2) >> 1
          result.index = part.index
          result.scale = part.scale
          result.owned = result.owned & 1 | part.owned & 2
        } else if part.scale == 0 && result.base == .none {
          result.base = part.index
          result.owned |= (part.owned & 2) >> 1
        } else {
          return nil
        }
      }
    }
    return result.base == .none && result.index == .none ? nil : result
  }

  /// An entry seen as a sum; nil if it is in memory or too large a constant.
  @inline(__always) private func parts(_ entry: Entry, _ type: UInt8) -> Entry? {
    switch entry.kind {
    case .constant:
      guard let value = entry.immediate else { return nil }
      return Entry(kind: .sum, type: type, value: Int64(value))
    case .register: return Entry(kind: .sum, type: type, base: entry.base, owned: 1)
    case .local:
      return entry.base == .none ? nil : Entry(kind: .sum, type: type, base: entry.base)
    case .sum: return entry
    case .slot, .flags: return nil
    }
  }

  /// Pushes a sum unevaluated, or computes it into the local that is written next.
  private mutating func pushSum(_ sum: Entry) {
    if let destination = localDestination() {
      let r = destination.register
      let start = asm.offset
      if sum.index == .none && sum.base == r {
        asm.alu(.add, sum.isWide, r, immediate: Int32(truncatingIfNeeded: sum.value))
        noteZeroFlag(r, sum.isWide, from: start)
      } else if sum.value == 0 && sum.scale == 0 && sum.index != .none && sum.base == r {
        asm.alu(.add, sum.isWide, r, sum.index)
        noteZeroFlag(r, sum.isWide, from: start)
      } else if sum.value == 0 && sum.scale == 0 && sum.base != .none && sum.index == r {
        asm.alu(.add, sum.isWide, r, sum.base)
        noteZeroFlag(r, sum.isWide, from: start)
      } else {
        move(r, sum)
      }
      finish(destination, sum.type)
      return
    }
    if sum.index == .none && sum.value == 0 && sum.owned & 1 != 0 {
      return push(sum.type, sum.base)
    }
    push(sum)
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

  private mutating func binary(
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
    if a.kind == .sum { a = .register(a.type, register(a)) }
    let from = source(b)
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

  // MARK: Shifts

  mutating func lowerShift(_ op: Shift, _ type: UInt8) {
    let count = pop()
    var a = pop()
    let wide = isWideCode(type)
    if count.kind == .constant {
      let n = UInt8(truncatingIfNeeded: count.value) & (wide ? 63 : 31)
      if a.kind == .constant { return pushConstant(type, folded(op, a.value, n, wide)) }
      if op == .shl { return shiftLeft(a, n, type) }
      if (op == .rol || op == .ror) && config.features.contains(.bmi2) {
        a = inRegister(a)
        let to = destination(false, reusing: a)
        asm.vrr(.rorx, wide, to.register, .none, a.base)
        asm.byte(op == .ror ? n : (wide ? 64 : 32) &- n & (wide ? 63 : 31))
        return finish(to, type)
      }
      let to = destination(false, reusing: a)
      move(to.register, a)
      if n != 0 {
        let start = asm.offset
        asm.shift(op, wide, to.register, immediate: n)
        if op == .shr || op == .sar { noteZeroFlag(to.register, wide, from: start) }
      }
      return finish(to, type)
    }
    if config.features.contains(.bmi2) && op != .rol && op != .ror {
      let n = register(count)
      let form: Encoding = op == .shl ? .shlx : (op == .shr ? .shrx : .sarx)
      if let m = memory(of: a) {
        let to = destination(false)
        asm.vrm(form, wide, to.register, n, m)
        return finish(to, type)
      }
      a = inRegister(a)
      let to = destination(false, reusing: a)
      asm.vrr(form, wide, to.register, n, a.base)
      return finish(to, type)
    }
    shiftByCL(op, type, a, count)
  }

  /// The count goes to rcx; the value is shifted in a temporary.
  private mutating func shiftByCL(_ op: Shift, _ type: UInt8, _ a: Entry, _ amount: Entry) {
    let wide = isWideCode(type)
    // Sums first, in registers of their own: they may own all three that are left under pressure.
    let count = amount.kind == .sum ? .register(type, ownedRegister(amount)) : amount
    var value = a.kind == .sum ? .register(type, ownedRegister(a)) : a
    if value.registers.contains(.rcx) && !(count.isInRegister && count.base == .rcx) {
      // The value sits in rcx: move it out of the way first.
      let r = allocate(false)
      move(r, value)
      value = .register(type, r)
    }
    if !(count.isInRegister && count.base == .rcx) {
      take(.rcx)
      move(.rcx, count)
    }
    // The result's register must not be rcx.
    let work: Register
    if value.kind == .register && value.base != .rcx {
      work = value.base
    } else {
      work = allocate(false)
      move(work, value)
    }
    asm.xr(.shiftCL, wide, op.rawValue, work)
    finishIn(work, type)
  }

  /// The result lies in the temporary `register`: pushes it or copies it to the next local.
  @inline(__always) mutating func finishIn(_ register: Register, _ type: UInt8) {
    if let local = localDestination() {
      move(local.register, .register(type, register))
      finish(local, type)
    } else {
      push(type, register)
    }
  }

  /// Multiplies by 2^n: as a scaled sum for n in 1...3, else by `shl`.
  private mutating func shiftLeft(_ a: Entry, _ n: UInt8, _ type: UInt8) {
    if n >= 1 && n <= 3, a.isInRegister {
      var sum = Entry(kind: .sum, type: type, value: 0)
      sum.index = a.base
      sum.scale = n
      sum.owned = a.kind == .register ? 2 : 0
      // Worth leaving unevaluated if an addition is likely to take it in.
      switch pc[0] {
      case Opcode.i32Add, Opcode.i64Add, Opcode.localGet, Opcode.i32Const: return push(sum)
      default: break
      }
    }
    let to = destination(false, reusing: a)
    move(to.register, a)
    if n != 0 { asm.shift(.shl, isWideCode(type), to.register, immediate: n) }
    finish(to, type)
  }

  private func folded(_ op: Shift, _ value: Int64, _ n: UInt8, _ wide: Bool) -> Int64 {
    if wide {
      let v = UInt64(bitPattern: value)
      switch op {
      case .shl: return Int64(bitPattern: v << UInt64(n))
      case .shr: return Int64(bitPattern: v >> UInt64(n))
      case .sar: return value >> Int64(n)
      case .rol: return Int64(bitPattern: v << UInt64(n) | (n == 0 ? 0 : v >> UInt64(64 - n)))
      case .ror: return Int64(bitPattern: v >> UInt64(n) | (n == 0 ? 0 : v << UInt64(64 - n)))
      }
    }
    let v = UInt32(truncatingIfNeeded: value)
    switch op {
    case .shl: return Int64(v << UInt32(n))
    case .shr: return Int64(v >> UInt32(n))
    case .sar: return Int64(UInt32(bitPattern: Int32(bitPattern: v) >> Int32(n)))
    case .rol: return Int64(v << UInt32(n) | (n == 0 ? 0 : v >> UInt32(32 - n)))
    case .ror: return Int64(v >> UInt32(n) | (n == 0 ? 0 : v << UInt32(32 - n)))
    }
  }

  // MARK: Counting bits

  mutating func lowerPopcnt(_ type: UInt8) { unary(.popcnt, type) }

  mutating func lowerClz(_ type: UInt8) {
    if config.features.contains(.lzcnt) { return unary(.lzcnt, type) }
    bitScan(.bsr, type)
  }

  mutating func lowerCtz(_ type: UInt8) {
    if config.features.contains(.bmi1) { return unary(.tzcnt, type) }
    bitScan(.bsf, type)
  }

  /// An operation with one operand, which may be in memory.
  private mutating func unary(_ form: Encoding, _ type: UInt8) {
    var a = pop()
    let wide = isWideCode(type)
    if let m = memory(of: a) {
      let to = destination(false)
      asm.rm(form, wide, to.register, m)
      return finish(to, type)
    }
    a = inRegister(a)
    let to = destination(false, reusing: a)
    asm.rr(form, wide, to.register, a.base)
    finish(to, type)
  }

  /// clz and ctz without LZCNT and TZCNT: a bit scan, and its own answer for zero.
  private mutating func bitScan(_ form: Encoding, _ type: UInt8) {
    let wide = isWideCode(type)
    let r = register(pop())
    let result = allocate(false)
    let zero = allocate(false)
    let width: UInt64 = wide ? 64 : 32
    asm.mov(zero, immediate: form.opcode == Encoding.bsr.opcode ? width * 2 - 1 : width)
    asm.rr(form, wide, result, r)
    asm.cmov(.equal, wide, result, zero)
    if form.opcode == Encoding.bsr.opcode {
      asm.alu(.xor, wide, result, immediate: Int32(width - 1))
    }
    finishIn(result, type)
  }

  // MARK: Sign extension

  /// Sign-extends the low 8, 16 or 32 bits.
  mutating func lowerExtend(_ form: Encoding, _ type: UInt8) { unary(form, type) }

  /// `i32.wrap_i64`: the upper half goes.
  mutating func lowerWrap() {
    var a = pop()
    if a.kind == .constant { return pushConstant(Code.i32, a.value) }
    if memory(of: a) != nil {
      a.type = Code.i32
      let to = destination(false)
      move(to.register, a)
      return finish(to, Code.i32)
    }
    a = inRegister(a)
    let to = destination(false, reusing: a)
    asm.mov(false, to.register, a.base)
    finish(to, Code.i32)
  }

  /// `i64.extend_i32_u`: an i32 in a register is zero-extended as it is.
  mutating func lowerExtendUnsigned() {
    let a = pop()
    if a.kind == .constant { return pushConstant(Code.i64, a.value) }
    if a.isInRegister {
      // The same register, seen as an i64; an entry that reads a local goes on doing so.
      var wide = a
      wide.type = Code.i64
      return pushOrMove(wide)
    }
    let to = destination(false)
    move(to.register, a)
    finish(to, Code.i64)
  }

  /// Pushes an entry as it is, or moves its value to the local that is written next.
  private mutating func pushOrMove(_ entry: Entry) {
    if let local = localDestination() {
      move(local.register, entry)
      finish(local, entry.type)
    } else {
      push(entry)
    }
  }
}
