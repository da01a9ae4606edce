/// `br_table`.
extension FunctionCompiler {
  /// `br_table`: a jump through a table of offsets that lies behind it.
  ///
  /// Each entry is relative to the byte after itself, like a rel32 field, so that labels resolve
  /// both alike.
  mutating func lowerBrTable() {
    closeIntervals()
    let start = pc
    let count = Int(readU32(&pc))
    let index = pop()
    // The index goes where no label value travels; one that lies there now moves away. What is not
    // a label value does not outlive the jump.
    if !index.registers.contains(.rcx) { evict(.rcx) }
    held |= Register.rcx.bit
    move(.rcx, index)
    var labels = pc
    // All targets have the same arity.
    let first = control[target(Int(readU32(&labels)))]
    if first.labelArity > 0 { prepareTableValues(first) }
    asm.reserve(64)
    // Out-of-range indices take the default, the last entry.
    asm.mov(.rdx, immediate: UInt64(count))
    asm.alu(.cmp, false, .rcx, .rdx)
    asm.cmov(.above, false, .rcx, .rdx)
    let table = asm.rip(.lea, true, .rdx)
    asm.rm(.lea, true, .rdx, Memory(.rdx, index: .rcx, scale: 2))
    asm.rm(.movsxd, true, .rcx, Memory(.rdx))
    asm.rm(.lea, true, .rdx, Memory(.rdx, index: .rcx, 4))
    asm.jmp(.rdx)
    let tableStart = asm.offset
    asm.patch(table, to: tableStart)
    asm.reserve(4 * (count + 1))
    var needsThunks = false
    for _ in 0...count {
      let f = target(Int(readU32(&pc)))
      let field = asm.offset
      asm.long(0)
      if needsThunk(f) {
        needsThunks = true
      } else if control[f].kind == .loop {
        asm.patch(field, to: control[f].loopStart)
      } else {
        asm.setLong(Int32(truncatingIfNeeded: control[f].ending.chain), at: field)
        control[f].ending.chain = field
      }
    }
    recorder.data(from: tableStart - functionStart, to: codeOffset)
    if needsThunks { emitThunks(start, count, tableStart) }
    becomeUnreachable()
  }

  /// Whether a jump to control frame `f` must do more than jump.
  private func needsThunk(_ f: Int) -> Bool {
    copiesSlots(control[f]) || !locals(dyingOnTheWayTo: f).isEmpty
  }

  /// Targets whose values lie elsewhere, or on whose way locals die, are reached through a thunk,
  /// one a target.
  private mutating func emitThunks(_ start: UnsafePointer<UInt8>, _ count: Int, _ table: Int) {
    var p = start
    _ = readU32(&p)
    for i in 0...count {
      let f = target(Int(readU32(&p)))
      guard needsThunk(f) else { continue }
      // Thunks of one instruction alone may exceed what a jump reaches.
      if isCodeTooLarge { return }
      if control[f].thunkOwner != table {
        control[f].thunkOwner = table
        control[f].thunk = asm.offset
        asm.reserve(64)
        if copiesSlots(control[f]) { copySlots(control[f]) }
        asm.reserve(64)
        branch(to: f, nil)
        asm.reserve(64)
      }
      asm.patch(table + 4 * i, to: control[f].thunk)
    }
  }

  /// Brings the values of a `br_table` where both kinds of label can find them: all in the slots of
  /// their depth, the last one in its register too.
  private mutating func prepareTableValues(_ frame: OpenFrame) {
    putInSlots(from: height - frame.labelArity, upTo: height)
    let top = stack[height - 1]
    let target: Register = top.isFloat ? .xmm0 : .rax
    load(target, slot(height - 1), top.type)
  }
}
