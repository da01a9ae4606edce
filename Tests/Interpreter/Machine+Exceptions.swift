import Engine

/// Exceptions (spec 4.4.8, 4.4.10).
extension Machine {
  mutating func throwNew() throws(PlainTrap) {
    let tag = instance.tags[unsigned()]
    let count = tag.parameters.count
    throw PlainTrap(
      PlainException(tag, Array(UnsafeBufferPointer(start: values + (top - count), count: count))))
  }

  mutating func throwAgain() throws(PlainTrap) {
    guard let exception = instance.store.exception(values[top - 1]) else {
      throw PlainTrap(.nullReference)
    }
    throw PlainTrap(exception)
  }

  /// `try_table`: a block whose label knows where its clauses are.
  mutating func tryTable() throws(PlainTrap) {
    let here = start
    try block()
    labels[labelCount - 1].catches = pc
    var scanner = InstructionScanner(code, at: here)
    _ = scanner.skip()
    pc = scanner.offset
  }

  /// Goes on where an exception is caught in the activations above `depth`; false if it is not.
  mutating func handle(_ exception: PlainException, downTo depth: Int) -> Bool {
    var index = activations.count - 1
    var label = labelCount - 1
    while index >= depth {
      let activation = activations[index]
      while label > activation.labels {
        if labels[label].catches != 0,
          let target = target(of: exception, labels[label].catches, activation.instance)
        {
          land(exception, target, belowLabel: label, inActivation: index)
          return true
        }
        label -= 1
      }
      // The label of the function itself.
      label -= 1
      index -= 1
    }
    return false
  }

  /// The label and the kind of the first clause that catches the exception.
  private func target(
    of exception: PlainException, _ catches: Int, _ instance: PlainInstance
  ) -> (depth: Int, hasReference: Bool)? {
    var scanner = InstructionScanner(instance.code, at: catches)
    for _ in 0..<scanner.unsigned() {
      let kind = scanner.byte()
      let isWanted = kind >= 2 || instance.tags[scanner.unsigned()] === exception.tag
      let depth = scanner.unsigned()
      if isWanted { return (depth, kind & 1 == 1) }
    }
    return nil
  }

  private mutating func land(
    _ exception: PlainException, _ target: (depth: Int, hasReference: Bool), belowLabel label: Int,
    inActivation index: Int
  ) {
    activations.removeSubrange((index + 1)...)
    let activation = activations[index]
    (code, locals) = (activation.instance.code, activation.locals)
    // As a branch from just outside of the block, with the values on its stack.
    labelCount = label
    top = labels[label].operands
    let arity = labels[label - 1 - target.depth].arity
    if arity > (target.hasReference ? 1 : 0) { for value in exception.values { push(value) } }
    if target.hasReference { push(activation.instance.store.reference(to: exception)) }
    branch(target.depth)
  }
}
