import CMachine

/// Loads, stores, and what else concerns linear memory.
extension FunctionCompiler {
  /// Skips the alignment of a memory instruction, notes the memory, and reads the offset.
  @inline(__always) mutating func readOffset() -> UInt64 {
    let flags = readU32(&pc)
    memory = flags & Instruction.hasMemoryIndex == 0 ? 0 : Int(readU32(&pc))
    return readU64(&pc)
  }

  /// The machine address of `size` bytes at a settled index plus `offset`, checked as configured.
  ///
  /// In guard mode the sum of a 32-bit index and a 32-bit offset lies inside the reservation. The
  /// index is a zero-extended register: an unevaluated sum has been evaluated in 32 bits, since
  /// addresses do not wrap where an i32 does. `value` is a store's other operand.
  mutating func address(
    _ index: Entry, _ offset: UInt64, size: UInt64, storing value: Entry? = nil
  ) -> Memory {
    if memory != 0 || flat.hasWideMemory {
      return addressInOther(index, offset, size: size, storing: value)
    }
    if index.kind == .constant {
      let sum = UInt64(UInt32(truncatingIfNeeded: index.value)) + offset
      if explicitBounds {
        let end = allocate(false)
        asm.mov(end, immediate: sum + size)
        checkBounds(end, index, value)
      }
      if sum + size <= UInt64(Int32.max) { return Memory(.r15, Int32(sum)) }
      let r = allocate(false)
      asm.mov(r, immediate: sum)
      return Memory(.r15, index: r)
    }
    let r = index.base
    if explicitBounds {
      let end = allocate(false)
      if offset + size <= UInt64(Int32.max) {
        asm.rm(.lea, true, end, Memory(r, Int32(offset + size)))
      } else {
        asm.mov(end, immediate: offset + size)
        asm.alu(.add, true, end, r)
      }
      checkBounds(end, index, value)
    }
    if offset <= UInt64(Int32.max) { return Memory(.r15, index: r, Int32(offset)) }
    let sum = allocate(false)
    asm.mov(sum, immediate: offset)
    asm.alu(.add, true, sum, r)
    return Memory(.r15, index: sum)
  }

  /// Traps if an access that ends at the wasm address in `end` is too far out.
  mutating func checkBounds(_ end: Register, _ index: Entry, _ value: Entry?) {
    asm.alu(.cmp, true, end, memoryLength(memory))
    recordTrap(index, value)
    trap(if: .above, VM_TRAP_MEMORY_OUT_OF_BOUNDS, end: end)
    held -= end.bit
  }

  mutating func lowerLoad(_ form: Encoding, wide: Bool, size: UInt64, _ type: UInt8) {
    let offset = readOffset()
    let index = settled(pop())
    let place = address(index, offset, size: size)
    if form.bits == Encoding.load.bits && size == (isWideCode(type) ? 8 : 4) {
      if foldLoad(place, index, type) { return }
      if foldUpdate(place, index, offset, size: size, type) { return }
    } else if size == 1 && type == Code.i32 {
      if foldUpdate(place, index, offset, size: 1, type) { return }
    }
    let to = destination(false, reusing: index)
    recordTrap(index)
    asm.rm(form, wide, to.register, place)
    finish(to, type)
  }

  mutating func lowerFloatLoad(isDouble: Bool) {
    let offset = readOffset()
    let index = settled(pop())
    let place = address(index, offset, size: isDouble ? 8 : 4)
    if foldFloatLoad(place, index, isDouble: isDouble) { return }
    let to = destination(true)
    recordTrap(index)
    moveFloat(to.register, place, isDouble: isDouble)
    finish(to, isDouble ? Code.f64 : Code.f32)
  }

  /// An integer store of 1, 2, 4 or 8 bytes.
  mutating func lowerStore(size: UInt64) {
    let offset = readOffset()
    var value = pop()
    var index = pop()
    let immediate = value.immediate
    if immediate == nil { value = inRegister(value) }
    let from = value.base
    index = settled(index)
    let place = address(index, offset, size: size, storing: value)
    recordTrap(index, value)
    switch (size, immediate) {
    case (1, let i?):
      asm.xm(.one(0xC6), false, 0, place)
      asm.byte(UInt8(truncatingIfNeeded: i))
    case (2, let i?):
      asm.byte(0x66)
      asm.xm(.one(0xC7), false, 0, place)
      asm.byte(UInt8(truncatingIfNeeded: i))
      asm.byte(UInt8(truncatingIfNeeded: i >> 8))
    case (_, let i?): asm.store(size == 8, place, immediate: i)
    case (1, nil): asm.rm(.store8, false, from, place)
    case (2, nil):
      asm.byte(0x66)
      asm.rm(.store, false, from, place)
    case (_, nil): asm.store(size == 8, place, from)
    }
  }

  mutating func lowerFloatStore(isDouble: Bool) {
    let offset = readOffset()
    var value = pop()
    var index = pop()
    if value.kind == .constant, !isDouble || value.immediateBits != nil {
      index = settled(index)
      let place = address(index, offset, size: isDouble ? 8 : 4, storing: value)
      recordTrap(index, value)
      asm.store(isDouble, place, immediate: Int32(truncatingIfNeeded: value.value))
      return
    }
    value = inRegister(value)
    index = settled(index)
    let place = address(index, offset, size: isDouble ? 8 : 4, storing: value)
    recordTrap(index, value)
    storeFloat(place, value.base, isDouble: isDouble)
  }

  mutating func lowerMemorySize() {
    let memory = Int(readU32(&pc))
    let length = memoryLength(memory)
    let to = destination(false)
    asm.load(true, to.register, length)
    asm.shift(.shr, true, to.register, immediate: 16)
    finish(to, flat.memoryAddresses[memory])
  }

  mutating func lowerMemoryGrow() {
    // The builtin takes (memory, pages).
    let memory = Int(readU32(&pc))
    callBuiltin(
      VM_MEMORY_GROW, first: Int64(memory), operands: 1, result: flat.memoryAddresses[memory])
  }
}

extension Entry {
  /// A constant whose 64 bits are a sign-extended 32-bit value.
  var immediateBits: Int32? {
    let low = Int32(truncatingIfNeeded: value)
    return kind == .constant && Int64(low) == value ? low : nil
  }
}
