import CMachine

/// Structured control: frames, labels, branches.
extension FunctionCompiler {
  // MARK: Frames

  mutating func pushFrame(_ frame: OpenFrame) {
    control[depth] = frame
    depth += 1
  }

  /// Reads a block type; results and parameters as arrays of type codes.
  @inline(__always)
  mutating func readBlockType() -> (UnsafePointer<UInt8>, Int, UnsafePointer<UInt8>, Int) {
    let first = pc[0]
    if first == 0x40 {
      pc += 1
      return (pc, 0, pc, 0)
    }
    if first & 0xC0 == 0x40 {
      // A negative one-byte value: a single result, whose type code is the byte itself.
      pc += 1
      return (pc, 0, pc - 1, 1)
    }
    let type = flat.types[Int(readS64(&pc))]
    return (
      type.parameters, Int(type.parameterCount), type.results, Int(type.resultCount)
    )
  }

  /// `block`, `loop` and the frame part of `if`.
  private mutating func makeFrame(_ kind: OpenFrame.Kind) -> OpenFrame {
    let (parameters, parameterCount, results, resultCount) = readBlockType()
    let extent = summary.blocks[nextBlock]
    nextBlock += 1
    return OpenFrame(
      kind: kind, height: height - parameterCount, parameterCount: parameterCount,
      resultCount: resultCount, parameters: parameters, results: results, extent: extent)
  }

  mutating func lowerBlock() {
    let frame = makeFrame(.block)
    canonicalise(upTo: height)
    pushFrame(frame)
  }

  mutating func lowerLoop() {
    var frame = makeFrame(.loop)
    canonicalise(upTo: frame.height)
    putInSlots(from: frame.height, upTo: height)
    canonical = height
    closeIntervals()
    homeCurrent = .empty
    frame.loopStart = asm.offset
    pushFrame(frame)
  }

  mutating func lowerIf() {
    closeIntervals()
    let condition = popCondition()
    var frame = makeFrame(.ifThen)
    canonicalise(upTo: frame.height)
    putInSlots(from: frame.height, upTo: height)
    canonical = height
    let dying = locals(dyingOnTheWayTo: frame.extent.alternative)
    if dying.isEmpty {
      frame.alternative.chain = jump(unless: condition, 0)
    } else {
      let origin = codeOffset
      let chain = jump(unless: condition, 0)
      addExit(chain, dying, origin, &frame.alternative)
    }
    pushFrame(frame)
  }

  mutating func lowerElse() {
    let f = depth - 1
    if control[f].isUnreachable {
      forgetIntervals()
    } else {
      closeIntervals()
      moveToLabel(control[f], keepsStack: false)
      branch(to: f, nil)
    }
    truncate(to: control[f].height)
    bind(control[f].alternative)
    homeCurrent = .empty
    control[f].alternative = Waiting()
    control[f].kind = .ifElse
    control[f].isUnreachable = false
    for i in 0..<control[f].parameterCount { push(.slot(control[f].parameters[i], height)) }
    canonical = height
  }

  /// `end`; returns true at the end of the function.
  mutating func lowerEnd() -> Bool {
    depth -= 1
    let frame = control[depth]
    if frame.kind == .loop {
      // A loop's results are simply what lies on the stack.
      if frame.isUnreachable { truncate(to: frame.height) }
      if frame.isUnreachable { pushLabelValues(frame) }
      return false
    }
    let passesParameters = frame.kind == .ifThen
    if frame.isUnreachable {
      forgetIntervals()
    } else {
      if frame.kind != .function { closeIntervals() }
      moveToLabel(frame, keepsStack: false)
    }
    truncate(to: frame.height)
    var ending = frame.ending
    if passesParameters {
      if frame.resultCount > 0 {
        // The missing `else` passes the parameters on: the last one goes into its register.
        if !frame.isUnreachable { ending.chain = jump(chain: ending.chain) }
        bind(frame.alternative)
        let last = frame.resultCount - 1
        let type = frame.results[last]
        load(isFloatCode(type) ? .xmm0 : .rax, slot(frame.height + last), type)
      } else {
        bind(frame.alternative)
      }
    }
    bind(ending)
    homeCurrent = .empty
    if frame.kind == .function { return true }
    pushLabelValues(frame)
    return false
  }

  /// Pushes the results of a frame as its end label delivers them.
  private mutating func pushLabelValues(_ frame: OpenFrame) {
    let last = frame.resultCount - 1
    if last < 0 { return }
    for i in 0..<last { push(.slot(frame.results[i], height)) }
    canonical = height
    let type = frame.results[last]
    push(type, isFloatCode(type) ? .xmm0 : .rax)
  }

  // MARK: Labels

