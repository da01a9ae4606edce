import CMachine

/// Exceptions: `try_table` makes no code, `throw` calls a builtin that does not return.
///
/// Who catches is found when something is thrown: see `CatchSite`.
extension FunctionCompiler {
  mutating func lowerTryTable() {
    var frame = makeFrame(.block)
    frame.catches = pc
    for _ in 0..<readU32(&pc) { _ = CatchClause(reading: &pc) }
    canonicalise(upTo: height)
    pushFrame(frame)
  }

  mutating func lowerThrow() {
    let tag = Int(readU32(&pc))
    let type = flat.types[Int(flat.tagTypes[tag])]
    let count = Int(type.parameterCount)
    let bottom = height - count
    canonicalise(upTo: bottom)
    putInSlots(from: bottom, upTo: height)
    canonical = height
    _ = saveLocals()
    recordMove(isCall: true)
    // The values travel as results do, through the store's buffer.
    asm.reserve(64)
    if count > 0 { asm.load(true, .rcx, Memory(.r14, ContextLayout.results)) }
    var offset: Int32 = 0
    for k in 0..<count {
      asm.reserve(64)
      let code = type.parameters[k]
      let place = Memory(.rcx, offset)
      offset += slotBytes(code)
      if code == Code.v128 {
        loadVector(.xmm1, slot(bottom + k))
        storeVector(place, .xmm1)
      } else {
        asm.load(isWideCode(code), .rdx, slot(bottom + k))
        asm.store(true, place, .rdx)
      }
    }
    asm.reserve(128)
    asm.mov(.rdi, immediate: UInt64(tag))
    asm.call(Memory(.r14, ContextLayout.builtin(VM_THROW)))
    recordCall()
    becomeUnreachable()
  }

  mutating func lowerThrowRef() {
    callBuiltin(VM_THROW_REF, operands: 1, result: nil)
    becomeUnreachable()
  }
}
