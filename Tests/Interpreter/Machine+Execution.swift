import Engine

/// The one loop that takes instruction after instruction.
extension Machine {
  /// Runs until no more than `depth` activations are left.
  mutating func run(downTo depth: Int) throws(PlainTrap) {
    while activations.count > depth {
      start = pc
      startTop = top
      guard fuel > 0 else { throw PlainTrap(.outOfFuel) }
      fuel -= 1
      if !visits.isEmpty { visits[pc] &+= 1 }
      do {
        try step()
      } catch {
        guard let exception = error.exception, handle(exception, downTo: depth) else { throw error }
      }
    }
  }

  /// Carries out an instruction (spec 4.4, codes: 5.4).
  @inline(__always) private mutating func step() throws(PlainTrap) {
    let opcode = byte()
    switch opcode {
    case 0x00: throw PlainTrap(.unreachable)
    case 0x01: break
    case 0x02: try block()
    case 0x03: try loop()
    case 0x04: try ifElse()
    case 0x05: skipElse()
    case 0x08: try throwNew()
    case 0x0A: try throwAgain()
    case 0x0B: endBlock()
    case 0x0C: branch(unsigned())
    case 0x0D:
      let depth = unsigned()
      if popNumber() != 0 { branch(depth) }
    case 0x0E: branchTable()
    case 0x0F: leave()
    case 0x10: try enter(instance.functions[unsigned()])
    case 0x11: try enter(try indirectCallee())
    case 0x12: try replace(by: instance.functions[unsigned()])
    case 0x13: try replace(by: try indirectCallee())
    case 0x14: try enter(try referredCallee())
    case 0x15: try replace(by: try referredCallee())
    case 0x1A: top -= 1
    case 0x1B: select()
    case 0x1C:
      var scanner = InstructionScanner(code, at: start)
      _ = scanner.skip()
      pc = scanner.offset
      select()
    case 0x1F: try tryTable()
    case 0x20: push(values[locals + unsigned()])
    case 0x21: values[locals + unsigned()] = pop()
    case 0x22: values[locals + unsigned()] = values[top - 1]
    case 0x23: push(instance.globals[unsigned()].value)
    case 0x24: instance.globals[unsigned()].value = pop()
    case 0x25: try tableGet()
    case 0x26: try tableSet()
    case 0x28...0x35: try load(opcode)
    case 0x36...0x3E: try store(opcode)
    case 0x3F:
      let memory = instance.memories[unsigned()]
      push(memory.address, UInt64(memory.pages))
    case 0x40:
      let memory = instance.memories[unsigned()]
      pushSize(memory.grow(by: popNumber()), memory.address)
    case 0x41: push(.i32, UInt64(UInt32(truncatingIfNeeded: signed())))
    case 0x42: push(.i64, UInt64(bitPattern: signed()))
    case 0x43: push(.f32, UInt64(fixed(UInt32.self)))
    case 0x44: push(.f64, fixed(UInt64.self))
    case 0x45...0x4F: compareIntegers(UInt32.self, opcode - 0x45)
    case 0x50...0x5A: compareIntegers(UInt64.self, opcode - 0x50)
    case 0x5B...0x60: compareFloats(Float.self, opcode - 0x5B)
    case 0x61...0x66: compareFloats(Double.self, opcode - 0x61)
    case 0x67...0x69: bits(UInt32.self, opcode - 0x67)
    case 0x6A...0x78: try arithmetic(UInt32.self, opcode - 0x6A)
    case 0x79...0x7B: bits(UInt64.self, opcode - 0x79)
    case 0x7C...0x8A: try arithmetic(UInt64.self, opcode - 0x7C)
    case 0x8B...0x91: unaryFloat(Float.self, opcode - 0x8B)
    case 0x92...0x98: binaryFloat(Float.self, opcode - 0x92)
    case 0x99...0x9F: unaryFloat(Double.self, opcode - 0x99)
    case 0xA0...0xA6: binaryFloat(Double.self, opcode - 0xA0)
    case 0xA7...0xBF: try convert(opcode)
    case 0xC0...0xC4: extend(opcode)
    case 0xD0:
      var scanner = InstructionScanner(code, at: pc)
      push(.zero(scanner.heapType()))
      pc = scanner.offset
    case 0xD1: push(pop().bits == 0)
    case 0xD2: push(instance.functions[unsigned()].reference)
    case 0xD4: if values[top - 1].bits == 0 { throw PlainTrap(.nullReference) }
    case 0xD5:
      let depth = unsigned()
      if values[top - 1].bits == 0 {
        top -= 1
        branch(depth)
      }
    case 0xD6:
      let depth = unsigned()
      if values[top - 1].bits != 0 { branch(depth) } else { top -= 1 }
    case 0xFC: try prefixed(unsigned())
    case 0xFD: try vector(unsigned())
    default: preconditionFailure("code \(opcode) at \(start) is none that was validated")
    }
  }

  private mutating func prefixed(_ code: Int) throws(PlainTrap) {
    switch code {
    case 0...7: truncateSaturating(code)
    case 8: try memoryInit()
    case 9: instance.data[unsigned()] = 0..<0
    case 10: try memoryCopy()
    case 11: try memoryFill()
    case 12: try tableInit()
    case 13: instance.elements[unsigned()] = []
    case 14: try tableCopy()
    case 15: tableGrow()
    case 16:
      let table = instance.tables[unsigned()]
      push(table.address, UInt64(table.elements.count))
    case 17: try tableFill()
    default: preconditionFailure("code 0xfc \(code) at \(start) is none that was validated")
    }
  }

  /// Pushes a size, or -1.
  mutating func pushSize(_ size: Int, _ type: ValueType) {
    let bits = UInt64(bitPattern: Int64(size))
    push(type, type == .i64 ? bits : bits & 0xFFFF_FFFF)
  }

  private mutating func select() {
    let condition = popNumber()
    let second = pop()
    if condition == 0 { values[top - 1] = second }
  }

  private mutating func fixed<T: FixedWidthInteger>(_ type: T.Type) -> T {
    defer { pc += MemoryLayout<T>.size }
    return UnsafeRawPointer(code + pc).loadUnaligned(as: type)
  }
}
