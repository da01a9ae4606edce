import Engine

/// Accesses to memories (spec 4.4.7).
extension Machine {
  /// Pops an address; where the access is, if it lies inside.
  mutating func place<T>(_ type: T.Type, _ argument: MemoryArgument) throws(PlainTrap)
    -> UnsafeMutableRawPointer
  {
    let address = popNumber() + argument.offset
    let memory = instance.memories[argument.memory]
    guard address + MemoryLayout<T>.size <= memory.count else {
      throw PlainTrap(.memoryOutOfBounds)
    }
    return memory.base + address
  }

  /// Which memory, and what is added to the address.
  struct MemoryArgument {
    var memory: Int
    var offset: Int
  }

  /// A memory argument: the alignment, perhaps a memory index, an offset.
  mutating func memoryArgument() -> MemoryArgument {
    let memory = unsigned() & 0x40 == 0 ? 0 : unsigned()
    var scanner = InstructionScanner(code, at: pc)
    defer { pc = scanner.offset }
    return MemoryArgument(memory: memory, offset: scanner.address())
  }

  mutating func read<T: FixedWidthInteger>(_ type: T.Type) throws(PlainTrap) -> T {
    try place(type, memoryArgument()).loadUnaligned(as: type)
  }

  mutating func load(_ opcode: UInt8) throws(PlainTrap) {
    switch opcode {
    case 0x28: push(.i32, UInt64(try read(UInt32.self)))
    case 0x29: push(.i64, try read(UInt64.self))
    case 0x2A: push(.f32, UInt64(try read(UInt32.self)))
    case 0x2B: push(.f64, try read(UInt64.self))
    case 0x2C: push(.i32, UInt64(UInt32(bitPattern: Int32(try read(Int8.self)))))
    case 0x2D: push(.i32, UInt64(try read(UInt8.self)))
    case 0x2E: push(.i32, UInt64(UInt32(bitPattern: Int32(try read(Int16.self)))))
    case 0x2F: push(.i32, UInt64(try read(UInt16.self)))
    case 0x30: push(.i64, UInt64(bitPattern: Int64(try read(Int8.self))))
    case 0x31: push(.i64, UInt64(try read(UInt8.self)))
    case 0x32: push(.i64, UInt64(bitPattern: Int64(try read(Int16.self))))
    case 0x33: push(.i64, UInt64(try read(UInt16.self)))
    case 0x34: push(.i64, UInt64(bitPattern: Int64(try read(Int32.self))))
    default: push(.i64, UInt64(try read(UInt32.self)))
    }
  }

  private mutating func write<T: FixedWidthInteger>(_ type: T.Type) throws(PlainTrap) {
    let argument = memoryArgument()
    let value = T(truncatingIfNeeded: pop().bits)
    try place(type, argument).storeBytes(of: value, as: type)
  }

  mutating func store(_ opcode: UInt8) throws(PlainTrap) {
    switch opcode {
    case 0x36, 0x38, 0x3E: try write(UInt32.self)
    case 0x37, 0x39: try write(UInt64.self)
    case 0x3A, 0x3C: try write(UInt8.self)
    default: try write(UInt16.self)
    }
  }

  // MARK: Bulk

  mutating func memoryInit() throws(PlainTrap) {
    let segment = unsigned()
    let memory = unsigned()
    let count = popNumber()
    let from = popNumber()
    let to = popNumber()
    try instance.initialiseMemory(memory, at: to, segment: segment, from: from, count: count)
  }

  mutating func memoryCopy() throws(PlainTrap) {
    let target = instance.memories[unsigned()]
    let source = instance.memories[unsigned()]
    let count = popNumber()
    let from = popNumber()
    let to = popNumber()
    guard from + count <= source.count, to + count <= target.count else {
      throw PlainTrap(.memoryOutOfBounds)
    }
    // The bytes may overlap.
    (target.base + to).copyMemory(from: source.base + from, byteCount: count)
  }

  mutating func memoryFill() throws(PlainTrap) {
    let memory = instance.memories[unsigned()]
    let count = popNumber()
    let byte = UInt8(truncatingIfNeeded: pop().bits)
    let to = popNumber()
    guard to + count <= memory.count else { throw PlainTrap(.memoryOutOfBounds) }
    _ = (memory.base + to).initializeMemory(as: UInt8.self, repeating: byte, count: count)
  }
}
