/// Constant expressions (spec 3.3.10, 5.4.9).
extension ModuleDecoder {
  /// Reads an expression that must yield a value of type `type`.
  mutating func constantExpression(of type: ValueType) throws(DecodeError) -> ConstantExpression {
    let start = offset
    var expression = OpenExpression()
    while true {
      let next = offset
      let opcode = try byte()
      if opcode == Opcode.end {
        guard let found = expression.types.last else {
          throw DecodeError(.operandMissing(expected: type), at: start)
        }
        guard expression.types.count == 1 else {
          throw DecodeError(.operandsLeft(count: expression.types.count - 1), at: next)
        }
        guard found.isSubtype(of: type) else {
          throw DecodeError(.typeMismatch(expected: type, found: found), at: start)
        }
        return expression.result
      }
      if let (operation, type) = Self.arithmetic(opcode) {
        guard features.contains(.extendedConstants) else {
          throw DecodeError(.constantExpressionRequired, at: next)
        }
        for place in 1...2 {
          let found = expression.types.dropLast(place - 1).last
          guard let found else { throw DecodeError(.operandMissing(expected: type), at: next) }
          guard found == type else {
            throw DecodeError(.typeMismatch(expected: type, found: found), at: next)
          }
        }
        expression.combine(operation, isWide: type == .i64)
      } else {
        let (operand, type) = try constantInstruction(opcode, at: next)
        expression.push(operand, type)
      }
    }
  }

  private static func arithmetic(
    _ opcode: UInt8
  ) -> (ConstantExpression.Arithmetic, ValueType)? {
    switch opcode {
    case Opcode.i32Add: (.add, .i32)
    case Opcode.i32Sub: (.subtract, .i32)
    case Opcode.i32Mul: (.multiply, .i32)
    case Opcode.i64Add: (.add, .i64)
    case Opcode.i64Sub: (.subtract, .i64)
    case Opcode.i64Mul: (.multiply, .i64)
    default: nil
    }
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
      let visible = features.contains(.extendedConstants) ? globals.count : importedGlobalCount
      let index = try index(of: .global, count: visible)
      guard !globals[index].isMutable else {
        throw DecodeError(.constantExpressionRequired, at: start)
      }
      return (.global(index), globals[index].value)
    case Opcode.refNull:
      try require(.referenceTypes, at: start)
      let type = try heapType()
      return (.null(type), type)
    case Opcode.refFunc:
      try require(.referenceTypes, at: start)
      let index = try index(of: .function, count: functionTypeIndices.count)
      declaredReferences.insert(UInt32(index))
      return (.function(index), functionReference(toFunction: index))
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

  /// The type of a reference to a function of the module.
  private func functionReference(toFunction index: Int) -> ValueType {
    guard features.contains(.functionReferences) else { return .funcref }
    return (ValueType.function(typeIDs[Int(functionTypeIndices[index])]) ?? .funcref).withoutNull
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

/// A constant expression that is being read.
///
/// What can be computed at once is; the rest are steps in one list, so that time is linear.
private struct OpenExpression {
  /// The types on the stack.
  private(set) var types: [ValueType] = []
  /// What yields the integers and globals on it.
  private var steps: [ConstantExpression.Step] = []
  /// The last instruction that pushed.
  private var last = ConstantExpression.i32(0)

  mutating func push(_ operand: ConstantExpression, _ type: ValueType) {
    types.append(type)
    last = operand
    switch operand {
    case .i32(let bits): steps.append(.constant(UInt64(bits)))
    case .i64(let bits): steps.append(.constant(bits))
    case .global(let index): steps.append(.global(index))
    case .f32, .f64, .v128, .null, .function, .computed: break
    }
  }

  /// Arithmetic on the two topmost operands, which have its type.
  mutating func combine(_ operation: ConstantExpression.Arithmetic, isWide: Bool) {
    types.removeLast()
    if steps.count >= 2, case .constant(let b) = steps[steps.count - 1],
      case .constant(let a) = steps[steps.count - 2]
    {
      steps.removeLast()
      steps[steps.count - 1] = .constant(operation.apply(a, b, isWide: isWide))
    } else {
      steps.append(.arithmetic(operation, isWide: isWide))
    }
  }

  /// The expression; one value is on the stack.
  var result: ConstantExpression {
    guard steps.count > 0 else { return last }
    if steps.count > 1 { return .computed(steps) }
    switch steps[0] {
    case .constant(let word):
      return types == [.i64] ? .i64(word) : .i32(UInt32(truncatingIfNeeded: word))
    case .global(let index): return .global(index)
    case .arithmetic: return .computed(steps)
    }
  }
}
