/// A jump table in the code.
struct JumpTable: BitwiseCopyable {
  /// Code offset of its first entry.
  var start: Int
  var count: Int
}

/// `br_table`.
extension FunctionCompiler {
  /// `br_table`: a comparison that leads to the default, and a jump through a table of offsets that
  /// lies behind it.
  ///
  /// While labels are open each entry is relative to the byte after itself, like a rel32 field, so
  /// that they resolve both alike; `relateJumpTables` then makes it relative to the table.
  mutating func lowerBrTable() {
    closeIntervals()
    let start = pc
    let count = Int(readU32(&pc))
    let index = pop()
    var labels = pc
    for _ in 0..<count { _ = readU32(&labels) }
    let last = target(Int(readU32(&labels)))
    var selector = Register.rcx
    if control[last].labelArity == 0 {
      selector = register(index)
    } else {
      // The index goes where no label value travels; one that lies there now moves away. All targets
      // have the same arity. What is not a label value does not outlive the jump.
      if !index.registers.contains(.rcx) { evict(.rcx) }
      held |= Register.rcx.bit
      move(.rcx, index)
      prepareTableValues(control[last])
    }
    asm.reserve(64)
    let comparison = asm.offset
    asm.alu(.cmp, false, selector, immediate: Int32(truncatingIfNeeded: count))
    if movesValues(control[last]) {
      let over = jump(if: .below, chain: 0)
      moveFromSlots(control[last])
      branch(to: last, nil)
      bind(over)
    } else {
      if asm.padsJumps { asm.keepTogether(from: comparison, andJump: 6) }
      branch(to: last, .aboveOrEqual)
    }
    asm.reserve(64)
    let base: Register = selector == .rdx ? .rcx : .rdx
    let address: Register = selector == .rdx ? .rdx : .rcx
    let table = asm.rip(.lea, true, base)
    asm.rm(.movsxd, true, address, Memory(base, index: selector, scale: 2))
    asm.alu(.add, true, address, base)
    asm.jmp(address)
    let tableStart = asm.offset
    asm.patch(table, to: tableStart)
    jumpTables.append(JumpTable(start: tableStart, count: count))
    asm.reserve(4 * count)
    var needsThunks = false
    for _ in 0..<count {
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
    _ = readU32(&pc)
    recorder.data(from: tableStart - functionStart, to: codeOffset)
    if needsThunks { emitThunks(start, count, tableStart) }
    becomeUnreachable()
  }

  /// Once all labels are known: makes the entries of all tables relative to their table.
  mutating func relateJumpTables() {
    for i in 0..<jumpTables.count {
      let table = jumpTables[i]
      for entry in 0..<table.count {
        let field = table.start + 4 * entry
        asm.setLong(asm.long(at: field) &+ Int32(truncatingIfNeeded: 4 * (entry + 1)), at: field)
      }
    }
  }

  /// Whether a jump to control frame `f` must do more than jump.
  private func needsThunk(_ f: Int) -> Bool {
    movesValues(control[f]) || !locals(dyingOnTheWayTo: f).isEmpty
  }

  /// Whether values that are in the slots of their depth are not yet where the label expects them.
  private func movesValues(_ frame: OpenFrame) -> Bool { frame.places >= 0 || copiesSlots(frame) }
  private mutating func moveFromSlots(_ frame: OpenFrame) {
    if frame.places >= 0 {
      loadPlaces(of: frame, from: height - frame.labelArity)
    } else {
      copySlots(frame)
    }
  }

  /// Targets whose values lie elsewhere, or on whose way locals die, are reached through a thunk,
  /// one a target.
  private mutating func emitThunks(_ start: UnsafePointer<UInt8>, _ count: Int, _ table: Int) {
    var p = start
    _ = readU32(&p)
    for i in 0..<count {
      let f = target(Int(readU32(&p)))
      guard needsThunk(f) else { continue }
      // Thunks of one instruction alone may exceed what a jump reaches.
      if isCodeTooLarge { return }
      if control[f].thunkOwner != table {
        control[f].thunkOwner = table
        control[f].thunk = asm.offset
        asm.reserve(64)
        if movesValues(control[f]) { moveFromSlots(control[f]) }
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
