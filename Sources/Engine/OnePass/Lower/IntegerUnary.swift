/// Integer operations with one operand: counting bits, extending, cutting.
extension FunctionCompiler {
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
