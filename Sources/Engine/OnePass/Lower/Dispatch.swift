/// The main loop of walk 2: one opcode after the other.
extension FunctionCompiler {
  /// Stops early if the code has become too large.
  mutating func compileBody() {
    while !isCodeTooLarge {
      asm.reserve(512)
      instruction = pc
      held = .empty
      scratch = .empty
      if control[depth - 1].isUnreachable {
        if skipUnreachable() { return }
        continue
      }
      if !folds { settleOperands() }
      recorder.instruction(wasmOffset: wasmOffset, codeOffset: codeOffset)
      recordBoundary()
      let opcode = pc[0]
      pc += 1
      if lower(opcode) { return }
    }
  }

  /// Translates one instruction; returns true at the function's end.
  ///
  /// What is frequent comes first; the rest is left to functions of its own, which keeps this one
  /// small.
  @inline(__always) private mutating func lower(_ opcode: UInt8) -> Bool {
    switch opcode {
    case Opcode.localGet: lowerLocalGet()
    case Opcode.localSet: lowerLocalSet(isTee: false)
    case Opcode.localTee: lowerLocalSet(isTee: true)
    case Opcode.i32Const:
      push(.constant(Code.i32, Int64(UInt32(truncatingIfNeeded: readS64(&pc)))))
    case Opcode.i64Const: push(.constant(Code.i64, readS64(&pc)))
    case Opcode.i32Add: lowerAdd(Code.i32)
    case Opcode.i32Load: lowerLoad(.load, wide: false, size: 4, Code.i32)
    case Opcode.i32Store: lowerStore(size: 4)
    case Opcode.end: return lowerEnd()
    case Opcode.brIf: lowerBrIf(Int(readU32(&pc)))
    case Opcode.block: lowerBlock()
    case Opcode.loop: lowerLoop()
    case Opcode.call: lowerCall()
    default: lowerRarer(opcode)
    }
    return false
  }

  @inline(never) private mutating func lowerRarer(_ opcode: UInt8) {
    switch opcode {
    case Opcode.unreachable: lowerUnreachable()
    case Opcode.nop: break
    case Opcode.if: lowerIf()
    case Opcode.else: lowerElse()
    case Opcode.br: lowerBr(Int(readU32(&pc)))
    case Opcode.brTable: lowerBrTable()
    case Opcode.return: lowerReturn()
    case Opcode.callIndirect: lowerCallIndirect()
    case Opcode.tryTable: lowerTryTable()
    case Opcode.throw: lowerThrow()
    case Opcode.throwRef: lowerThrowRef()
    case Opcode.returnCall: lowerReturnCall()
    case Opcode.returnCallIndirect: lowerReturnCallIndirect()
    case Opcode.callRef: lowerCallRef()
    case Opcode.returnCallRef: lowerReturnCallRef()
    case Opcode.refAsNonNull: lowerRefAsNonNull()
    case Opcode.brOnNull: lowerBrOnNull(Int(readU32(&pc)))
    case Opcode.brOnNonNull: lowerBrOnNonNull(Int(readU32(&pc)))
    case Opcode.drop: _ = pop()
    case Opcode.select: lowerSelect()
    case Opcode.selectTyped:
      for _ in 0..<readU32(&pc) { _ = readKind() }
      lowerSelect()
    case Opcode.globalGet: lowerGlobalGet()
    case Opcode.globalSet: lowerGlobalSet()
    case Opcode.tableGet: lowerTableGet()
    case Opcode.tableSet: lowerTableSet()
    case Opcode.f32Const:
      push(.constant(Code.f32, Int64(UnsafeRawPointer(pc).loadUnaligned(as: UInt32.self))))
      pc += 4
    case Opcode.f64Const:
      push(.constant(Code.f64, UnsafeRawPointer(pc).loadUnaligned(as: Int64.self)))
      pc += 8
    case Opcode.refNull: lowerRefNull()
    case Opcode.refIsNull: lowerRefIsNull()
    case Opcode.refFunc: lowerRefFunc()
    case Opcode.prefixFC: lowerPrefixed()
    case Opcode.prefixSIMD: lowerVector()
    case Opcode.i64Load...Opcode.memoryGrow: lowerMemory(opcode)
    case Opcode.i32Eqz...Opcode.i64GeU: lowerIntegerComparison(opcode)
    case Opcode.f32Eq...Opcode.f64Ge: lowerFloatComparison(opcode)
    case Opcode.i32Clz...Opcode.i32Rotr: lowerInteger(opcode, Code.i32)
    case Opcode.i64Clz...Opcode.i64Rotr:
      // The operations of i64 stand in the same order.
      lowerInteger(opcode - (Opcode.i64Clz - Opcode.i32Clz), Code.i64)
    case Opcode.f32Abs...Opcode.f32Copysign: lowerFloat(opcode, isDouble: false)
    case Opcode.f64Abs...Opcode.f64Copysign:
      lowerFloat(opcode - (Opcode.f64Abs - Opcode.f32Abs), isDouble: true)
    case Opcode.i32WrapI64...Opcode.i64Extend32S: lowerConversion(opcode)
    default: preconditionFailure("validation lets no opcode \(opcode) pass")
    }
  }

