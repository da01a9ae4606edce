import Engine

/// Blocks and branches (spec 4.4.8).
extension Machine {
  mutating func pushLabel(
    target: Int, operands: Int, arity: Int, isLoop: Bool = false
  ) throws(PlainTrap) {
    guard labelCount < Self.labelCapacity else { throw PlainTrap(.callStackExhausted) }
    labels[labelCount] = Label(target: target, operands: operands, arity: arity, isLoop: isLoop)
    labelCount += 1
  }

  /// The parameters and results of the block type at the pc (spec 5.4.1).
  private mutating func blockType() -> (parameters: Int, results: Int) {
    let first = code[pc]
    if first == 0x40 {
      pc += 1
      return (0, 0)
    }
    if first & 0xC0 == 0x40 {
      var scanner = InstructionScanner(code, at: pc)
      _ = scanner.valueType()
      pc = scanner.offset
      return (0, 1)
    }
    let type = instance.module.types[Int(signed())]
    return (type.parameters.count, type.results.count)
  }

  mutating func block() throws(PlainTrap) {
    let (parameters, results) = blockType()
    try pushLabel(target: end, operands: top - parameters, arity: results)
  }

  mutating func loop() throws(PlainTrap) {
    let (parameters, _) = blockType()
    try pushLabel(target: pc, operands: top - parameters, arity: parameters, isLoop: true)
  }

  mutating func ifElse() throws(PlainTrap) {
    let (parameters, results) = blockType()
    let condition = popNumber()
    let end = end
    if condition == 0 {
      guard let otherwise = activations[activations.count - 1].code.elses[start] else {
        pc = end
        return
      }
      pc = otherwise
    }
    try pushLabel(target: end, operands: top - parameters, arity: results)
  }

  /// The file offset after the block that starts with the present instruction.
  private var end: Int {
    guard let end = activations[activations.count - 1].code.ends[start] else {
      preconditionFailure("a block without an end")
    }
    return end
  }

  /// `else` is reached at the end of the first arm: goes on behind the `if`.
  mutating func skipElse() {
    labelCount -= 1
    pc = labels[labelCount].target
  }

  mutating func endBlock() {
    if labelCount - 1 == activations[activations.count - 1].labels { return leave() }
    labelCount -= 1
  }

  mutating func branch(_ depth: Int) {
    let index = labelCount - 1 - depth
    if index == activations[activations.count - 1].labels { return leave() }
    let label = labels[index]
    move(label.arity, to: label.operands)
    labelCount = label.isLoop ? index + 1 : index
    pc = label.target
  }

  mutating func branchTable() {
    let count = unsigned()
    let chosen = min(popNumber(), count)
    for _ in 0..<chosen { _ = unsigned() }
    branch(unsigned())
  }
}
