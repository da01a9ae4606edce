import CMachine

/// Bulk memory, tables and references: nearly all through builtins.
extension FunctionCompiler {
  /// Instructions with prefix FC.
  mutating func lowerPrefixed() {
    let opcode = readU32(&pc)
    switch opcode {
    case 0...7:
      lowerTruncateSaturating(
        to: opcode < 4 ? 0x7F : 0x7E, isSigned: opcode & 1 == 0, isDouble: opcode & 2 != 0)
    case 8:
      let segment = readU32(&pc)
      pc += 1
      callBuiltin(VM_MEMORY_INIT, operands: 3, constants: [Int64(segment)], result: nil)
    case 9:
      callBuiltin(VM_DATA_DROP, operands: 0, constants: [Int64(readU32(&pc))], result: nil)
    case 10:
      pc += 2
      callBuiltin(VM_MEMORY_COPY, operands: 3, constants: [], result: nil)
    case 11:
      pc += 1
      callBuiltin(VM_MEMORY_FILL, operands: 3, constants: [], result: nil)
    case 12:
      let segment = Int64(readU32(&pc))
      let table = Int64(readU32(&pc))
      callBuiltin(VM_TABLE_INIT, operands: 3, constants: [table | segment << 32], result: nil)
    case 13:
      callBuiltin(VM_ELEM_DROP, operands: 0, constants: [Int64(readU32(&pc))], result: nil)
    case 14:
      let destination = Int64(readU32(&pc))
      let source = Int64(readU32(&pc))
      callBuiltin(
        VM_TABLE_COPY, operands: 3, constants: [destination | source << 32], result: nil)
    case 15:
      // (table, reference, delta)
      let table = Int64(readU32(&pc))
      let delta = pop()
      let reference = pop()
      push(.constant(0x7F, table))
      push(reference)
      push(delta)
      callBuiltin(VM_TABLE_GROW, operands: 3, constants: [], result: 0x7F)
    case 16:
      let table = Int(readU32(&pc))
      let to = destination(false)
      asm.load(true, to.register, Memory(.r14, Int32(truncatingIfNeeded: layout.table(table))))
      asm.load(
        false, to.register,
        Memory(to.register, Int32(MemoryLayout<vm_table>.offset(of: \.length) ?? 0)))
      finish(to, 0x7F)
    default:
      // table.fill
      callBuiltin(VM_TABLE_FILL, operands: 3, constants: [Int64(readU32(&pc))], result: nil)
    }
  }

  mutating func lowerTableGet() {
    let table = Int(readU32(&pc))
    let type = flat.tables[table].type
    let index = pop()
    push(.constant(0x7F, Int64(table)))
    push(index)
    callBuiltin(VM_TABLE_GET, operands: 2, constants: [], result: type)
  }

  mutating func lowerTableSet() {
    let table = Int64(readU32(&pc))
    let value = pop()
    let index = pop()
    push(.constant(0x7F, table))
    push(index)
    push(value)
    callBuiltin(VM_TABLE_SET, operands: 3, constants: [], result: nil)
  }

  mutating func lowerRefNull() {
    let type = pc[0]
    pc += 1
    push(.constant(type, 0))
  }

  mutating func lowerRefIsNull() { lowerEqz(0x7E) }

  mutating func lowerRefFunc() {
    let index = Int64(readU32(&pc))
    callBuiltin(VM_REF_FUNC, operands: 0, constants: [index], result: 0x70)
  }
}
