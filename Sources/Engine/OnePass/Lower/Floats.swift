/// Float arithmetic. An f32 or f64 occupies the low lane of an xmm register; the rest is arbitrary.
extension FunctionCompiler {
  // MARK: Constants

  /// Loads a float constant from the literals behind the code.
  ///
  /// Leaves the flags alone.
  mutating func loadConstant(_ to: Register, _ entry: Entry) {
    if entry.value == 0 { return zero(to) }
    if entry.type == Code.v128 { return loadVectorConstant(to, entry) }
    loadLiteral(to, UInt64(bitPattern: entry.value), isDouble: entry.type == Code.f64)
  }

  mutating func loadLiteral(_ to: Register, _ bits: UInt64, isDouble: Bool) {
    let form = Encoding.scalar(0x10, isDouble)
    let field = hasAVX ? asm.vrip(form, false, to, .none) : asm.rip(form, false, to)
    literalUses.append(LiteralUse(literal: literal(bits, isDouble), field: field))
  }

  /// The number of a literal; recent equal ones are shared.
  mutating func literal(_ bits: UInt64, _ isWide: Bool) -> Int {
    var i = literals.count - 1
    let oldest = max(0, literals.count - 16)
    while i >= oldest {
      if literals[i].bits == bits && literals[i].isWide == isWide { return i }
      i -= 1
    }
    literals.append(Literal(bits: bits, isWide: isWide))
    return literals.count - 1
  }

  /// Places the literals behind the function's code.
  mutating func emitLiterals() {
    if literals.count == 0 { return }
    let start = codeOffset
    asm.align(8)
    // The offset of each literal replaces its bits once it is placed.
    for i in 0..<literals.count {
      asm.reserve(16)
      let place = asm.offset
      asm.quad(literals[i].bits)
      literals[i].bits = UInt64(place)
    }
    for i in 0..<literalUses.count {
      let use = literalUses[i]
      asm.patch(use.field, to: Int(literals[use.literal].bits))
    }
    recorder.data(from: start, to: codeOffset)
  }

  // MARK: Forms

  /// `to = op(a, b)`, register operands; `b` must differ from `to` unless `a` is `to` as well.
  @inline(__always)
  mutating func float(_ form: Encoding, _ to: Register, _ a: Register, _ b: Register) {
    if hasAVX {
      asm.vrr(form, false, to, a, b)
    } else {
      if to != a { asm.rr(.movaps, false, to, a) }
      asm.rr(form, false, to, b)
    }
  }
  @inline(__always)
  mutating func float(_ form: Encoding, _ to: Register, _ a: Register, _ b: Memory) {
    if hasAVX {
      asm.vrm(form, false, to, a, b)
    } else {
      if to != a { asm.rr(.movaps, false, to, a) }
      asm.rm(form, false, to, b)
    }
  }

  /// `to = op(r)`; the rest of the register comes from `r` too, so that nothing else is waited for.
  @inline(__always) mutating func float(_ form: Encoding, _ to: Register, from r: Register) {
    if hasAVX {
      asm.vrr(form, false, to, r, r)
    } else {
      asm.rr(form, false, to, r)
    }
  }

  /// `to = op(a, literal)`, the literal as a memory operand.
  private mutating func float(
    _ form: Encoding, _ to: Register, _ a: Register, literal bits: UInt64, isDouble: Bool
  ) {
    let field: Int
    if hasAVX {
      field = asm.vrip(form, false, to, a)
    } else {
      if to != a { asm.rr(.movaps, false, to, a) }
      field = asm.rip(form, false, to)
    }
    literalUses.append(LiteralUse(literal: literal(bits, isDouble), field: field))
  }

  /// The scalar operations, by the opcode of their forms.
  enum Operation: UInt8 {
    case add = 0x58
    case mul = 0x59
    case sub = 0x5C
    case div = 0x5E
  }

  mutating func lowerFloatBinary(_ operation: Operation, isDouble: Bool) {
    let b = pop()
    let a = inRegister(pop())
    let type: UInt8 = isDouble ? Code.f64 : Code.f32
    let form = Encoding.scalar(operation.rawValue, isDouble)
    let x = a.base
    if let m = memory(of: b) {
      let to = destination(true, reusing: a)
      float(form, to.register, x, m)
      return finish(to, type)
    }
    if b.kind == .constant && b.value != 0 {
      let to = destination(true, reusing: a)
      float(form, to.register, x, literal: UInt64(bitPattern: b.value), isDouble: isDouble)
      return finish(to, type)
    }
    let right = inRegister(b)
    let y = right.base
    let to = destination(true, reusing: hasAVX && a.kind != .register ? right : a)
    let r = to.register
    if !hasAVX && r == y && r != x {
      // The destination holds the right operand.
      if operation == .add || operation == .mul {
        float(form, r, y, x)
      } else {
        let other = allocate(true)
        asm.rr(.movaps, false, other, y)
        float(form, r, x, other)
      }
    } else {
      float(form, r, x, y)
    }
    finish(to, type)
  }

