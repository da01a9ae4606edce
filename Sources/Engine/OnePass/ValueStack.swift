/// The abstract operand stack: pushing, popping, and getting values where an instruction wants them.
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
    if others.isEmpty || entry.kind != .register {
      spill(depth)
    } else {
      move(others.first, entry)
      replace(depth, with: .register(entry.type, others.first))
    }
  }

  /// Claims a specific temporary for the instruction at hand.
  mutating func take(_ register: Register) {
    evict(register)
    held |= register.bit
  }

  // MARK: Moving values

  /// Loads a value of the given type from memory.
  @inline(__always) mutating func load(_ to: Register, _ from: Memory, _ type: UInt8) {
    if isFloatCode(type) {
      if type == Code.v128 { return loadVector(to, from) }
      moveFloat(to, from, isDouble: type == Code.f64)
    } else {
      asm.load(isWideCode(type), to, from)
    }
  }
  /// Stores a value of the given type to a frame slot.
  @inline(__always) mutating func store(_ to: Memory, _ from: Register, _ type: UInt8) {
    if isFloatCode(type) {
      if type == Code.v128 { return storeVector(to, from) }
      storeFloat(to, from, isDouble: type == Code.f64)
    } else {
      asm.store(isWideCode(type), to, from)
    }
  }
  @inline(__always) mutating func moveFloat(_ to: Register, _ from: Memory, isDouble: Bool) {
    if hasAVX {
      asm.vrm(.scalar(0x10, isDouble), false, to, .none, from)
    } else {
      asm.rm(.scalar(0x10, isDouble), false, to, from)
    }
  }
  @inline(__always) mutating func storeFloat(_ to: Memory, _ from: Register, isDouble: Bool) {
    if hasAVX {
      asm.vrm(.scalar(0x11, isDouble), false, from, .none, to)
    } else {
      asm.rm(.scalar(0x11, isDouble), false, from, to)
    }
  }
  /// Copies an xmm register.
  @inline(__always) mutating func copyFloat(_ to: Register, _ from: Register) {
    if hasAVX { asm.vrr(.movaps, false, to, .none, from) } else { asm.rr(.movaps, false, to, from) }
  }
  /// Zeroes an xmm register; leaves the flags alone.
  @inline(__always) mutating func zero(_ r: Register) {
    if hasAVX { asm.vrr(.pxor, false, r, r, r) } else { asm.rr(.pxor, false, r, r) }
  }

  /// The memory operand of an entry that is in memory: a popped slot or a local's home.
  @inline(__always) func memory(of entry: Entry) -> Memory? {
    if entry.kind == .slot { return slot(Int(entry.value)) }
    if entry.kind == .local && entry.base == .none { return home(Int(entry.local)) }
    return nil
  }

  /// Puts the value of `entry` into `to`.
  ///
  /// Leaves the flags alone.
  mutating func move(_ to: Register, _ entry: Entry) {
    switch entry.kind {
    case .constant:
      if to.isXMM {
        loadConstant(to, entry)
      } else {
        asm.mov(to, immediate: UInt64(bitPattern: entry.value))
      }
    case .register, .local:
      if entry.base == .none {
        load(to, home(Int(entry.local)), entry.type)
      } else if entry.base != to {
        if to.isXMM { copyFloat(to, entry.base) } else { asm.mov(entry.isWide, to, entry.base) }
      }
    case .slot: load(to, slot(Int(entry.value)), entry.type)
    case .sum:
      asm.rm(
        .lea, entry.isWide, to,
        Memory(
          entry.base, index: entry.index, scale: entry.scale,
          Int32(truncatingIfNeeded: entry.value)))
    case .flags:
      setCondition(to, entry.condition)
    }
  }

  /// Sets `to` to 0 or 1.
  ///
  /// Leaves the flags alone except for the two float conditions.
  mutating func setCondition(_ to: Register, _ condition: Condition) {
    if condition.code < 16 {
      asm.set(condition, to)
      asm.rr(.movzx8, false, to, to)
      return
    }
    // Equal means ZF and not PF, which takes two bytes' worth of registers.
    let other = allocate(false)
    asm.set(condition == .floatEqual ? .notParity : .parity, other)
    asm.set(condition == .floatEqual ? .equal : .notEqual, to)
    asm.alu(condition == .floatEqual ? .and : .or, false, to, other)
    asm.rr(.movzx8, false, to, to)
    held -= other.bit
  }

  /// A register with the value of a popped entry, to be read only.
  @inline(__always) mutating func register(_ entry: Entry) -> Register {
    entry.isInRegister ? entry.base : registerSlowly(entry)
  }
  @inline(never) private mutating func registerSlowly(_ entry: Entry) -> Register {
    let r = registerForMaking(entry)
    move(r, entry)
    // What the value was made of is free again.
    held -= ownedRegisters(of: entry) - r.bit
    return r
  }

  /// The popped entry once its value is in a register.
  @inline(__always) mutating func inRegister(_ entry: Entry) -> Entry {
    entry.isInRegister ? entry : .register(entry.type, registerSlowly(entry))
  }
  /// The popped entry once its value is a constant or in a register.
  @inline(__always) mutating func settled(_ entry: Entry) -> Entry {
    entry.kind == .constant ? entry : inRegister(entry)
  }

  /// A register with the value of a popped entry that the instruction may overwrite.
  @inline(__always) mutating func ownedRegister(_ entry: Entry) -> Register {
    entry.kind == .register ? entry.base : registerSlowly(entry)
  }

  /// Where a value that is not in a register of its own can be made: a sum's own register, else a
  /// new one.
  @inline(__always) private mutating func registerForMaking(_ entry: Entry) -> Register {
    if entry.owned & 1 != 0 { return entry.base }
    if entry.owned & 2 != 0 { return entry.index }
    return allocate(entry.isFloat)
  }
  @inline(__always) private func ownedRegisters(of entry: Entry) -> RegisterSet {
    (entry.owned & 1 != 0 ? entry.base.bit : .empty)
      | (entry.owned & 2 != 0 ? entry.index.bit : .empty)
  }

  // MARK: Spilling

  /// Moves the entry at `depth` to its slot (a constant stays one).
  ///
  /// Leaves the flags alone.
  mutating func spill(_ depth: Int) {
    let entry = stack[depth]
    switch entry.kind {
    case .constant, .slot: return
    case .register: store(slot(depth), entry.base, entry.type)
    case .local where entry.base != .none: store(slot(depth), entry.base, entry.type)
    case .local, .sum, .flags:
      // Through a register of its own if it has one, else through a free one, else through one
      // that is put aside: slots of deeper entries are all that may be written here.
      if entry.kind == .sum && entry.owned != 0 {
        let r = registerForMaking(entry)
        move(r, entry)
        store(slot(depth), r, entry.type)
      } else {
        let before = held
        let wanted = usable & (entry.isFloat ? RegisterSet.xmm : RegisterSet.general)
        let free = wanted - localBusy - owned - aliased - held
        if free.isEmpty {
          spillThroughScratch(depth, entry)
        } else {
          held |= free.first.bit
          move(free.first, entry)
          store(slot(depth), free.first, entry.type)
        }
        held = before
      }
    }
    replace(depth, with: .slot(entry.type, depth))
  }

  /// Spills with no register free: borrows one and keeps its value in the top slot meanwhile.
  private mutating func spillThroughScratch(_ depth: Int, _ entry: Entry) {
    let scratch: Register = entry.isFloat ? .xmm0 : (entry.registers.contains(.rax) ? .rcx : .rax)
    let aside = slot(summary.maximumOperandHeight + Self.extraSlots - 1)
    let floats: UInt8 = summary.usesVectors ? Code.v128 : Code.f64
    let type = entry.isFloat ? floats : Code.i64
    store(aside, scratch, type)
    move(scratch, entry)
    store(slot(depth), scratch, entry.type)
    load(scratch, aside, type)
  }

  /// Makes every entry below depth `end` a constant or a slot.
  @inline(__always) mutating func canonicalise(upTo end: Int) {
    if canonical < end { canonicaliseSlowly(end) }
  }
  private mutating func canonicaliseSlowly(_ end: Int) {
    var d = canonical
    while d < end {
      asm.reserve(64)
      spill(d)
      d += 1
    }
    canonical = end
  }

  /// Makes every entry below `end` a slot, constants included.
  mutating func putInSlots(from start: Int, upTo end: Int) {
    for d in start..<max(start, end) {
      asm.reserve(96)
      let entry = stack[d]
      if entry.kind == .constant {
        storeConstant(slot(d), entry)
        replace(d, with: .slot(entry.type, d))
      } else {
        spill(d)
      }
    }
  }

  /// Stores a constant of any type to a frame slot without needing a register.
  mutating func storeConstant(_ to: Memory, _ entry: Entry) {
    if entry.type == Code.v128 { return storeVectorConstant(to, entry) }
    let low = Int32(truncatingIfNeeded: entry.value)
    if !entry.isWide {
      asm.store(false, to, immediate: low)
    } else if Int64(low) == entry.value {
      asm.store(true, to, immediate: low)
    } else {
      asm.store(false, to, immediate: low)
      asm.store(
        false, Memory(to.base, to.displacement + 4),
        immediate: Int32(truncatingIfNeeded: entry.value >> 32))
    }
  }

  // MARK: Writing locals

  /// Before local `index` is written: entries that still mean its old value get a place of their
  /// own, and so do temporaries in its register.
  ///
  /// Leaves the flags alone.
  @inline(__always) mutating func clearForWrite(_ index: Int) {
    let r = places[index].register
    if !copies.isEmpty { copies.forget(index) }
    if r == .none {
      if memoryAliases > 0 { moveMemoryAliases(of: index) }
    } else {
      if !((owned | aliased) & r.bit).isEmpty { moveReaders(of: r) }
      if !localBusy.contains(r) || resident[Int(r.number)] != index { takeOver(r, index) }
      homeCurrent -= r.bit
    }
  }

  /// Opens the interval of local `index` in `r`, where another one's may just have ended.
  @inline(never) private mutating func takeOver(_ r: Register, _ index: Int) {
    if mortal.contains(r) { release(r) }
    openInterval(index)
  }

  @inline(never) private mutating func moveMemoryAliases(of index: Int) {
    var d = height
    let bottom = max(0, height - Self.aliasWindow - 1)
    while d > bottom {
      d -= 1
      if stack[d].kind == .local && stack[d].base == .none && Int(stack[d].local) == index {
        asm.reserve(64)
        spill(d)
      }
    }
  }

  @inline(never) private mutating func moveReaders(of r: Register) {
    var d = height
    while !((owned | aliased) & r.bit).isEmpty {
      d -= 1
      let entry = stack[d]
      guard entry.registers.contains(r) else { continue }
      asm.reserve(64)
      let wanted = usable & (r.isXMM ? RegisterSet.xmm : RegisterSet.general)
      let free = wanted - localBusy - owned - aliased - held - r.bit
      if free.isEmpty {
        spill(d)
      } else {
        move(free.first, entry)
        replace(d, with: .register(entry.type, free.first))
      }
    }
  }

  // MARK: Results

  /// Where the instruction at hand puts its result.
  struct Destination {
    var register: Register
    /// The local that is written at once, or -1.
    var local = -1
    var isTee = false
  }

  /// The register of the local that `localDestination` would give.
  @inline(__always) var nextLocalRegister: Register? {
    guard pc[0] == Opcode.localSet || pc[0] == Opcode.localTee, folds else {
      return nil
    }
    var p = pc + 1
    let r = places[Int(readU32(&p))].register
    return r == .none ? nil : r
  }

  /// The local in whose register the result belongs, if `local.set` or `local.tee` follows.
  ///
  /// That instruction is consumed.
  @inline(__always) mutating func localDestination() -> Destination? {
    let next = pc[0]
    guard next == Opcode.localSet || next == Opcode.localTee, folds else { return nil }
    var p = pc + 1
    let index = Int(readU32(&p))
    let r = places[index].register
    // Where the local's interval only begins here, its register may be one that this instruction has
    // taken for something else.
    if r == .none || scratch.contains(r) { return nil }
    pc = p
    clearForWrite(index)
    recordWrite(of: index)
    return Destination(register: r, local: index, isTee: next == Opcode.localTee)
  }

  /// The result's register: a following local's, else that of the operand if it may be overwritten,
  /// else a new temporary.
  @inline(__always)
  mutating func destination(_ isFloat: Bool, reusing operand: Entry? = nil) -> Destination {
    if let local = localDestination() { return local }
    if let operand, operand.kind == .register, operand.isFloat == isFloat {
      return Destination(register: operand.base)
    }
    return Destination(register: allocate(isFloat))
  }

  /// Pushes the result (unless it went into a local for good).
  @inline(__always) mutating func finish(_ destination: Destination, _ type: UInt8) {
    if destination.local < 0 {
      push(.register(type, destination.register))
    } else if destination.isTee {
      push(
        Entry(
          kind: .local, type: type, base: destination.register,
          local: UInt32(truncatingIfNeeded: destination.local)))
    }
  }
}

