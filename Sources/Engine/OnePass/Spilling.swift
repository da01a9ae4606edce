/// Operands that move from registers to their slots.
extension FunctionCompiler {
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
}