  private mutating func lowerMemory(_ opcode: UInt8) {
    switch opcode {
    case Opcode.i64Load: lowerLoad(.load, wide: true, size: 8, Code.i64)
    case Opcode.f32Load: lowerFloatLoad(isDouble: false)
    case Opcode.f64Load: lowerFloatLoad(isDouble: true)
    case Opcode.i32Load8S: lowerLoad(.movsx8, wide: false, size: 1, Code.i32)
    case Opcode.i32Load8U: lowerLoad(.movzx8, wide: false, size: 1, Code.i32)
    case Opcode.i32Load16S: lowerLoad(.movsx16, wide: false, size: 2, Code.i32)
    case Opcode.i32Load16U: lowerLoad(.movzx16, wide: false, size: 2, Code.i32)
    case Opcode.i64Load8S: lowerLoad(.movsx8, wide: true, size: 1, Code.i64)
    case Opcode.i64Load8U: lowerLoad(.movzx8, wide: false, size: 1, Code.i64)
    case Opcode.i64Load16S: lowerLoad(.movsx16, wide: true, size: 2, Code.i64)
    case Opcode.i64Load16U: lowerLoad(.movzx16, wide: false, size: 2, Code.i64)
    case Opcode.i64Load32S: lowerLoad(.movsxd, wide: true, size: 4, Code.i64)
    case Opcode.i64Load32U: lowerLoad(.load, wide: false, size: 4, Code.i64)
    case Opcode.i64Store: lowerStore(size: 8)
    case Opcode.f32Store: lowerFloatStore(isDouble: false)
    case Opcode.f64Store: lowerFloatStore(isDouble: true)
    case Opcode.i32Store8, Opcode.i64Store8: lowerStore(size: 1)
    case Opcode.i32Store16, Opcode.i64Store16: lowerStore(size: 2)
    case Opcode.i64Store32: lowerStore(size: 4)
    case Opcode.memorySize: lowerMemorySize()
    default: lowerMemoryGrow()
    }
  }

  private mutating func lowerIntegerComparison(_ opcode: UInt8) {
    if opcode == Opcode.i32Eqz { return lowerEqz(Code.i32) }
    if opcode == Opcode.i64Eqz { return lowerEqz(Code.i64) }
    let isWide = opcode > Opcode.i64Eqz
    let condition = integerCondition(isWide ? opcode - (Opcode.i64Eq - Opcode.i32Eq) : opcode)
    lowerCompare(condition, isWide ? Code.i64 : Code.i32)
  }

  /// The condition of an integer comparison, named by the i32 opcode.
  @inline(__always) func integerCondition(_ opcode: UInt8) -> Condition {
    switch opcode {
    case Opcode.i32Eq: .equal
    case Opcode.i32Ne: .notEqual
    case Opcode.i32LtS: .less
    case Opcode.i32LtU: .below
    case Opcode.i32GtS: .greater
    case Opcode.i32GtU: .above
    case Opcode.i32LeS: .lessOrEqual
    case Opcode.i32LeU: .belowOrEqual
    case Opcode.i32GeS: .greaterOrEqual
    default: .aboveOrEqual
    }
  }

