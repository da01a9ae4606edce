/// Branches out of the intervals of locals: what dies on the way goes home.
extension FunctionCompiler {
  /// The position of the label of control frame `f`.
  private func labelPosition(_ f: Int) -> UInt32 {
    control[f].kind == .loop ? control[f].extent.start : control[f].extent.end
  }

  /// Registers whose locals' intervals do not hold the label of control frame `f`, and whose values
  /// are not at home yet.
  ///
  /// None on the way to the function's end, where nothing can look at them.
  func locals(dyingOnTheWayTo f: Int) -> RegisterSet {
    control[f].kind == .function ? .empty : locals(dyingOnTheWayTo: labelPosition(f))
  }
  @inline(__always) func locals(dyingOnTheWayTo label: UInt32) -> RegisterSet {
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
  mutating func sendHome(_ registers: RegisterSet) {
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
  mutating func branch(to f: Int, _ condition: Condition, _ dying: RegisterSet) {
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
  mutating func addExit(
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
}
