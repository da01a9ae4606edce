/// Division and remainder by constants, without the division instruction and its trap.
///
/// The dividend is multiplied by the reciprocal (Granlund and Montgomery, "Division by Invariant
/// Integers using Multiplication", 1994).
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
      if wide {
        divideSigned64(a, by: UInt64(divisor), isRemainder)
        return true
      }
      divideSigned32(a, by: Int32(truncatingIfNeeded: divisor), isRemainder)
      return true
    }
    let divisor = UInt64(bitPattern: b.value)
    if divisor.nonzeroBitCount == 1 {
      divideUnsigned(a, byPowerOfTwo: UInt8(divisor.trailingZeroBitCount), type, isRemainder)
      return true
    }
    guard divisor > 2 else { return false }
    if wide {
      divideUnsigned64(a, by: divisor, isRemainder)
      return true
    }
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

  // MARK: Reciprocals

  /// q = x * m >> (32 + s) with m = 2^(32 + s) / d + 1 where that is exact for every 32-bit x, else
  /// q = x * (2^64 / d + 1) >> 64, which always is.
  private mutating func divideUnsigned32(_ a: Entry, by d: UInt32, _ isRemainder: Bool) {
    let s = 31 - d.leadingZeroBitCount
    let (quotient, rest) = ((1 as UInt64) << UInt64(32 + s)).quotientAndRemainder(
      dividingBy: UInt64(d))
    if UInt64(d) - rest <= 1 << UInt64(s) {
      let x = inRegister(a)
      let q = allocate(false)
      multiply(q, x.base, by: quotient + 1)
      asm.shift(.shr, true, q, immediate: UInt8(32 + s))
      return finishDivision(q, x, UInt64(d), Code.i32, isRemainder)
    }
    let x = besideProduct(a, isSigned: false)
    multiplyHigh(x.base, by: UInt64.max / UInt64(d) + 1)
    finishDivision(.rdx, x, UInt64(d), Code.i32, isRemainder)
  }

  /// q = (x * m >> 32 + s) + (x < 0 ? 1 : 0), with x and m in 64 bits.
  private mutating func divideSigned32(_ a: Entry, by d: Int32, _ isRemainder: Bool) {
    let s = 31 - UInt64((d - 1).leadingZeroBitCount)
    let m = (1 as UInt64) << (32 + s) / UInt64(d) + 1
    let x = inRegister(a)
    let q = allocate(false)
    asm.rr(.movsxd, true, q, x.base)
    multiply(q, q, by: m)
    asm.shift(.sar, true, q, immediate: UInt8(32 + s))
    addSign(q, x.base, wide: false)
    finishDivision(q, x, UInt64(d), Code.i32, isRemainder)
  }

  /// q = (x * m >> 64) >> s with m = 2^(64 + s) / d + 1 where that is exact.
  ///
  /// Else m has 65 bits, and with t the product by the lower 64: q = ((x - t) / 2 + t) >> s.
  private mutating func divideUnsigned64(_ a: Entry, by d: UInt64, _ isRemainder: Bool) {
    let s = 63 - d.leadingZeroBitCount
    let (quotient, rest) = d.dividingFullWidth((1 << UInt64(s), 0))
    let x = besideProduct(a, isSigned: false)
    if d - rest <= 1 << UInt64(s) {
      multiplyHigh(x.base, by: quotient + 1)
    } else {
      multiplyHigh(x.base, by: d.dividingFullWidth(((2 &<< UInt64(s)) &- d, 0)).quotient + 1)
      let difference = allocate(false)
      asm.mov(true, difference, x.base)
      asm.alu(.sub, true, difference, .rdx)
      asm.shift(.shr, true, difference, immediate: 1)
      asm.alu(.add, true, .rdx, difference)
      held -= difference.bit
    }
    asm.shift(.shr, true, .rdx, immediate: UInt8(s))
    finishDivision(.rdx, x, d, Code.i64, isRemainder)
  }

  /// The same for signed x and d > 2, rounded toward zero: the sign is added at the end.
  ///
  /// A product whose m has 64 bits is by m - 2^64, so that x is added.
  private mutating func divideSigned64(_ a: Entry, by d: UInt64, _ isRemainder: Bool) {
    let s = 63 - d.leadingZeroBitCount
    let (short, rest) = d.dividingFullWidth((1 << UInt64(s - 1), 0))
    let isShort = d - rest <= 1 << UInt64(s)
    let x = besideProduct(a, isSigned: true)
    let m = isShort ? short : d.dividingFullWidth((1 << UInt64(s), 0)).quotient
    asm.mov(.rax, immediate: m + 1)
    asm.xr(.group3, true, 5, x.base)
    if !isShort { asm.alu(.add, true, .rdx, x.base) }
    let count = isShort ? s - 1 : s
    if count > 0 { asm.shift(.sar, true, .rdx, immediate: UInt8(count)) }
    held -= Register.rax.bit
    addSign(.rdx, x.base, wide: true)
    finishDivision(.rdx, x, d, Code.i64, isRemainder)
  }

  /// Adds 1 if `x` is negative.
  private mutating func addSign(_ quotient: Register, _ x: Register, wide: Bool) {
    let sign = allocate(false)
    asm.mov(wide, sign, x)
    asm.shift(.shr, wide, sign, immediate: wide ? 63 : 31)
    asm.alu(.add, wide, quotient, sign)
    held -= sign.bit
  }

  /// `to = x * factor` in 64 bits.
  private mutating func multiply(_ to: Register, _ x: Register, by factor: UInt64) {
    if factor <= UInt64(Int32.max) {
      asm.imul(true, to, x, immediate: Int32(factor))
    } else if to != x {
      asm.mov(to, immediate: factor)
      asm.rr(.imul, true, to, x)
    } else {
      let other = allocate(false)
      asm.mov(other, immediate: factor)
      asm.rr(.imul, true, to, other)
      held -= other.bit
    }
  }

  /// The dividend in a register that a product leaves alone; what it destroys is free then: rdx, and
  /// rax where there is no MULX.
  private mutating func besideProduct(_ a: Entry, isSigned: Bool) -> Entry {
    let usesRAX = isSigned || !config.features.contains(.bmi2)
    let destroyed = Register.rdx.bit | (usesRAX ? Register.rax.bit : .empty)
    var x = a
    if !a.isInRegister || destroyed.contains(a.base) {
      let r = allocate(excluding: destroyed)
      move(r, a)
      held -= a.registers
      held |= r.bit
      x = .register(a.type, r)
    }
    if usesRAX { take(.rax) }
    take(.rdx)
    return x
  }

  /// The upper half of `x * factor` to rdx.
  private mutating func multiplyHigh(_ x: Register, by factor: UInt64) {
    if config.features.contains(.bmi2) {
      asm.mov(.rdx, immediate: factor)
      asm.vrr(.mulx, true, .rdx, .rdx, x)
    } else {
      asm.mov(.rax, immediate: factor)
      asm.xr(.group3, true, 4, x)
      held -= Register.rax.bit
    }
  }

  /// Delivers the quotient, or what it leaves of the dividend `x`.
  private mutating func finishDivision(
    _ quotient: Register, _ x: Entry, _ d: UInt64, _ type: UInt8, _ isRemainder: Bool
  ) {
    guard isRemainder else { return finishIn(quotient, type) }
    let wide = isWideCode(type)
    if d == 3 || d == 5 || d == 9 {
      let scale: UInt8 = d == 3 ? 1 : (d == 5 ? 2 : 3)
      asm.rm(.lea, wide, quotient, Memory(quotient, index: quotient, scale: scale))
    } else if !wide || d <= UInt64(Int32.max) {
      asm.imul(wide, quotient, quotient, immediate: Int32(truncatingIfNeeded: d))
    } else {
      multiply(quotient, quotient, by: d)
    }
    let to = destination(false, reusing: x)
    if to.register == quotient {
      // The quotient lay where the local that is written next begins to live.
      asm.xr(.group3, wide, 3, quotient)
      asm.alu(.add, wide, quotient, x.base)
    } else {
      move(to.register, x)
      let start = asm.offset
      asm.alu(.sub, wide, to.register, quotient)
      noteZeroFlag(to.register, wide, from: start)
    }
    finish(to, type)
  }
}
