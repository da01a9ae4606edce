/// The instructions behind the prefix 0xFD (spec 3.3.3).
extension FunctionValidator {
  /// Validates a vector instruction from its row of the table alone.
  mutating func validateVector(_ next: inout UnsafePointer<UInt8>) throws(ValidationError) {
    let code = try readU32(&next)
    guard let slot = InstructionTable.slot(prefix: Opcode.prefixSIMD, code: code),
      instructions[slot].isKnown
    else { throw unknown(prefix: Opcode.prefixSIMD, code) }
    let entry = instructions[slot]
    usesVectors = true
    var operands = entry.bits & 0x1FF
    switch entry.immediates {
    case .memory:
      if try readMemoryArgument(&next, natural: entry.alignment) {
        operands = Self.withWideAddress(operands)
      }
    case .memoryAndLane:
      if try readMemoryArgument(&next, natural: entry.alignment) {
        operands = Self.withWideAddress(operands)
      }
      try readLane(&next, entry.lanes)
    case .lane: try readLane(&next, entry.lanes)
    case .shuffle: for _ in 0..<16 { try readLane(&next, entry.lanes) }
    case .vector: next += 16
    default: break
    }
    while operands != 0 {
      try pop(ValueType(bits: 0x80 &- (operands & 7)))
      operands &>>= 3
    }
    let result = entry.bits &>> 9 & 7
    if result != 0 { try push(ValueType(bits: 0x80 &- result)) }
  }

  private mutating func readLane(
    _ next: inout UnsafePointer<UInt8>, _ count: UInt32
  ) throws(ValidationError) {
    guard next[0] < count else {
      throw failure(.laneOutOfRange(index: next[0], count: UInt8(truncatingIfNeeded: count)))
    }
    next += 1
  }
}
