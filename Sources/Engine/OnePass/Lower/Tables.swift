import CMachine

/// Bulk memory and tables: nearly all through builtins.
extension FunctionCompiler {
  /// Instructions with prefix FC.
  mutating func lowerPrefixed() {
    typealias FC = Opcode.FC
    let (i32, i64) = (Code.i32, Code.i64)
    switch readU32(&pc) {
    case FC.i32TruncSatF32S: lowerTruncateSaturating(to: i32, isSigned: true, isDouble: false)
    case FC.i32TruncSatF32U: lowerTruncateSaturating(to: i32, isSigned: false, isDouble: false)
    case FC.i32TruncSatF64S: lowerTruncateSaturating(to: i32, isSigned: true, isDouble: true)
    case FC.i32TruncSatF64U: lowerTruncateSaturating(to: i32, isSigned: false, isDouble: true)
    case FC.i64TruncSatF32S: lowerTruncateSaturating(to: i64, isSigned: true, isDouble: false)
    case FC.i64TruncSatF32U: lowerTruncateSaturating(to: i64, isSigned: false, isDouble: false)
    case FC.i64TruncSatF64S: lowerTruncateSaturating(to: i64, isSigned: true, isDouble: true)
    case FC.i64TruncSatF64U: lowerTruncateSaturating(to: i64, isSigned: false, isDouble: true)
    case FC.memoryInit:
      let segment = Int64(readU32(&pc))
      let memory = Int64(readU32(&pc))
      callBuiltin(VM_MEMORY_INIT, operands: 3, last: segment | memory << 32, result: nil)
    case FC.dataDrop:
      callBuiltin(VM_DATA_DROP, operands: 0, last: Int64(readU32(&pc)), result: nil)
    case FC.memoryCopy:
      let destination = Int64(readU32(&pc))
      let source = Int64(readU32(&pc))
      if destination | source == 0, copyInline() || callShort(VM_SHORT_COPY) { return }
      callBuiltin(
        VM_MEMORY_COPY, operands: 3, last: destination | source << 32, result: nil)
    case FC.memoryFill:
      let memory = Int64(readU32(&pc))
      if memory == 0, fillInline() || callShort(VM_SHORT_FILL) { return }
      callBuiltin(VM_MEMORY_FILL, operands: 3, last: memory, result: nil)
    case FC.tableInit:
      let segment = Int64(readU32(&pc))
      let table = Int64(readU32(&pc))
      callBuiltin(VM_TABLE_INIT, operands: 3, last: table | segment << 32, result: nil)
    case FC.elemDrop:
      callBuiltin(VM_ELEM_DROP, operands: 0, last: Int64(readU32(&pc)), result: nil)
    case FC.tableCopy:
      let destination = Int64(readU32(&pc))
      let source = Int64(readU32(&pc))
      callBuiltin(
        VM_TABLE_COPY, operands: 3, last: destination | source << 32, result: nil)
    case FC.tableGrow:
      // (table, reference, delta)
      let table = Int64(readU32(&pc))
      callBuiltin(
        VM_TABLE_GROW, first: table, operands: 2, result: flat.tables[Int(table)].address)
    case FC.tableSize:
      let table = Int(readU32(&pc))
      let to = destination(false)
      asm.load(true, to.register, Memory(.r14, Int32(truncatingIfNeeded: layout.table(table))))
      asm.load(
        true, to.register,
        Memory(to.register, Int32(MemoryLayout<vm_table>.offset(of: \.length) ?? 0)))
      finish(to, flat.tables[table].address)
    default:
      // table.fill
      callBuiltin(VM_TABLE_FILL, operands: 3, last: Int64(readU32(&pc)), result: nil)
    }
  }

  /// Copies or fills in memory 0 by a stub that stays on the wasm stack; false if the code goes without.
  private mutating func callShort(_ builtin: vm_builtin) -> Bool {
    guard measures.contains(.shortCopies) else { return false }
    callBuiltin(builtin, operands: 3, result: nil)
    return true
  }

  mutating func lowerTableGet() {
    let table = Int(readU32(&pc))
    let type = flat.tables[table].type
    callBuiltin(VM_TABLE_GET, first: Int64(table), operands: 1, result: type)
  }

  mutating func lowerTableSet() {
    let table = Int64(readU32(&pc))
    callBuiltin(VM_TABLE_SET, first: table, operands: 2, result: nil)
  }
}