  /// Emits a jump to the end of `chain` and returns the new chain.
  private mutating func jump(chain: Int) -> Int {
    let field = asm.jmp()
    asm.setLong(Int32(truncatingIfNeeded: chain), at: field)
    return field
  }
  private mutating func jump(if condition: Condition, chain: Int) -> Int {
    let field = asm.jcc(condition)
    asm.setLong(Int32(truncatingIfNeeded: chain), at: field)
    return field
  }
  /// Jumps along `chain` unless the condition holds.
  private mutating func jump(unless condition: Condition, _ chain: Int) -> Int {
    switch condition {
    case .floatEqual:
      return jump(if: .parity, chain: jump(if: .notEqual, chain: chain))
    case .floatNotEqual:
      // Falls through if unordered or different.
      let over = asm.shortJump(.parity)
      let chain = jump(if: .equal, chain: chain)
      asm.bindShort(over)
      return chain
    default: return jump(if: condition.inverse, chain: chain)
    }
  }

  /// Lets all that waits for a label land here.
  private mutating func bind(_ waiting: Waiting) {
    bind(waiting.chain)
    var next = waiting.exits
    while next != 0 {
      var exit = exits[next - 1]
      exit.target = asm.offset
      exits[next - 1] = exit
      next = exit.next
    }
  }

  /// Lets all jumps of a chain land here.
  mutating func bind(_ chain: Int) {
    var field = chain
    while field != 0 {
      let next = Int(asm.long(at: field))
      asm.patch(field, to: asm.offset)
      field = next
    }
  }

  /// Branches to control frame `f` if the condition holds; always if it is nil.
  private mutating func branch(to f: Int, _ condition: Condition?) {
    let dying = locals(dyingOnTheWayTo: f)
    guard let condition else {
      sendHome(dying)
      if control[f].kind == .loop {
        asm.jump(back: control[f].loopStart, nil)
      } else {
        control[f].ending.chain = jump(chain: control[f].ending.chain)
      }
      return
    }
    if !dying.isEmpty {
      branch(to: f, condition, dying)
    } else if condition == .floatEqual {
      let over = asm.shortJump(.parity)
      branchSimply(to: f, .equal)
      asm.bindShort(over)
    } else if condition == .floatNotEqual {
      branchSimply(to: f, .parity)
      branchSimply(to: f, .notEqual)
    } else {
      branchSimply(to: f, condition)
    }
  }
  private mutating func branchSimply(to f: Int, _ condition: Condition) {
    if control[f].kind == .loop {
      asm.jump(back: control[f].loopStart, condition)
    } else {
      control[f].ending.chain = jump(if: condition, chain: control[f].ending.chain)
    }
  }

  // MARK: Locals that die on a branch

  /// The position of the label of control frame `f`.
  private func labelPosition(_ f: Int) -> UInt32 {
    control[f].kind == .loop ? control[f].extent.start : control[f].extent.end
  }

  /// Registers whose locals' intervals do not hold the label of control frame `f`, and whose values
  /// are not at home yet.
  ///
  /// None on the way to the function's end, where nothing can look at them.
  private func locals(dyingOnTheWayTo f: Int) -> RegisterSet {
    control[f].kind == .function ? .empty : locals(dyingOnTheWayTo: labelPosition(f))
  }
  @inline(__always) private func locals(dyingOnTheWayTo label: UInt32) -> RegisterSet {
    mortal.isEmpty || !keepsDeadValues ? .empty : localsSlowly(label)
  }
  @inline(never) private func localsSlowly(_ label: UInt32) -> RegisterSet {
    var dying = RegisterSet.empty
    var candidates = mortal - homeCurrent
    while !candidates.isEmpty {
      let r = candidates.first
      candidates -= r.bit
      let place = places[resident[Int(r.number)]]
      if place.last < label || place.first > label { dying |= r.bit }
    }
    return dying
  }

  /// Stores the locals in `registers` to their homes; they stay where they are too.
  private mutating func sendHome(_ registers: RegisterSet) {
    var set = registers
    while !set.isEmpty {
      let r = set.first
      set -= r.bit
      asm.reserve(64)
      let local = resident[Int(r.number)]
      store(home(local), r, places[local].type)
    }
  }

  /// Branches to control frame `f` by way of an exit.
  private mutating func branch(to f: Int, _ condition: Condition, _ dying: RegisterSet) {
    let origin = codeOffset
    let chain: Int
    switch condition {
    case .floatEqual:
      let over = asm.shortJump(.parity)
      chain = jump(if: .equal, chain: 0)
      asm.bindShort(over)
    case .floatNotEqual:
      chain = jump(if: .notEqual, chain: jump(if: .parity, chain: 0))
    default: chain = jump(if: condition, chain: 0)
    }
    if control[f].kind == .loop {
      var known = Waiting()
      addExit(chain, dying, origin, &known)
      var exit = exits[exits.count - 1]
      exit.target = control[f].loopStart
      exits[exits.count - 1] = exit
    } else {
      addExit(chain, dying, origin, &control[f].ending)
    }
  }

