/// The abstract operand stack: pushing, popping, and the registers that its entries own.
extension FunctionCompiler {
  // MARK: Push and pop

  @inline(__always) mutating func push(_ entry: Entry) {
    stack[height] = entry
    claimRegisters(of: entry, at: height)
    height &+= 1
    // Entries that equal a local in memory stay near the top, so that looking for them is cheap.
    if memoryAliases > 0 && height > Self.aliasWindow {
      let deep = height &- Self.aliasWindow &- 1
      if stack[deep].kind == .local && stack[deep].base == .none { spill(deep) }
    }
  }
  static var aliasWindow: Int { 16 }

  @inline(__always) mutating func push(_ type: UInt8, _ register: Register) {
    push(.register(type, register))
  }

  @inline(__always)
  private mutating func claimRegisters(of entry: Entry, at depth: Int) {
    if entry.base != .none {
      claim(entry.base, isOwned: entry.owned & 1 != 0, at: depth)
    } else if entry.kind == .local {
      memoryAliases &+= 1
    }
    if entry.index != .none { claim(entry.index, isOwned: entry.owned & 2 != 0, at: depth) }
  }
  @inline(__always)
  private mutating func claim(_ r: Register, isOwned: Bool, at depth: Int) {
    if isOwned {
      owned |= r.bit
      owner[Int(r.number)] = depth
    } else {
      aliased |= r.bit
      aliases[Int(r.number)] &+= 1
    }
  }
  @inline(__always) private mutating func releaseRegisters(of entry: Entry) {
    if entry.base != .none {
      release(entry.base, isOwned: entry.owned & 1 != 0)
    } else if entry.kind == .local {
      memoryAliases &-= 1
    }
    if entry.index != .none { release(entry.index, isOwned: entry.owned & 2 != 0) }
  }
  @inline(__always) private mutating func release(_ r: Register, isOwned: Bool) {
    if isOwned {
      owned -= r.bit
    } else {
      let n = aliases[Int(r.number)] &- 1
      aliases[Int(r.number)] = n
      if n == 0 { aliased -= r.bit }
    }
  }

  /// Takes the top entry; its registers stay untouched until the end of the instruction.
  @inline(__always) mutating func pop() -> Entry {
    height &-= 1
    if canonical > height { canonical = height }
    let entry = stack[height]
    releaseRegisters(of: entry)
    held |= entry.registers
    return entry
  }

  /// Forgets all entries from depth `newHeight` on.
  mutating func truncate(to newHeight: Int) {
    while height > newHeight {
      height &-= 1
      releaseRegisters(of: stack[height])
    }
    if canonical > height { canonical = height }
  }

  /// Replaces the entry at `depth`.
  @inline(__always) mutating func replace(_ depth: Int, with entry: Entry) {
    releaseRegisters(of: stack[depth])
    stack[depth] = entry
    claimRegisters(of: entry, at: depth)
  }

  // MARK: Registers

  /// A free temporary of the wanted class; spills the deepest operand if there is none.
  @inline(__always) mutating func allocate(_ isFloat: Bool) -> Register {
    let wanted = usable & (isFloat ? RegisterSet.xmm : RegisterSet.general)
    let free = wanted - localBusy - owned - aliased - held
    let r = free.isEmpty ? allocateSlowly(wanted) : free.first
    held |= r.bit
    scratch |= r.bit
    return r
  }

  @inline(never) private mutating func allocateSlowly(_ wanted: RegisterSet) -> Register {
    closeIntervals()
    let free = wanted - localBusy - owned - aliased - held
    if !free.isEmpty { return free.first }
    // The deepest owner goes to its slot.
    var candidates = (wanted & owned) - held
    var victim = Register.none
    var victimDepth = Int.max
    while !candidates.isEmpty {
      let r = candidates.first
      candidates -= r.bit
      if owner[Int(r.number)] < victimDepth {
        victim = r
        victimDepth = owner[Int(r.number)]
      }
    }
    precondition(victim != .none, "no temporary register is left")
    spill(victimDepth)
    let after = wanted - localBusy - owned - aliased - held
    precondition(!after.isEmpty, "no temporary register is left")
    return after.first
  }

  /// Makes `register`, a temporary, free: its owner moves to another place.
  mutating func evict(_ register: Register) {
    guard owned.contains(register) else { return }
    let depth = owner[Int(register.number)]
    let entry = stack[depth]
    let others =
      (usable & (register.isXMM ? RegisterSet.xmm : RegisterSet.general))
      - localBusy - owned - aliased - held - register.bit
    // A sum of two registers of its own is made in the other one.
    var other = others.isEmpty ? Register.none : others.first
    if entry.kind == .sum && entry.owned == 3 {
      other = entry.base == register ? entry.index : entry.base
    }
    if other == .none || entry.kind == .flags {
      spill(depth)
    } else {
      move(other, entry)
      replace(depth, with: .register(entry.type, other))
    }
  }

  /// Claims a specific temporary for the instruction at hand.
  mutating func take(_ register: Register) {
    evict(register)
    held |= register.bit
  }
}
