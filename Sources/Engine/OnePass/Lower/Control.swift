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
    if first & 0xC0 == 0x40 { return (pc, 0, readKind(), 1) }
    let type = flat.types[Int(readS64(&pc))]
    return (
      type.parameters, Int(type.parameterCount), type.results, Int(type.resultCount)
    )
  }

  /// Reads a value type; the code of its kind.
  mutating func readKind() -> UnsafePointer<UInt8> {
    if ValueType.hasHeapType(pc[0]) { pc += 1 }
    if ValueType.Kind(rawValue: pc[0]) != nil {
      pc += 1
      return pc - 1
    }
    let kind = ValueType.kindOfHeapType.codes + Int(pc[0])
    _ = readS64(&pc)
    return kind
  }

  /// `block`, `loop` and the frame part of `if`.
  mutating func makeFrame(_ kind: OpenFrame.Kind) -> OpenFrame {
    let (parameters, parameterCount, results, resultCount) = readBlockType()
    let extent = summary.blocks[nextBlock]
    nextBlock += 1
    return OpenFrame(
      kind: kind, height: height - parameterCount, parameterCount: parameterCount,
      resultCount: resultCount, parameters: parameters, results: results, extent: extent,
      number: nextBlock)
  }

  mutating func lowerBlock() {
    var frame = makeFrame(.block)
    canonicalise(upTo: frame.height)
    placeResults(of: &frame)
    pushFrame(frame)
  }

  mutating func lowerLoop() {
    var frame = makeFrame(.loop)
    canonicalise(upTo: frame.height)
    placeParameters(of: &frame)
    if frame.places < 0 {
      putInSlots(from: frame.height, upTo: height)
      canonical = height
    } else {
      // Homes are zeroed by way of it.
      evict(.xmm0)
    }
    closeIntervals()
    openIntervals(at: nextBlock - 1)
    if frame.places >= 0 { enterPlaces(of: frame) }
    homeCurrent = .empty
    // An inner loop is worth more, and is entered more often.
    if measures.contains(.placement) { asm.align(16, limit: frame.extent.outerLoop != 0 ? 15 : 10) }
    frame.loopStart = asm.offset
    zeroFlag.forget()
    copies.forget()
    pushFrame(frame)
    checkStackPointer()
    takeFuel()
  }

  /// Opens what begins at a loop: registers get what is in the homes, which at first is zero.
  private mutating func openIntervals(at loop: Int) {
    zeroHomes(at: UInt32(truncatingIfNeeded: loop + 1))
    var next = allocation.firstOpening(loop)
    while let local = next {
      asm.reserve(128)
      clearForWrite(local)
      let place = places[local]
      if zeroingLoop(local) != place.loop {
        load(place.register, home(local), place.type)
      } else if place.register.isXMM {
        zero(place.register)
      } else {
        asm.alu(.xor, false, place.register, place.register)
      }
      next = allocation.nextOpening(local)
    }
  }

  mutating func lowerIf() {
    closeIntervals()
    let condition = popCondition(
      jump: jumpLength(toLabelAt: summary.blocks[nextBlock].alternative))
    var frame = makeFrame(.ifThen)
    canonicalise(upTo: frame.height)
    putInSlots(from: frame.height, upTo: height)
    canonical = height
    placeResults(of: &frame)
    let dying = locals(dyingOnTheWayTo: frame.extent.alternative)
    if dying.isEmpty && condition.code < 16 {
      jump(condition.inverse, to: &frame.alternative, at: frame.extent.alternative)
    } else if dying.isEmpty {
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
      if frame.places >= 0 { labelPlaces.truncate(to: frame.places) }
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
        if frame.places >= 0 {
          loadPlaces(of: frame, from: frame.height)
        } else {
          let last = frame.resultCount - 1
          let type = frame.results[last]
          load(isFloatCode(type) ? .xmm0 : .rax, slot(frame.height + last), type)
        }
      } else {
        bind(frame.alternative)
      }
    }
    bind(ending)
    recorder.label(ofBlock: frame.number, codeOffset: codeOffset)
    homeCurrent = .empty
    if frame.kind == .function { return true }
    pushLabelValues(frame)
    return false
  }

  /// Pushes the results of a frame as its end label delivers them.
  private mutating func pushLabelValues(_ frame: OpenFrame) {
    let last = frame.resultCount - 1
    if last < 0 { return }
    if frame.places >= 0 && frame.kind != .loop {
      for i in 0...last { push(placed(frame, i)) }
      labelPlaces.truncate(to: frame.places)
      return
    }
    for i in 0..<last { push(.slot(frame.results[i], height)) }
    canonical = height
    let type = frame.results[last]
    push(type, isFloatCode(type) ? .xmm0 : .rax)
  }

  // MARK: Labels

  /// Emits a jump to the end of `chain` and returns the new chain.
  mutating func jump(chain: Int) -> Int {
    let field = asm.jmp()
    asm.setLong(Int32(truncatingIfNeeded: chain), at: field)
    return field
  }
  mutating func jump(if condition: Condition, chain: Int) -> Int {
    let field = asm.jcc(condition)
    asm.setLong(Int32(truncatingIfNeeded: chain), at: field)
    return field
  }
  /// Jumps along `chain` unless the condition holds.
  mutating func jump(unless condition: Condition, _ chain: Int) -> Int {
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
  mutating func bind(_ waiting: Waiting) {
    zeroFlag.forget()
    copies.forget()
    bind(waiting.chain)
    bind(shortJumps: waiting.shortJumps)
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
  mutating func branch(to f: Int, _ condition: Condition?) {
    let dying = locals(dyingOnTheWayTo: f)
    guard let condition else {
      sendHome(dying)
      if control[f].kind == .loop {
        asm.jump(back: control[f].loopStart, nil)
      } else {
        jump(nil, to: &control[f].ending, at: control[f].extent.end)
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
      jump(condition, to: &control[f].ending, at: control[f].extent.end)
    }
  }

  // MARK: Branches

  @inline(__always) func target(_ label: Int) -> Int { depth - 1 - label }

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
      branch(to: f, popCondition(jump: jumpLength(f)))
      return
    }
    // Nothing below touches the flags.
    let condition = popCondition()
    moveToLabel(frame, keepsStack: true)
    branch(to: f, condition, copying: frame)
  }

  /// Branches to control frame `f`, for which `moveToLabel` has brought the values near, if the
  /// condition holds.
  mutating func branch(to f: Int, _ condition: Condition, copying frame: OpenFrame) {
    guard copiesSlots(frame) || frame.places >= 0 else {
      branch(to: f, condition)
      return
    }
    let over = jump(unless: condition, 0)
    if frame.places >= 0 { moveToPlaces(of: frame) } else { copySlots(frame) }
    branch(to: f, nil)
    bind(over)
    zeroFlag.forget()
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
}
