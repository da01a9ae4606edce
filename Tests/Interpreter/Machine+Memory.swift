import Engine

/// Accesses to memory 0 (spec 4.4.7).
extension Machine {
  /// Pops an address; where the access is, if it lies inside.
  mutating func place<T>(_ type: T.Type, offset: Int) throws(PlainTrap)
    -> UnsafeMutableRawPointer
  {
    let address = popNumber() + offset
    let memory = instance.memories[0]
    guard address + MemoryLayout<T>.size <= memory.count else {
      throw PlainTrap(.memoryOutOfBounds)
    }
    return memory.base + address
  }

  /// The offset of a memory argument, behind the alignment.
  mutating func memoryArgument() -> Int {
    _ = unsigned()
    return unsigned()
  }

  mutating func read<T: FixedWidthInteger>(_ type: T.Type) throws(PlainTrap) -> T {
    try place(type, offset: memoryArgument()).loadUnaligned(as: type)
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
    let offset = memoryArgument()
    let value = T(truncatingIfNeeded: pop().bits)
    try place(type, offset: offset).storeBytes(of: value, as: type)
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
    pc += 1
    let count = popNumber()
    let from = popNumber()
    let to = popNumber()
    try instance.initialiseMemory(at: to, segment: segment, from: from, count: count)
  }

  mutating func memoryCopy() throws(PlainTrap) {
    pc += 2
    let count = popNumber()
    let from = popNumber()
    let to = popNumber()
    let memory = instance.memories[0]
    guard from + count <= memory.count, to + count <= memory.count else {
      throw PlainTrap(.memoryOutOfBounds)
    }
    // The bytes may overlap.
    (memory.base + to).copyMemory(from: memory.base + from, byteCount: count)
  }

  mutating func memoryFill() throws(PlainTrap) {
    pc += 1
    let count = popNumber()
    let byte = UInt8(truncatingIfNeeded: pop().bits)
    let to = popNumber()
    let memory = instance.memories[0]
    guard to + count <= memory.count else { throw PlainTrap(.memoryOutOfBounds) }
    _ = (memory.base + to).initializeMemory(as: UInt8.self, repeating: byte, count: count)
  }
}
