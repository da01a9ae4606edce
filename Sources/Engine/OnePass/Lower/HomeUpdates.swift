/// Locals in memory that change in place.
extension FunctionCompiler {
  /// Lets one instruction change a local that lives at home: the popped `a` reads it, `b` is a
  /// constant or in a register, and a `local.set` of that local follows.
  @inline(__always)
  mutating func updatesHome(_ op: ALU, _ a: Entry, _ b: Entry) -> Bool {
    guard pc[0] == Opcode.localSet, a.kind == .local, a.base == .none, folds,
      measures.contains(.memoryOperands)
    else { return false }
    return updateHome(op, a, b)
  }

  @inline(never) private mutating func updateHome(_ op: ALU, _ a: Entry, _ b: Entry) -> Bool {
    var p = pc + 1
    let index = Int(readU32(&p))
    guard index == Int(a.local), b.immediate != nil || b.isInRegister else { return false }
    pc = p
    clearForWrite(index)
    if let immediate = b.immediate {
      asm.alu(op, a.isWide, home(index), immediate: immediate)
    } else {
      asm.rm(.one(op.rawValue << 3 | 1), a.isWide, b.base, home(index))
    }
    return true
  }
}
