import CMachine

/// Tail calls: the frame goes before the callee begins.
///
/// What can trap comes first, while all operands are still where they were. The callee's stack
/// arguments end where the function's own do, since whoever has called the function counts on
/// finding its stack pointer there.
extension FunctionCompiler {
  mutating func lowerReturnCall() {
    let index = Int(readU32(&pc))
    let type = flat.type(ofFunction: index).pointee
    let isOwn = index >= flat.importedFunctionCount
    let stackBytes = leaveFrame(type)
    if isOwn && stackBytes == incomingStackBytes {
      asm.byte(0xC9)  // leave
      asm.byte(0x3E)  // see `endFrame`
      calls.append(
        CallFixup(field: asm.jmp(), function: index - flat.importedFunctionCount))
    } else {
      if isOwn {
        asm.load(
          true, .rax,
          Memory(.r14, Int32(MemoryLayout<vm_context>.offset(of: \.functions) ?? 0)))
        asm.load(true, .rax, Memory(.rax, Int32(truncatingIfNeeded: 8 * index)))
      } else {
        asm.load(
          true, .rax, Memory(.r14, Int32(truncatingIfNeeded: layout.importedFunction(index))))
      }
      endFrame(stackBytes, isForeign: !isOwn)
    }
    becomeUnreachable()
  }

  mutating func lowerReturnCallIndirect() {
    let type = flat.types[Int(readU32(&pc))]
    let table = Int(readU32(&pc))
    // rax, rcx and rdx are for finding the callee, whose record stays in rax.
    let index = pop()
    take(.rdx)
    move(.rdx, index)
    held = Register.rdx.bit
    take(.rax)
    take(.rcx)
    let operand = Entry.register(flat.tables[table].address, .rdx)
    asm.reserve(256)
    asm.load(true, .rcx, Memory(.r14, Int32(truncatingIfNeeded: layout.table(table))))
    asm.alu(
      .cmp, true, .rdx, Memory(.rcx, Int32(MemoryLayout<vm_table>.offset(of: \.length) ?? 0)))
    recordTrap(operand)
    trap(if: .aboveOrEqual, VM_TRAP_TABLE_OUT_OF_BOUNDS)
    asm.load(
      true, .rcx, Memory(.rcx, Int32(MemoryLayout<vm_table>.offset(of: \.elements) ?? 0)))
    asm.load(true, .rax, Memory(.rcx, index: .rdx, scale: 3))
    asm.rr(.test, true, .rax, .rax)
    recordTrap(operand)
    trap(if: .equal, VM_TRAP_INDIRECT_CALL)
    compareSignature(type)
    recordTrap(operand)
    trap(if: .notEqual, VM_TRAP_INDIRECT_CALL)
    held = Register.rax.bit
    let stackBytes = leaveFrame(type)
    endFrame(stackBytes, isForeign: nil)
    becomeUnreachable()
  }

  mutating func lowerReturnCallRef() {
    let type = flat.types[Int(readU32(&pc))]
    let reference = pop()
    take(.rax)
    move(.rax, reference)
    take(.rcx)
    asm.reserve(256)
    // As in `call_ref`, here for the fault alone.
    recordTrap(Entry.register(Code.funcref, .rax))
    asm.load(true, .rcx, Memory(.rax, Int32(MemoryLayout<vm_function>.offset(of: \.code) ?? 0)))
    held = Register.rax.bit
    let stackBytes = leaveFrame(type)
    endFrame(stackBytes, isForeign: nil)
    becomeUnreachable()
  }

  /// Passes the arguments and restores the preserved registers; from here on the frame holds
  /// nothing but its links.
  ///
  /// Keeps rax if it is held. Returns the bytes of the callee's stack arguments, which are in place
  /// if they are as many as the function's own, else at rsp.
  private mutating func leaveFrame(_ type: FlatType) -> Int {
    recorder.leave(wasmOffset: wasmOffset, codeOffset: codeOffset)
    let bottom = height - Int(type.parameterCount)
    let stackBytes = Int(passArguments(from: bottom))
    asm.reserve(512)
    moveSavedRegisters(restore: true)
    if stackBytes == incomingStackBytes {
      for word in 0..<stackBytes / 8 {
        asm.reserve(64)
        let offset = Int32(truncatingIfNeeded: 8 * word)
        moveFloat(.xmm0, Memory(.rsp, offset), isDouble: true)
        storeFloat(Memory(.rbp, 16 + offset), .xmm0, isDouble: true)
      }
    }
    asm.reserve(128)
    return stackBytes
  }

  /// Ends the frame and jumps to the function whose record is in rax.
  ///
  /// The jump has a prefix that means nothing to the processor: by it the stack walk knows that
  /// the frame is gone.
  private mutating func endFrame(_ stackBytes: Int, isForeign: Bool?) {
    guard stackBytes == incomingStackBytes else {
      asm.mov(.rcx, immediate: UInt64(stackBytes))
      asm.mov(.rdx, immediate: UInt64(incomingStackBytes))
      asm.xm(.group5, false, 4, Memory(.r14, ContextLayout.builtin(VM_TAIL_CALL)))
      return
    }
    let foreign = Memory(.rax, Int32(MemoryLayout<vm_function>.offset(of: \.foreign) ?? 0))
    if isForeign == nil {
      let context = Memory(.rax, Int32(MemoryLayout<vm_function>.offset(of: \.context) ?? 0))
      asm.alu(.cmp, true, .r14, context)
      asm.load(
        true, .rcx, Memory(.rax, Int32(MemoryLayout<vm_function>.offset(of: \.code) ?? 0)))
      let same = asm.shortJump(.equal)
      asm.load(true, .rcx, foreign)
      asm.bindShort(same)
    } else {
      asm.load(true, .rcx, foreign)
    }
    asm.byte(0xC9)  // leave
    asm.byte(0x3E)
    asm.jmp(.rcx)
  }
}