  private mutating func lowerFloatComparison(_ opcode: UInt8) {
    let isDouble = opcode >= Opcode.f64Eq
    switch isDouble ? opcode - (Opcode.f64Eq - Opcode.f32Eq) : opcode {
    case Opcode.f32Eq: lowerFloatCompare(.floatEqual, swapped: false, isDouble: isDouble)
    case Opcode.f32Ne: lowerFloatCompare(.floatNotEqual, swapped: false, isDouble: isDouble)
    case Opcode.f32Lt: lowerFloatCompare(.above, swapped: true, isDouble: isDouble)
    case Opcode.f32Gt: lowerFloatCompare(.above, swapped: false, isDouble: isDouble)
    case Opcode.f32Le: lowerFloatCompare(.aboveOrEqual, swapped: true, isDouble: isDouble)
    default: lowerFloatCompare(.aboveOrEqual, swapped: false, isDouble: isDouble)
    }
  }

  /// An operation of either integer type, named by the i32 opcode.
  private mutating func lowerInteger(_ opcode: UInt8, _ type: UInt8) {
    switch opcode {
    case Opcode.i32Clz: lowerClz(type)
    case Opcode.i32Ctz: lowerCtz(type)
    case Opcode.i32Popcnt: lowerPopcnt(type)
    case Opcode.i32Add: lowerAdd(type)
    case Opcode.i32Sub: lowerSub(type)
    case Opcode.i32Mul: lowerMul(type)
    case Opcode.i32DivS: lowerDivide(type, isSigned: true, isRemainder: false)
    case Opcode.i32DivU: lowerDivide(type, isSigned: false, isRemainder: false)
    case Opcode.i32RemS: lowerDivide(type, isSigned: true, isRemainder: true)
    case Opcode.i32RemU: lowerDivide(type, isSigned: false, isRemainder: true)
    case Opcode.i32And: lowerLogic(.and, type)
    case Opcode.i32Or: lowerLogic(.or, type)
    case Opcode.i32Xor: lowerLogic(.xor, type)
    case Opcode.i32Shl: lowerShift(.shl, type)
    case Opcode.i32ShrS: lowerShift(.sar, type)
    case Opcode.i32ShrU: lowerShift(.shr, type)
    case Opcode.i32Rotl: lowerShift(.rol, type)
    default: lowerShift(.ror, type)
    }
  }

  /// An operation of either float type, named by the f32 opcode.
  private mutating func lowerFloat(_ opcode: UInt8, isDouble: Bool) {
    switch opcode {
    case Opcode.f32Abs: lowerSign(isAbsolute: true, isDouble: isDouble)
    case Opcode.f32Neg: lowerSign(isAbsolute: false, isDouble: isDouble)
    case Opcode.f32Ceil: lowerRound(.up, isDouble: isDouble)
    case Opcode.f32Floor: lowerRound(.down, isDouble: isDouble)
    case Opcode.f32Trunc: lowerRound(.towardZero, isDouble: isDouble)
    case Opcode.f32Nearest: lowerRound(.nearest, isDouble: isDouble)
    case Opcode.f32Sqrt: lowerSqrt(isDouble: isDouble)
    case Opcode.f32Add: lowerFloatBinary(.add, isDouble: isDouble)
    case Opcode.f32Sub: lowerFloatBinary(.sub, isDouble: isDouble)
    case Opcode.f32Mul: lowerFloatBinary(.mul, isDouble: isDouble)
    case Opcode.f32Div: lowerFloatBinary(.div, isDouble: isDouble)
    case Opcode.f32Min: lowerMinMax(isMaximum: false, isDouble: isDouble)
    case Opcode.f32Max: lowerMinMax(isMaximum: true, isDouble: isDouble)
    default: lowerCopysign(isDouble: isDouble)
    }
  }