  /// Adds an exit to which `chain` jumps and which goes on at the label that `waiting` is for.
  private mutating func addExit(
    _ chain: Int, _ dying: RegisterSet, _ origin: Int, _ waiting: inout Waiting
  ) {
    let start = exitStores.count
    var set = dying
    while !set.isEmpty {
      let r = set.first
      set -= r.bit
      exitStores.append(
        ExitStore(register: r, local: UInt32(truncatingIfNeeded: resident[Int(r.number)])))
    }
    exits.append(
      Exit(
        chain: chain, firstStore: start, storeCount: exitStores.count - start, target: 0,
        next: waiting.exits,
        wasmOffset: wasmOffset, origin: origin))
    waiting.exits = exits.count
  }

  /// Emits the exits of the function.
  mutating func emitExits() {
    for i in 0..<exits.count {
      let exit = exits[i]
      asm.reserve(64)
      recorder.outOfLine(
        wasmOffset: exit.wasmOffset, codeOffset: codeOffset, origin: exit.origin)
      bind(exit.chain)
      for j in exit.firstStore..<exit.firstStore + exit.storeCount {
        asm.reserve(64)
        let local = Int(exitStores[j].local)
        store(home(local), exitStores[j].register, places[local].type)
      }
      asm.reserve(64)
      asm.jump(back: exit.target, nil)
    }
  }

  // MARK: Values at labels

  /// Whether a branch to the frame must copy slots, because values lie above where they belong.
  private func copiesSlots(_ frame: OpenFrame) -> Bool {
    let inSlots = frame.kind == .loop ? frame.labelArity : frame.labelArity - 1
    return inSlots > 0 && height - frame.labelArity != frame.height
  }

  /// Puts the top values where the frame's label expects them.
  ///
  /// Leaves the flags alone.
  ///
  /// With `keepsStack` the entries stay valid (for `br_if`): values are brought into slots of their
  /// own depth and the register, and `copySlots` must follow on the taken path.
  private mutating func moveToLabel(_ frame: OpenFrame, keepsStack: Bool) {
    let arity = frame.labelArity
    if arity == 0 { return }
    let bottom = height - arity
    if frame.kind == .loop {
      putInSlots(from: bottom, upTo: height)
    } else {
      putInSlots(from: bottom, upTo: height - 1)
      asm.reserve(96)
      let type = frame.results[arity - 1]
      let target: Register = isFloatCode(type) ? .xmm0 : .rax
      let top = stack[height - 1]
      if !(top.kind == .register && top.base == target) {
        let entry = pop()
        evict(target)
        move(target, entry)
        push(entry.type, target)
      }
    }
    if !keepsStack && copiesSlots(frame) { copySlots(frame) }
  }

  /// Copies the label's slot values down to the frame's height.
  ///
  /// Needs no free register: rcx is dead on a taken branch.
  private mutating func copySlots(_ frame: OpenFrame) {
    let inSlots = frame.kind == .loop ? frame.labelArity : frame.labelArity - 1
    let bottom = height - frame.labelArity
    for i in 0..<inSlots {
      asm.reserve(64)
      asm.load(true, .rcx, slot(bottom + i))
      asm.store(true, slot(frame.height + i), .rcx)
    }
  }

  // MARK: Branches

  @inline(__always) private func target(_ label: Int) -> Int { depth - 1 - label }

  mutating func lowerBr(_ label: Int) {
    closeIntervals()
    let f = target(label)
    moveToLabel(control[f], keepsStack: false)
    branch(to: f, nil)
    becomeUnreachable()
  }

  mutating func lowerBrIf(_ label: Int) {
    closeIntervals()
    let f = target(label)
    let frame = control[f]
    if frame.labelArity == 0 {
      branch(to: f, popCondition())
      return
    }
    // Nothing below touches the flags.
    let condition = popCondition()
    moveToLabel(frame, keepsStack: true)
    guard copiesSlots(frame) else {
      branch(to: f, condition)
      return
    }
    let over = jump(unless: condition, 0)
    copySlots(frame)
    branch(to: f, nil)
    bind(over)
  }

  mutating func lowerReturn() {
    let f = 0
    moveToLabel(control[f], keepsStack: false)
    branch(to: f, nil)
    becomeUnreachable()
  }

  mutating func becomeUnreachable() {
    control[depth - 1].isUnreachable = true
    truncate(to: control[depth - 1].height)
  }

  mutating func lowerUnreachable() {
    recordTrap()
    asm.trap(UInt8(VM_TRAP_UNREACHABLE.rawValue))
    becomeUnreachable()
  }

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
