import CMachine

/// Conversions between integers and floats.
extension FunctionCompiler {
  // MARK: Integer to float

  mutating func lowerConvert(from type: UInt8, isSigned: Bool, isDouble: Bool) {
    let a = pop()
    let result: UInt8 = isDouble ? Code.f64 : Code.f32
    if type == Code.i64 && !isSigned { return convertUnsigned64(a, isDouble: isDouble) }
    // An unsigned i32 is a non-negative i64, since registers hold it zero-extended.
    let wide = type == Code.i64 || !isSigned
    let r = register(a)
    let to = destination(true)
    zero(to.register)
    asm.rr(.scalar(0x2A, isDouble), wide, to.register, r)
    finish(to, result)
  }

  /// A value with the top bit set is halved, the lost bit kept in the lowest for rounding, and the
  /// result doubled.
  private mutating func convertUnsigned64(_ a: Entry, isDouble: Bool) {
    let r = ownedRegister(a)
    let low = allocate(false)
    let to = allocate(true)
    let form = Encoding.scalar(0x2A, isDouble)
    zero(to)
    asm.rr(.test, true, r, r)
    let isLarge = asm.shortJump(.sign)
    asm.rr(form, true, to, r)
    let done = asm.shortJump(nil)
    asm.bindShort(isLarge)
    asm.mov(true, low, r)
    asm.shift(.shr, true, r, immediate: 1)
    asm.alu(.and, false, low, immediate: 1)
    asm.alu(.or, true, r, low)
    asm.rr(form, true, to, r)
    asm.rr(.scalar(0x58, isDouble), false, to, to)
    asm.bindShort(done)
    finishIn(to, isDouble ? Code.f64 : Code.f32)
  }

  mutating func lowerDemote() { changePrecision(fromDouble: true) }
  mutating func lowerPromote() { changePrecision(fromDouble: false) }

  private mutating func changePrecision(fromDouble: Bool) {
    let a = inRegister(pop())
    let to = destination(true, reusing: a)
    let form = Encoding.scalar(0x5A, fromDouble)
    float(form, to.register, from: a.base)
    finish(to, fromDouble ? Code.f32 : Code.f64)
  }

  // MARK: Reinterpretation

  mutating func lowerReinterpretToInteger(wide: Bool) {
    let a = pop()
    let type: UInt8 = wide ? Code.i64 : Code.i32
    if a.kind == .constant { return push(.constant(type, a.value)) }
    let back = wide ? Opcode.f64ReinterpretI64 : Opcode.f32ReinterpretI32
    if measures.contains(.copies) && folds && pc[0] == back {
      // There and back again.
      pc += 1
      return push(a)
    }
    if let m = memory(of: a) {
      let to = destination(false)
      asm.load(wide, to.register, m)
      return finish(to, type)
    }
    let r = register(a)
    let original = original(in: a)
    let to = destination(false)
    asm.rr(.movFromXMM, wide, r, to.register)
    if let original, to.local >= 0 { copies.note(to.local, of: original) }
    finish(to, type)
  }

  mutating func lowerReinterpretToFloat(wide: Bool) {
    let a = pop()
    let type: UInt8 = wide ? Code.f64 : Code.f32
    if a.kind == .constant { return push(.constant(type, a.value)) }
    if a.kind == .local, let equal = entry(equalTo: Int(a.local), type) { return push(equal) }
    if let m = memory(of: a) {
      let to = destination(true)
      moveFloat(to.register, m, isDouble: wide)
      return finish(to, type)
    }
    let r = register(a)
    let original = original(in: a)
    let to = destination(true)
    asm.rr(.movToXMM, wide, to.register, r)
    if let original, to.local >= 0 { copies.note(to.local, of: original) }
    finish(to, type)
  }

  // MARK: Float to integer, trapping

  /// Truncates; traps on NaN (invalid conversion) and on values out of range (overflow).
  mutating func lowerTruncate(to type: UInt8, isSigned: Bool, isDouble: Bool) {
    let operand = inRegister(pop())
    let source = operand.base
    let result = allocate(false)
    let form = Encoding.scalar(0x2C, isDouble)
    switch (type == Code.i64, isSigned) {
    case (false, _):
      // In 64 bits, then whether the result fits 32: the machine's answer to what does not fit 64
      // is 2^63, which does not.
      let narrowed = allocate(false)
      asm.rr(form, true, result, source)
      if isSigned {
        asm.rr(.movsxd, true, narrowed, result)
      } else {
        asm.mov(false, narrowed, result)
      }
      asm.alu(.cmp, true, narrowed, result)
      conversionTrap(if: .notEqual, operand, isDouble: isDouble)
      // The upper half of a negative result goes.
      if isSigned { asm.mov(false, result, result) }
    case (true, true):
      let limit = allocate(true)
      asm.rr(form, true, result, source)
      // Only 2^63, the machine's answer to what does not fit, overflows here.
      asm.alu(.cmp, true, result, immediate: 1)
      let fits = asm.shortJump(Condition(Condition.overflow.code ^ 1))
      loadLiteral(limit, smallestInt64(isDouble), isDouble: isDouble)
      compareFloats(source, limit, isDouble: isDouble)
      conversionTrap(if: .parity, operand, isDouble: isDouble)
      conversionTrap(if: .notEqual, operand, isDouble: isDouble)
      asm.bindShort(fits)
    case (true, false):
      // All registers before the first jump: what allocating spills must be spilled on every path.
      let limit = allocate(true)
      let difference = allocate(true)
      let top = allocate(false)
      loadLiteral(limit, twoTo63(isDouble), isDouble: isDouble)
      compareFloats(source, limit, isDouble: isDouble)
      let isLarge = asm.shortJump(.aboveOrEqual)
      asm.rr(form, true, result, source)
      asm.rr(.test, true, result, result)
      conversionTrap(if: .sign, operand, isDouble: isDouble)
      let done = asm.shortJump(nil)
      asm.bindShort(isLarge)
      asm.rr(.movaps, false, difference, source)
      asm.rr(.scalar(0x5C, isDouble), false, difference, limit)
      asm.rr(form, true, result, difference)
      asm.rr(.test, true, result, result)
      conversionTrap(if: .sign, operand, isDouble: isDouble)
      asm.mov(top, immediate: 1 << 63)
      asm.alu(.xor, true, result, top)
      asm.bindShort(done)
    }
    finishIn(result, type)
  }