  private mutating func lowerConversion(_ opcode: UInt8) {
    let (i32, i64) = (Code.i32, Code.i64)
    switch opcode {
    case Opcode.i32WrapI64: lowerWrap()
    case Opcode.i32TruncF32S: lowerTruncate(to: i32, isSigned: true, isDouble: false)
    case Opcode.i32TruncF32U: lowerTruncate(to: i32, isSigned: false, isDouble: false)
    case Opcode.i32TruncF64S: lowerTruncate(to: i32, isSigned: true, isDouble: true)
    case Opcode.i32TruncF64U: lowerTruncate(to: i32, isSigned: false, isDouble: true)
    case Opcode.i64ExtendI32S: lowerExtend(.movsxd, i64)
    case Opcode.i64ExtendI32U: lowerExtendUnsigned()
    case Opcode.i64TruncF32S: lowerTruncate(to: i64, isSigned: true, isDouble: false)
    case Opcode.i64TruncF32U: lowerTruncate(to: i64, isSigned: false, isDouble: false)
    case Opcode.i64TruncF64S: lowerTruncate(to: i64, isSigned: true, isDouble: true)
    case Opcode.i64TruncF64U: lowerTruncate(to: i64, isSigned: false, isDouble: true)
    case Opcode.f32ConvertI32S: lowerConvert(from: i32, isSigned: true, isDouble: false)
    case Opcode.f32ConvertI32U: lowerConvert(from: i32, isSigned: false, isDouble: false)
    case Opcode.f32ConvertI64S: lowerConvert(from: i64, isSigned: true, isDouble: false)
    case Opcode.f32ConvertI64U: lowerConvert(from: i64, isSigned: false, isDouble: false)
    case Opcode.f32DemoteF64: lowerDemote()
    case Opcode.f64ConvertI32S: lowerConvert(from: i32, isSigned: true, isDouble: true)
    case Opcode.f64ConvertI32U: lowerConvert(from: i32, isSigned: false, isDouble: true)
    case Opcode.f64ConvertI64S: lowerConvert(from: i64, isSigned: true, isDouble: true)
    case Opcode.f64ConvertI64U: lowerConvert(from: i64, isSigned: false, isDouble: true)
    case Opcode.f64PromoteF32: lowerPromote()
    case Opcode.i32ReinterpretF32: lowerReinterpretToInteger(wide: false)
    case Opcode.i64ReinterpretF64: lowerReinterpretToInteger(wide: true)
    case Opcode.f32ReinterpretI32: lowerReinterpretToFloat(wide: false)
    case Opcode.f64ReinterpretI64: lowerReinterpretToFloat(wide: true)
    case Opcode.i32Extend8S: lowerExtend(.movsx8, i32)
    case Opcode.i32Extend16S: lowerExtend(.movsx16, i32)
    case Opcode.i64Extend8S: lowerExtend(.movsx8, i64)
    case Opcode.i64Extend16S: lowerExtend(.movsx16, i64)
    default: lowerExtend(.movsxd, i64)
    }
  }

  /// Gives the values that the last instruction has left a place of their own: their slots, or
  /// registers.
  @inline(never) private mutating func settleOperands() {
    if config.switches.contains(.spillsOperands) {
      putInSlots(from: canonical, upTo: height)
      canonical = height
    } else {
      var first = height
      while first > canonical {
        let kind = stack[first - 1].kind
        if kind == .register || kind == .slot { break }
        first -= 1
      }
      for d in first..<height {
        asm.reserve(128)
        let entry = stack[d]
        let r = allocate(entry.isFloat)
        move(r, entry)
        replace(d, with: .register(entry.type, r))
      }
    }
    held = .empty
    asm.reserve(512)
  }

  // MARK: Unreachable code

  /// Passes over instructions that cannot be reached, up to the `else` or `end` of the frame, which
  /// it handles.
  ///
  /// Returns true at the function's end.
  private mutating func skipUnreachable() -> Bool {
    var nesting = 0
    while true {
      instruction = pc
      switch skipper.skip(&pc) {
      case Opcode.block, Opcode.loop, Opcode.if, Opcode.tryTable: nesting += 1
      case Opcode.else where nesting == 0:
        recorder.instruction(wasmOffset: wasmOffset, codeOffset: codeOffset)
        lowerElse()
        return false
      case Opcode.end:
        if nesting == 0 {
          recorder.instruction(wasmOffset: wasmOffset, codeOffset: codeOffset)
          return lowerEnd()
        }
        nesting -= 1
      default: break
      }
    }
  }
}
