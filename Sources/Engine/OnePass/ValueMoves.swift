/// Getting the value of an operand where an instruction wants it.
extension FunctionCompiler {
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
  @inline(__always) mutating func registerForMaking(_ entry: Entry) -> Register {
    if entry.owned & 1 != 0 { return entry.base }
    if entry.owned & 2 != 0 { return entry.index }
    return allocate(entry.isFloat)
  }
  @inline(__always) private func ownedRegisters(of entry: Entry) -> RegisterSet {
    (entry.owned & 1 != 0 ? entry.base.bit : .empty)
      | (entry.owned & 2 != 0 ? entry.index.bit : .empty)
  }
}