/// Reads an unsigned LEB128 value of at most 32 bits that validation has seen.
@inline(__always) func readU32(_ p: inout UnsafePointer<UInt8>) -> UInt32 {
  let first = p[0]
  p += 1
  if first < 0x80 { return UInt32(first) }
  var result = UInt32(first & 0x7F)
  var shift: UInt32 = 7
  while true {
    let byte = p[0]
    p += 1
    result |= UInt32(byte & 0x7F) &<< shift
    if byte < 0x80 { return result }
    shift &+= 7
  }
}

/// Reads an unsigned LEB128 value of at most 64 bits that validation has seen.
@inline(__always) func readU64(_ p: inout UnsafePointer<UInt8>) -> UInt64 {
  var result: UInt64 = 0
  var shift: UInt64 = 0
  while true {
    let byte = p[0]
    p += 1
    result |= UInt64(byte & 0x7F) &<< shift
    if byte < 0x80 { return result }
    shift &+= 7
  }
}

/// Reads a signed LEB128 value of at most 64 bits that validation has seen.
@inline(__always) func readS64(_ p: inout UnsafePointer<UInt8>) -> Int64 {
  var result: Int64 = 0
  var shift: Int64 = 0
  while true {
    let byte = p[0]
    p += 1
    result |= Int64(byte & 0x7F) &<< shift
    shift &+= 7
    if byte < 0x80 {
      return shift < 64 && byte & 0x40 != 0 ? result | (-1 &<< shift) : result
    }
  }
}
