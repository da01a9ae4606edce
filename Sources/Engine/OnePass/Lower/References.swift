import CMachine

/// References: null and functions, and branches on null.
///
/// A reference is a word, and null is 0, whatever it refers to.
extension FunctionCompiler {
  mutating func lowerRefNull() {
    push(.constant(readKind().pointee, 0))
  }

  mutating func lowerRefIsNull() { lowerEqz(Code.i64) }

  mutating func lowerRefFunc() {
    let index = Int64(readU32(&pc))
    callBuiltin(VM_REF_FUNC, operands: 0, last: index, result: Code.funcref)
  }

  mutating func lowerRefAsNonNull() {
    let reference = pop()
    compareWithNull(reference)
    recordTrap(reference)
    trap(if: .equal, VM_TRAP_NULL_REFERENCE)
    push(reference)
  }

  /// `br_on_null`: the reference stays if it is none.
  mutating func lowerBrOnNull(_ label: Int) {
    closeIntervals()
    let f = target(label)
    let frame = control[f]
    if frame.labelArity == 0 {
      let reference = pop()
      compareWithNull(reference)
      branch(to: f, .equal)
      push(reference)
      return
    }
    // In its slot it is out of the way of the values that the label takes.
    putInSlots(from: height - 1, upTo: height)
    let reference = pop()
    asm.reserve(96)
    compareWithNull(reference)
    moveToLabel(frame, keepsStack: true)
    branch(to: f, .equal, copying: frame)
    push(reference)
  }

  /// `br_on_non_null`: the reference is the last of the values that the label takes.
  mutating func lowerBrOnNonNull(_ label: Int) {
    closeIntervals()
    let f = target(label)
    let frame = control[f]
    moveToLabel(frame, keepsStack: true)
    asm.reserve(96)
    compareWithNull(stack[height - 1])
    branch(to: f, .notEqual, copying: frame)
    _ = pop()
  }

  /// Leaves in the flags whether a reference is null.
  private mutating func compareWithNull(_ reference: Entry) {
    if let place = memory(of: reference) {
      asm.alu(.cmp, true, place, immediate: 0)
    } else {
      let r = register(reference)
      asm.rr(.test, true, r, r)
    }
  }
}