  private func smallestInt64(_ isDouble: Bool) -> UInt64 {
    isDouble ? (-0x1p63).bitPattern : UInt64(Float(-0x1p63).bitPattern)
  }
  private func twoTo63(_ isDouble: Bool) -> UInt64 {
    isDouble ? 0x1p63.bitPattern : UInt64(Float(0x1p63).bitPattern)
  }

  private mutating func conversionTrap(if condition: Condition, _ operand: Entry, isDouble: Bool) {
    recordTrap(operand)
    let origin = codeOffset
    stubs.append(
      Stub(
        kind: .conversion, trap: 0, register: operand.base, isDouble: isDouble,
        field: asm.jcc(condition, isPadded: false), wasmOffset: wasmOffset, origin: origin))
  }

  // MARK: Float to integer, saturating

  /// Truncates; NaN becomes 0, what is out of range the nearest value.
  mutating func lowerTruncateSaturating(to type: UInt8, isSigned: Bool, isDouble: Bool) {
    let source = register(pop())
    let result = allocate(false)
    let limit = allocate(true)
    let difference = allocate(true)
    let extra = allocate(false)
    let form = Encoding.scalar(0x2C, isDouble)
    let wide = type == Code.i64
    // What is at or above the largest value + 1 saturates upwards.
    let exponent = (wide ? 64 : 32) - (isSigned ? 1 : 0)
    loadLiteral(limit, floatBits(exponent: exponent, isDouble), isDouble: isDouble)
    compareFloats(source, limit, isDouble: isDouble)
    asm.mov(
      result,
      immediate: isSigned
        ? (wide ? UInt64(Int64.max) : UInt64(Int32.max)) : (wide ? .max : UInt64(UInt32.max)))
    // Unordered sets carry as well, so NaN goes on.
    let done = asm.shortJump(.aboveOrEqual)
    var done2 = -1
    if isSigned {
      // In 64 bits for an i32: what is in range is exact, and what is below comes out below. For
      // an i64 what lies below gives -2^63, the right answer. NaN must become 0.
      asm.rr(form, true, result, source)
      compareFloats(source, source, isDouble: isDouble)
      let number = asm.shortJump(.notParity)
      asm.mov(result, immediate: 0)
      asm.bindShort(number)
      if !wide {
        asm.mov(extra, immediate: UInt64(bitPattern: Int64(Int32.min)))
        asm.alu(.cmp, true, result, extra)
        asm.cmov(.less, true, result, extra)
        asm.mov(false, result, result)
      }
    } else {
      // Negative values and NaN become 0.
      zero(limit)
      compareFloats(limit, source, isDouble: isDouble)
      asm.mov(result, immediate: 0)
      done2 = asm.shortJump(.aboveOrEqual)
      let isNaN = asm.shortJump(.parity)
      if wide {
        truncateUnsigned64(
          result, source, limit, difference, extra, isDouble: isDouble)
      } else {
        asm.rr(form, true, result, source)
      }
      asm.bindShort(isNaN)
    }
    asm.bindShort(done)
    if done2 >= 0 { asm.bindShort(done2) }
    finishIn(result, type)
  }

  /// Truncates a positive value below 2^64.
  private mutating func truncateUnsigned64(
    _ result: Register, _ source: Register, _ limit: Register, _ difference: Register,
    _ top: Register, isDouble: Bool
  ) {
    let form = Encoding.scalar(0x2C, isDouble)
    loadLiteral(limit, twoTo63(isDouble), isDouble: isDouble)
    compareFloats(source, limit, isDouble: isDouble)
    let isLarge = asm.shortJump(.aboveOrEqual)
    asm.rr(form, true, result, source)
    let done = asm.shortJump(nil)
    asm.bindShort(isLarge)
    asm.rr(.movaps, false, difference, source)
    asm.rr(.scalar(0x5C, isDouble), false, difference, limit)
    asm.rr(form, true, result, difference)
    asm.mov(top, immediate: 1 << 63)
    asm.alu(.xor, true, result, top)
    asm.bindShort(done)
  }

  /// The bits of 2^exponent.
  private func floatBits(exponent: Int, _ isDouble: Bool) -> UInt64 {
    isDouble ? UInt64(1023 + exponent) << 52 : UInt64(127 + exponent) << 23
  }
}
