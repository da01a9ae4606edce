import CMachine

/// Memories other than a memory 0 of 32-bit addresses: their base is in the context, not in
/// a register of its own, or no guard region is large enough for their addresses.
extension FunctionCompiler {
  /// Where the length of a memory is.
  func memoryLength(_ index: Int) -> Memory {
    Memory(
      .r14, Int32(truncatingIfNeeded: layout.memory(index)) &+ ContextLayout.memoryLength)
  }

  /// What `address` does, for such a memory.
  ///
  /// Needs one register at a time, so that a store with both operands in temporaries has room.
  mutating func addressInOther(
    _ index: Entry, _ offset: UInt64, size: UInt64, storing value: Entry?
  ) -> Memory {
    let isWide = flat.memoryAddresses[memory] == Code.i64
    var known = offset
    var overflows = false
    if index.kind == .constant {
      let constant =
        isWide
        ? UInt64(bitPattern: index.value) : UInt64(UInt32(truncatingIfNeeded: index.value))
      (known, overflows) = offset.addingReportingOverflow(constant)
    }
    if isWide || explicitBounds {
      checkOtherBounds(index, known, overflows: overflows, size: size, storing: value)
    }
    let r = allocate(false)
    let base = Memory(.r14, Int32(truncatingIfNeeded: layout.memory(memory)))
    if known <= UInt64(Int32.max) {
      asm.load(true, r, base)
    } else {
      asm.mov(r, immediate: known)
      asm.alu(.add, true, r, base)
      known = 0
    }
    return index.kind == .constant
      ? Memory(r, Int32(known)) : Memory(r, index: index.base, Int32(known))
  }

  /// Traps unless the bytes from `index`, if that is no constant, plus `known` on are inside.
  private mutating func checkOtherBounds(
    _ index: Entry, _ known: UInt64, overflows: Bool, size: UInt64, storing value: Entry?
  ) {
    let end = allocate(false)
    let (sum, carries) = known.addingReportingOverflow(size)
    asm.mov(end, immediate: sum)
    if overflows || carries {
      // Beyond 2^64, whatever the index, which is added for the report alone.
      if index.kind != .constant { asm.alu(.add, true, end, index.base) }
      asm.alu(.cmp, true, end, end)
      recordTrap(index, value)
      trap(if: .equal, VM_TRAP_MEMORY_OUT_OF_BOUNDS, end: end)
    } else if index.kind != .constant {
      asm.alu(.add, true, end, index.base)
      recordTrap(index, value)
      trap(if: .below, VM_TRAP_MEMORY_OUT_OF_BOUNDS, end: end)
    }
    checkBounds(end, index, value)
  }
}
