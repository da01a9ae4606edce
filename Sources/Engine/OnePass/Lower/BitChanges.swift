/// Bits of a variable number that are set, cleared or flipped: `x | 1 << n`, `x & ~(1 << n)` (a
/// rotated -2 in wasm), `x ^ 1 << n`.
extension FunctionCompiler {
  /// Lets one instruction do what the shift or rotation at hand and the operation behind it do to the
  /// operand below; false if they are no such change.
  ///
  /// The popped `a` is a constant.
  @inline(__always)
  mutating func changesBit(_ op: Shift, _ a: Entry, _ count: Entry, _ type: UInt8) -> Bool {
    guard a.value == 1 || op == .rol, count.kind != .constant, height > 0,
      measures.contains(.bitInstructions), folds
    else { return false }
    return changeBit(op, a, count, type)
  }

  @inline(never)
  private mutating func changeBit(
    _ op: Shift, _ a: Entry, _ count: Entry, _ type: UInt8
  ) -> Bool {
    let wide = isWideCode(type)
    let form: Encoding
    switch (pc[0] &- (wide ? Opcode.i64Add - Opcode.i32Add : 0), op) {
    case (Opcode.i32Or, .shl): form = .bts
    case (Opcode.i32Xor, .shl): form = .btc
    case (Opcode.i32And, .rol) where a.value == truncated(-2, type): form = .btr
    default: return false
    }
    if stack[height - 1].kind == .constant { return false }
    pc += 1
    let n = register(count)
    let x = pop()
    if let next = nextLocalRegister, next != n, let to = localDestination() {
      move(to.register, x)
      asm.rr(form, wide, n, to.register)
      finish(to, type)
    } else {
      let r = ownedRegister(x)
      asm.rr(form, wide, n, r)
      finishIn(r, type)
    }
    return true
  }
}
