/// Many values that move between slots, stack arguments and the results buffer at once: loops, so that
/// the code stays short where an instruction of two bytes moves a thousand.
///
/// Slots lie downwards, arguments and results upwards: there rcx counts slots down to the last, and a
/// pointer goes up.
extension FunctionCompiler {
  /// The number of values from which on a loop is shorter.
  static var loopThreshold: Int { 8 }

  /// Copies `count` words by way of rdx, from the last to the first; rcx is one more than the index of
  /// the word, in both places.
  ///
  /// Changes the flags.
  mutating func copyInLoop(words count: Int, from: Memory, to: Memory) {
    asm.reserve(64)
    asm.mov(.rcx, immediate: UInt64(count))
    let head = asm.offset
    asm.load(true, .rdx, from)
    asm.store(true, to, .rdx)
    asm.alu(.sub, false, .rcx, immediate: 1)
    asm.jump(back: head, .notEqual)
  }

  /// The number of values from `types` on that one loop can copy, if that is worth a loop; else 0.
  func loopLength(
    _ types: UnsafePointer<UInt8>, upTo limit: Int, _ direction: SlotDirection
  ) -> Int {
    let first = types[0]
    var count = 1
    while count < limit {
      let next = types[count]
      guard slotBytes(next) == slotBytes(first),
        direction == .toSlots || isWideCode(next) == isWideCode(first)
      else { break }
      count += 1
    }
    return count < Self.loopThreshold ? 0 : count
  }

  /// Which way a loop copies.
  enum SlotDirection {
    case fromSlots
    case toSlots
  }

  /// Copies `count` values of equal size between the slots from depth `depth` on and the memory from
  /// `pointer` on, by way of `value`, an xmm register.
  ///
  /// Leaves `pointer` behind the last value; changes `counter` and the flags. In a buffer 32 bits are
  /// zero-extended.
  mutating func copySlotsInLoop(
    _ direction: SlotDirection, depth: Int, count: Int, type: UInt8, pointer: Register,
    counter: Register, value: Register
  ) {
    asm.reserve(128)
    let step: Int32 = 1 &<< (slotBytesShift - 3)
    let words = Int32(truncatingIfNeeded: count) &* step
    let slot = Memory(
      .rbp, index: counter, scale: 3, slotOffset(depth) &- 8 &* words)
    asm.mov(counter, immediate: UInt64(UInt32(bitPattern: words)))
    let head = asm.offset
    switch (direction, type == Code.v128) {
    case (.fromSlots, true):
      loadVector(value, slot)
      storeVector(Memory(pointer), value)
    case (.toSlots, true):
      loadVector(value, Memory(pointer))
      storeVector(slot, value)
    case (.fromSlots, false):
      // A load of 32 bits clears the rest of the register.
      moveFloat(value, slot, isDouble: isWideCode(type))
      storeFloat(Memory(pointer), value, isDouble: true)
    case (.toSlots, false):
      moveFloat(value, Memory(pointer), isDouble: true)
      storeFloat(slot, value, isDouble: true)
    }
    asm.alu(.add, true, pointer, immediate: slotBytes(type))
    asm.alu(.sub, false, counter, immediate: step)
    asm.jump(back: head, .notEqual)
  }
}
