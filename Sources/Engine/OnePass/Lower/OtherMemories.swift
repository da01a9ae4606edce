import CMachine

/// Memories other than memory 0: their base is in the context, not in a register of its own.
extension FunctionCompiler {
  /// Where the length of a memory is.
  func memoryLength(_ index: Int) -> Memory {
    Memory(
      .r14, Int32(truncatingIfNeeded: layout.memory(index)) &+ ContextLayout.memoryLength)
  }

  /// What `address` does, for a memory that is not memory 0.
  ///
  /// Needs one register at a time, so that a store with both operands in temporaries has room.
  mutating func addressInOther(
    _ index: Entry, _ offset: UInt64, size: UInt64, storing value: Entry?
  ) -> Memory {
    let base = Memory(.r14, Int32(truncatingIfNeeded: layout.memory(memory)))
    let isConstant = index.kind == .constant
    let known =
      offset + (isConstant ? UInt64(UInt32(truncatingIfNeeded: index.value)) : 0)
    if explicitBounds {
      let end = allocate(false)
      asm.mov(end, immediate: known + size)
      if !isConstant { asm.alu(.add, true, end, index.base) }
      checkBounds(end, index, value)
    }
    let r = allocate(false)
    if known <= UInt64(Int32.max) {
      asm.load(true, r, base)
      return isConstant ? Memory(r, Int32(known)) : Memory(r, index: index.base, Int32(known))
    }
    asm.mov(r, immediate: known)
    asm.alu(.add, true, r, base)
    return isConstant ? Memory(r) : Memory(r, index: index.base)
  }
}