  mutating func lowerSqrt(isDouble: Bool) {
    let a = inRegister(pop())
    let to = destination(true, reusing: a)
    let form = Encoding.scalar(0x51, isDouble)
    float(form, to.register, from: a.base)
    finish(to, isDouble ? Code.f64 : Code.f32)
  }

  /// Rounding modes, as the immediate of `rounds` has them; precision exceptions are off.
  enum Rounding: UInt8 {
    case nearest = 8
    case down = 9
    case up = 10
    case towardZero = 11
  }

  mutating func lowerRound(_ mode: Rounding, isDouble: Bool) {
    let a = inRegister(pop())
    let to = destination(true, reusing: a)
    let form = Encoding.round(isDouble)
    float(form, to.register, from: a.base)
    asm.byte(mode.rawValue)
    finish(to, isDouble ? Code.f64 : Code.f32)
  }

  private func signMask(_ isDouble: Bool) -> UInt64 { isDouble ? 1 << 63 : 1 << 31 }
  private func valueMask(_ isDouble: Bool) -> UInt64 { isDouble ? ~(1 << 63) : 0x7FFF_FFFF }

  /// abs: `and` with the value mask (54); neg: `xor` with the sign mask (57).
  mutating func lowerSign(isAbsolute: Bool, isDouble: Bool) {
    let a = inRegister(pop())
    let mask = isAbsolute ? valueMask(isDouble) : signMask(isDouble)
    let form = Encoding.packed(isAbsolute ? 0x54 : 0x57, isDouble)
    let to = destination(true, reusing: a)
    combine(form, to.register, a.base, literal: UInt128(mask))
    finish(to, isDouble ? Code.f64 : Code.f32)
  }

  mutating func lowerCopysign(isDouble: Bool) {
    let b = ownedRegister(pop())
    let a = ownedRegister(pop())
    let mask = allocate(true)
    loadLiteral(mask, signMask(isDouble), isDouble: isDouble)
    // b & mask | a & ~mask
    asm.rr(.packed(0x54, isDouble), false, b, mask)
    asm.rr(.packed(0x55, isDouble), false, mask, a)
    asm.rr(.packed(0x56, isDouble), false, b, mask)
    finishIn(b, isDouble ? Code.f64 : Code.f32)
  }

  /// min (5D) and max (5F).
  ///
  /// The machine's own give the second operand for NaN and for two zeros: NaN goes through an
  /// addition, equal operands through `or` (min) or `and` (max) of their bits.
  mutating func lowerMinMax(isMaximum: Bool, isDouble: Bool) {
    let b = register(pop())
    let a = ownedRegister(pop())
    compareFloats(a, b, isDouble: isDouble)
    let isNaN = asm.shortJump(.parity)
    let differ = asm.shortJump(.notEqual)
    asm.rr(.packed(isMaximum ? 0x54 : 0x56, isDouble), false, a, b)
    let done = asm.shortJump(nil)
    asm.bindShort(isNaN)
    asm.rr(.scalar(0x58, isDouble), false, a, b)
    let done2 = asm.shortJump(nil)
    asm.bindShort(differ)
    asm.rr(.scalar(isMaximum ? 0x5F : 0x5D, isDouble), false, a, b)
    asm.bindShort(done)
    asm.bindShort(done2)
    finishIn(a, isDouble ? Code.f64 : Code.f32)
  }

  // MARK: Comparisons

  /// `ucomis a, b`.
  @inline(__always) mutating func compareFloats(_ a: Register, _ b: Register, isDouble: Bool) {
    asm.rr(.packed(0x2E, isDouble), false, a, b)
  }

  /// eq, ne, lt, gt, le, ge.
  ///
  /// lt and le exchange the operands, so that unordered means false.
  mutating func lowerFloatCompare(_ condition: Condition, swapped: Bool, isDouble: Bool) {
    let b = pop()
    let a = pop()
    let (x, y) = swapped ? (b, a) : (a, b)
    let r = register(x)
    let number: Number?
    if let m = memory(of: y) {
      number = condition.code < 16 ? prepareNumber(reading: .empty) : nil
      asm.rm(.packed(0x2E, isDouble), false, r, m)
    } else {
      let s = register(y)
      number = condition.code < 16 ? prepareNumber(reading: .empty) : nil
      compareFloats(r, s, isDouble: isDouble)
    }
    pushCondition(condition, in: number)
  }
}
