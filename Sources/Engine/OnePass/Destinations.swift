/// Where results go: locals that are about to be written, or temporaries.
extension FunctionCompiler {
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
