/// Results that the next operation changes on their way to a local: made in its register at once.
///
/// So `local.set x (i32.and (i32.shr_u …) (i32.const m))` shifts and masks one register. Between the
/// two instructions the local has neither its old value nor its new one; nothing there can trap, and
/// a stop from outside finds it missing.
extension FunctionCompiler {
  /// The register of the local that the operation behind this instruction is for, if its other
  /// operand is a constant, another local, or below on the stack; taken for the instruction at hand.
  @inline(__always) mutating func registerAhead() -> Register? {
    var p = pc
    switch p[0] {
    case Opcode.localGet, Opcode.i32Const, Opcode.i64Const:
      // Behind the index or the constant.
      p += 1
      while p[0] >= 0x80 { p += 1 }
      p += 1
      guard Self.isUniform(p[0], commutes: false) else { return nil }
    default:
      guard Self.isUniform(p[0], commutes: true) else { return nil }
    }
    guard p[1] == Opcode.localSet || p[1] == Opcode.localTee else { return nil }
    return measures.contains(.registersAhead) && folds ? registerAhead(of: p + 2) : nil
  }

  /// Whether `opcode` is an operation on two integers that cannot trap.
  @inline(__always) private static func isUniform(_ opcode: UInt8, commutes: Bool) -> Bool {
    let operation = opcode >= Opcode.i64Add ? opcode - Opcode.i64Add : opcode &- Opcode.i32Add
    // add sub mul, and or xor, shl shr_s shr_u rotl rotr; four divisions lie between.
    return operation < 15 && (commutes ? 0x0385 : 0x7F87) as UInt32 >> UInt32(operation) & 1 != 0
  }

  /// The same for the local whose index is at `place`.
  @inline(never)
  private mutating func registerAhead(of place: UnsafePointer<UInt8>) -> Register? {
    var p = pc
    var other = -1
    if p[0] == Opcode.localGet {
      p += 1
      other = Int(readU32(&p))
    }
    p = place
    let index = Int(readU32(&p))
    let r = places[index].register
    guard r != .none, !r.isXMM, index != other, usable.contains(r),
      ((owned | aliased | held) & r.bit).isEmpty,
      other < 0 || places[other].register != r
    else { return nil }
    if localBusy.contains(r) {
      guard resident[Int(r.number)] == index else { return nil }
      if !copies.isEmpty { copies.forget(index) }
      localBusy -= r.bit
      mortal -= r.bit
      homeCurrent -= r.bit
      unsettled = UnsettledLocal(index: index, position: position)
      recordWrite(of: index)
    }
    held |= r.bit
    scratch |= r.bit
    return r
  }
}

/// A local in whose register an operand is made that will become its value.
struct UnsettledLocal {
  var index = -1
  /// The instruction that makes the operand; until it has, the local is in its register.
  var position: UInt32 = 0
}
