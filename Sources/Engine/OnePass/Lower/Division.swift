/// Integer division and remainder.
extension FunctionCompiler {
  mutating func lowerDivide(_ type: UInt8, isSigned: Bool, isRemainder: Bool) {
    var b = pop()
    if b.kind == .sum { b = .register(type, registerForDivisor(b)) }
    var a = pop()
    if a.kind == .sum { a = .register(type, register(a)) }
    let wide = isWideCode(type)
    if divideByConstant(a, b, type, isSigned: isSigned, isRemainder: isRemainder) { return }
    let divisor = placeDivisionOperands(a, b)
    if !isSigned {
      asm.alu(.xor, false, .rdx, .rdx)
      recordDivision(type, divisor)
      asm.xr(.group3, wide, 6, divisor)
    } else if isRemainder {
      // x rem -1 is 0, where the machine would fault on the smallest x.
      asm.alu(.xor, false, .rdx, .rdx)
      asm.alu(.cmp, wide, divisor, immediate: -1)
      let isMinusOne = asm.shortJump(.equal)
      signExtendRAX(wide)
      recordDivision(type, divisor)
      asm.xr(.group3, wide, 7, divisor)
      asm.bindShort(isMinusOne)
    } else {
      signExtendRAX(wide)
      recordDivision(type, divisor)
      asm.xr(.group3, wide, 7, divisor)
    }
    finishIn(isRemainder ? .rdx : .rax, type)
  }

  /// A register with the value of a sum: one where the division leaves it, if there is one.
  private mutating func registerForDivisor(_ sum: Entry) -> Register {
    let free =
      (usable & RegisterSet.general) - localBusy - owned - aliased - held - Register.rax.bit
      - Register.rdx.bit
    if sum.owned != 0 || free.isEmpty { return register(sum) }
    let r = free.first
    held |= r.bit
    scratch |= r.bit
    move(r, sum)
    return r
  }

  @inline(__always) private mutating func recordDivision(_ type: UInt8, _ divisor: Register) {
    recordTrap(.register(type, .rax), .register(type, divisor))
  }

  /// cdq or cqo.
  private mutating func signExtendRAX(_ wide: Bool) {
    if wide { asm.byte(0x48) }
    asm.byte(0x99)
  }

  /// Puts the dividend into rax, frees rdx, and returns the divisor's register, which is neither.
  ///
  /// No operand is a sum.
  private mutating func placeDivisionOperands(_ dividend: Entry, _ divisor: Entry) -> Register {
    var a = dividend
    var b = divisor
    if b.kind == .register && b.base == .rax {
      // The divisor is where the dividend belongs.
      if a.kind == .register {
        asm.rr(.xchg, true, .rax, a.base)
        b.base = a.base
        a.base = .rax
      } else {
        let r = allocate(excluding: Register.rax.bit | Register.rdx.bit)
        asm.mov(true, r, .rax)
        b.base = r
      }
    } else if !(a.kind == .register && a.base == .rax) {
      evict(.rax)
    }
    move(.rax, a)
    held -= a.owned & 1 != 0 ? a.base.bit : .empty
    held |= Register.rax.bit | b.registers
    if b.isInRegister && b.base != .rdx {
      evict(.rdx)
      held |= Register.rdx.bit
      return b.base
    }
    let r = allocate(excluding: Register.rdx.bit)
    move(r, b)
    if !(b.kind == .register && b.base == .rdx) { evict(.rdx) }
    held |= Register.rdx.bit
    return r
  }

  /// A free general-purpose temporary outside `excluded`.
  mutating func allocate(excluding excluded: RegisterSet) -> Register {
    let before = held
    held |= excluded
    let r = allocate(false)
    held = before | r.bit
    return r
  }
}
