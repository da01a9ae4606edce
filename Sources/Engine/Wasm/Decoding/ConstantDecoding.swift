/// Constant expressions: one instruction, then `end` (spec 3.3.10, 5.4.9).
extension ModuleDecoder {
  /// Reads an expression that must yield a value of type `type`.
  mutating func constantExpression(of type: ValueType) throws(DecodeError) -> ConstantExpression {
    let start = offset
    let opcode = try byte()
    guard opcode != Opcode.end else {
      throw DecodeError(.operandMissing(expected: type), at: start)
    }
    let (expression, found) = try constantInstruction(opcode, at: start)
    guard found == type else {
      throw DecodeError(.typeMismatch(expected: type, found: found), at: start)
    }
    let next = offset
    let end = try byte()
    guard end == Opcode.end else {
      // Read it, so that what is wrong with the instruction itself is told first.
      _ = try constantInstruction(end, at: next)
      throw DecodeError(.operandsLeft(count: 1), at: next)
    }
    return expression
  }

  private mutating func constantInstruction(
    _ opcode: UInt8, at start: Int
  ) throws(DecodeError) -> (ConstantExpression, ValueType) {
    switch opcode {
    case Opcode.i32Const: return (.i32(UInt32(bitPattern: try s32())), .i32)
    case Opcode.i64Const: return (.i64(UInt64(bitPattern: try s64())), .i64)
    case Opcode.f32Const: return (.f32(try fixed32()), .f32)
    case Opcode.f64Const: return (.f64(try fixed64()), .f64)
    case Opcode.globalGet:
      let index = try index(of: .global, count: importedGlobalCount)
      guard !globals[index].isMutable else {
        throw DecodeError(.constantExpressionRequired, at: start)
      }
      return (.global(index), globals[index].value)
    case Opcode.refNull:
      try require(.referenceTypes, at: start)
      let type = try referenceType()
      return (.null(type), type)
    case Opcode.refFunc:
      try require(.referenceTypes, at: start)
      let index = try index(of: .function, count: functionTypeIndices.count)
      declaredReferences.insert(UInt32(index))
      return (.function(index), .funcref)
    case Opcode.prefixSIMD: return (try vectorConstant(at: start), .v128)
    default:
      if let feature = InstructionTable.missingFeature(prefix: 0, code: UInt32(opcode), features) {
        throw DecodeError(.featureMissing(feature), at: start)
      }
      guard InstructionTable.isKnown(opcode) else {
        throw DecodeError(.illegalInstruction(prefix: 0, code: UInt32(opcode)), at: start)
      }
      throw DecodeError(.constantExpressionRequired, at: start)
    }
  }
  private mutating func vectorConstant(at start: Int) throws(DecodeError) -> ConstantExpression {
    try require(.simd, at: start)
    let code = try u32()
    guard code == UInt32(VectorOpcode.v128Const) else {
      guard InstructionTable.instruction(prefix: Opcode.prefixSIMD, code: code) != nil else {
        throw DecodeError(.illegalInstruction(prefix: Opcode.prefixSIMD, code: code), at: start)
      }
      throw DecodeError(.constantExpressionRequired, at: start)
    }
    let low = try fixed64()
    return .v128(UInt128(try fixed64()) << 64 | UInt128(low))
  }
}
