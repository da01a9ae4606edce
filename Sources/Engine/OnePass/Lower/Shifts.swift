/// Shifts and rotations.
extension FunctionCompiler {
  mutating func lowerShift(_ op: Shift, _ type: UInt8) {
    let count = pop()
    var a = pop()
    let wide = isWideCode(type)
    if a.kind == .constant && changesBit(op, a, count, type) { return }
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
  mutating func shiftLeft(_ a: Entry, _ n: UInt8, _ type: UInt8) {
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
}
