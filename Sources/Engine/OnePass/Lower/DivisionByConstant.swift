/// Division and remainder by constants, without the division instruction and its trap.
///
/// A 32-bit dividend is multiplied by the reciprocal in 64 bits (Granlund and Montgomery, "Division
/// by Invariant Integers using Multiplication", 1994). 64-bit division by other constants than
/// powers of two goes the ordinary way.
extension FunctionCompiler {
  /// Lowers the division if the divisor allows; false if the ordinary way must be gone.
  ///
  /// No operand is a sum.
  mutating func divideByConstant(
    _ a: Entry, _ b: Entry, _ type: UInt8, isSigned: Bool, isRemainder: Bool
  ) -> Bool {
    guard b.kind == .constant, a.kind != .constant else { return false }
    let wide = isWideCode(type)
    if isSigned {
      let divisor = wide ? b.value : Int64(Int32(truncatingIfNeeded: b.value))
      // 0 and -1 can trap; 1 is rare.
      guard divisor > 1 else { return false }
      if divisor.nonzeroBitCount == 1 {
        divideSigned(a, byPowerOfTwo: UInt8(divisor.trailingZeroBitCount), type, isRemainder)
        return true
      }
      guard !wide else { return false }
      divideSigned32(a, by: Int32(truncatingIfNeeded: divisor), isRemainder)
      return true
    }
    let divisor = UInt64(bitPattern: b.value)
    if divisor.nonzeroBitCount == 1 {
      divideUnsigned(a, byPowerOfTwo: UInt8(divisor.trailingZeroBitCount), type, isRemainder)
      return true
    }
    guard !wide, divisor > 2 else { return false }
    divideUnsigned32(a, by: UInt32(truncatingIfNeeded: divisor), isRemainder)
    return true
  }

  private mutating func divideUnsigned(
    _ a: Entry, byPowerOfTwo n: UInt8, _ type: UInt8, _ isRemainder: Bool
  ) {
    let wide = isWideCode(type)
    if isRemainder && n > 31 {
      // The mask does not fit an immediate.
      let r = ownedRegister(a)
      let mask = allocate(false)
      asm.mov(mask, immediate: 1 << UInt64(n) - 1)
      asm.alu(.and, wide, r, mask)
      return finishIn(r, type)
    }
    let to = destination(false, reusing: a)
    move(to.register, a)
    if isRemainder {
      let mask = Int32(truncatingIfNeeded: (1 as Int64) << Int64(n) - 1)
      asm.alu(.and, wide, to.register, immediate: mask)
    } else if n != 0 {
      asm.shift(.shr, wide, to.register, immediate: n)
    }
    finish(to, type)
  }

  /// Rounds toward zero by adding 2^n - 1 to a negative dividend first.
  private mutating func divideSigned(
    _ a: Entry, byPowerOfTwo n: UInt8, _ type: UInt8, _ isRemainder: Bool
  ) {
    let wide = isWideCode(type)
    let x = register(a)
    let bias = allocate(false)
    asm.mov(wide, bias, x)
    if n > 1 { asm.shift(.sar, wide, bias, immediate: (wide ? 63 : 31)) }
    asm.shift(.shr, wide, bias, immediate: (wide ? 64 : 32) - n)
    asm.alu(.add, wide, bias, x)
    if isRemainder {
      // x - ((x + bias) & -2^n)
      let result = ownedRegisterCopy(x, a, type)
      if n < 32 {
        asm.alu(.and, wide, bias, immediate: Int32(truncatingIfNeeded: -((1 as Int64) << Int64(n))))
      } else {
        asm.shift(.sar, wide, bias, immediate: n)
        asm.shift(.shl, wide, bias, immediate: n)
      }
      asm.alu(.sub, wide, result, bias)
      return finishIn(result, type)
    }
    asm.shift(.sar, wide, bias, immediate: n)
    finishIn(bias, type)
  }

  /// A register with the value of `x` that may be overwritten, where `x` holds popped entry `a`.
  private mutating func ownedRegisterCopy(_ x: Register, _ a: Entry, _ type: UInt8) -> Register {
    // A register of a local must not change; any other was made for this instruction.
    guard a.kind == .local && a.base != .none else { return x }
    let r = allocate(false)
    asm.mov(isWideCode(type), r, x)
    return r
  }

  /// q = x * (2^64 / d + 1) >> 64: exact for every 32-bit x.
  private mutating func divideUnsigned32(_ a: Entry, by d: UInt32, _ isRemainder: Bool) {
    let reciprocal = UInt64.max / UInt64(d) + 1
    // mul takes rax and gives rdx.
    let x = a.isInRegister && a.base != .rax && a.base != .rdx ? a.base : moveAside(a)
    take(.rax)
    take(.rdx)
    asm.mov(.rax, immediate: reciprocal)
    asm.xr(.group3, true, 4, x)
    guard isRemainder else { return finishIn(.rdx, Code.i32) }
    multiplyBack(.rdx, Int32(bitPattern: d))
    asm.mov(false, .rax, x)
    asm.alu(.sub, false, .rax, .rdx)
    finishIn(.rax, Code.i32)
  }

  /// The value of `a` in a temporary other than rax and rdx.
  private mutating func moveAside(_ a: Entry) -> Register {
    let r = allocate(excluding: Register.rax.bit | Register.rdx.bit)
    move(r, a)
    held -= a.registers
    held |= r.bit
    return r
  }

  private mutating func multiplyBack(_ quotient: Register, _ d: Int32) {
    asm.imul(false, quotient, quotient, immediate: d)
  }

  /// q = (x * m >> 32 + s) + (x < 0 ? 1 : 0), with x and m in 64 bits.
  private mutating func divideSigned32(_ a: Entry, by d: Int32, _ isRemainder: Bool) {
    let s = 31 - UInt64((d - 1).leadingZeroBitCount)
    let m = (1 as UInt64) << (32 + s) / UInt64(d) + 1
    let x = register(a)
    let q = allocate(false)
    asm.rr(.movsxd, true, q, x)
    if m <= UInt64(Int32.max) {
      asm.imul(true, q, q, immediate: Int32(m))
    } else {
      let factor = allocate(false)
      asm.mov(factor, immediate: m)
      asm.rr(.imul, true, q, factor)
      held -= factor.bit
    }
    asm.shift(.sar, true, q, immediate: UInt8(32 + s))
    let sign = allocate(false)
    asm.mov(false, sign, x)
    asm.shift(.shr, false, sign, immediate: 31)
    asm.alu(.add, false, q, sign)
    guard isRemainder else { return finishIn(q, Code.i32) }
    multiplyBack(q, d)
    asm.mov(false, sign, x)
    asm.alu(.sub, false, sign, q)
    finishIn(sign, Code.i32)
  }
}
