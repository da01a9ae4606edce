/// The main loop of walk 2: one opcode after the other.
extension FunctionCompiler {
  mutating func compileBody() {
    while true {
      asm.reserve(512)
      instruction = pc
      held = .empty
      if control[depth - 1].isUnreachable {
        if skipUnreachable() { return }
        continue
      }
      if config.spillEverything && canonical < height && stack[height - 1].kind != .flags {
        putInSlots(from: canonical, upTo: height)
        canonical = height
        asm.reserve(512)
      }
      recorder.instruction(wasmOffset: wasmOffset, codeOffset: codeOffset)
      let opcode = pc[0]
      pc += 1
      if lower(opcode) { return }
    }
  }

  /// Translates one instruction; returns true at the function's end.
  @inline(__always) private mutating func lower(_ opcode: UInt8) -> Bool {
    switch opcode {
    case 0x20: lowerLocalGet()
    case 0x21: lowerLocalSet(isTee: false)
    case 0x22: lowerLocalSet(isTee: true)
    case 0x41: push(.constant(0x7F, Int64(UInt32(truncatingIfNeeded: readS64(&pc)))))
    case 0x42: push(.constant(0x7E, readS64(&pc)))
    case 0x6A: lowerAdd(0x7F)
    case 0x28: lowerLoad(.load, wide: false, size: 4, 0x7F)
    case 0x36: lowerStore(size: 4)
    case 0x0B: return lowerEnd()
    case 0x0D: lowerBrIf(Int(readU32(&pc)))
    case 0x02: lowerBlock()
    case 0x03: lowerLoop()
    case 0x10: lowerCall()
    default: lowerRarer(opcode)
    }
    return false
  }

  @inline(never) private mutating func lowerRarer(_ opcode: UInt8) {
    switch opcode {
    case 0x00: lowerUnreachable()
    case 0x01: break
    case 0x04: lowerIf()
    case 0x05: lowerElse()
    case 0x0C: lowerBr(Int(readU32(&pc)))
    case 0x0E: lowerBrTable()
    case 0x0F: lowerReturn()
    case 0x11: lowerCallIndirect()
    case 0x1A: _ = pop()
    case 0x1B: lowerSelect()
    case 0x1C:
      let typeCount = Int(readU32(&pc))
      pc += typeCount
      lowerSelect()
    case 0x23: lowerGlobalGet()
    case 0x24: lowerGlobalSet()
    case 0x25: lowerTableGet()
    case 0x26: lowerTableSet()
    case 0x29...0x40: lowerMemory(opcode)
    case 0x43:
      push(
        .constant(
          0x7D, Int64(UnsafeRawPointer(pc).loadUnaligned(as: UInt32.self))))
      pc += 4
    case 0x44:
      push(.constant(0x7C, UnsafeRawPointer(pc).loadUnaligned(as: Int64.self)))
      pc += 8
    case 0x45...0x66: lowerComparison(opcode)
    case 0x67...0x78: lowerInteger(opcode, 0x7F)
    case 0x79...0x8A: lowerInteger(opcode - 0x12, 0x7E)
    case 0x8B...0xA6: lowerFloat(opcode)
    case 0xA7...0xC4: lowerConversion(opcode)
    case 0xD0: lowerRefNull()
    case 0xD1: lowerRefIsNull()
    case 0xD2: lowerRefFunc()
    case 0xFC: lowerPrefixed()
    default: preconditionFailure("validation lets no opcode \(opcode) pass")
    }
  }

  private mutating func lowerMemory(_ opcode: UInt8) {
    switch opcode {
    case 0x29: lowerLoad(.load, wide: true, size: 8, 0x7E)
    case 0x2A: lowerFloatLoad(isDouble: false)
    case 0x2B: lowerFloatLoad(isDouble: true)
    case 0x2C: lowerLoad(.movsx8, wide: false, size: 1, 0x7F)
    case 0x2D: lowerLoad(.movzx8, wide: false, size: 1, 0x7F)
    case 0x2E: lowerLoad(.movsx16, wide: false, size: 2, 0x7F)
    case 0x2F: lowerLoad(.movzx16, wide: false, size: 2, 0x7F)
    case 0x30: lowerLoad(.movsx8, wide: true, size: 1, 0x7E)
    case 0x31: lowerLoad(.movzx8, wide: false, size: 1, 0x7E)
    case 0x32: lowerLoad(.movsx16, wide: true, size: 2, 0x7E)
    case 0x33: lowerLoad(.movzx16, wide: false, size: 2, 0x7E)
    case 0x34: lowerLoad(.movsxd, wide: true, size: 4, 0x7E)
    case 0x35: lowerLoad(.load, wide: false, size: 4, 0x7E)
    case 0x37: lowerStore(size: 8)
    case 0x38: lowerFloatStore(isDouble: false)
    case 0x39: lowerFloatStore(isDouble: true)
    case 0x3A, 0x3C: lowerStore(size: 1)
    case 0x3B, 0x3D: lowerStore(size: 2)
    case 0x3E: lowerStore(size: 4)
    case 0x3F: lowerMemorySize()
    default: lowerMemoryGrow()
    }
  }

  /// The order eq ne lt_s lt_u gt_s gt_u le_s le_u ge_s ge_u as condition codes, 4 bits each.
  private static var integerConditions: UInt64 { 0x3D_6E_7F_2C_54 }

  private mutating func lowerComparison(_ opcode: UInt8) {
    switch opcode {
    case 0x45: lowerEqz(0x7F)
    case 0x50: lowerEqz(0x7E)
    case 0x46...0x4F, 0x51...0x5A:
      let wide = opcode > 0x50
      let order = opcode - (wide ? 0x51 : 0x46)
      let code = UInt8((Self.integerConditions >> UInt64(order * 4)) & 15)
      lowerCompare(Condition(code), wide ? 0x7E : 0x7F)
    default:
      let isDouble = opcode >= 0x61
      switch opcode - (isDouble ? 0x61 : 0x5B) {
      case 0: lowerFloatCompare(.floatEqual, swapped: false, isDouble: isDouble)
      case 1: lowerFloatCompare(.floatNotEqual, swapped: false, isDouble: isDouble)
      case 2: lowerFloatCompare(.above, swapped: true, isDouble: isDouble)
      case 3: lowerFloatCompare(.above, swapped: false, isDouble: isDouble)
      case 4: lowerFloatCompare(.aboveOrEqual, swapped: true, isDouble: isDouble)
      default: lowerFloatCompare(.aboveOrEqual, swapped: false, isDouble: isDouble)
      }
    }
  }

  /// Opcodes 67 (clz) to 78 (rotr); those of i64 are 12 higher.
  private mutating func lowerInteger(_ opcode: UInt8, _ type: UInt8) {
    switch opcode {
    case 0x67: lowerClz(type)
    case 0x68: lowerCtz(type)
    case 0x69: lowerPopcnt(type)
    case 0x6A: lowerAdd(type)
    case 0x6B: lowerSub(type)
    case 0x6C: lowerMul(type)
    case 0x6D: lowerDivide(type, isSigned: true, isRemainder: false)
    case 0x6E: lowerDivide(type, isSigned: false, isRemainder: false)
    case 0x6F: lowerDivide(type, isSigned: true, isRemainder: true)
    case 0x70: lowerDivide(type, isSigned: false, isRemainder: true)
    case 0x71: lowerLogic(.and, type)
    case 0x72: lowerLogic(.or, type)
    case 0x73: lowerLogic(.xor, type)
    case 0x74: lowerShift(.shl, type)
    case 0x75: lowerShift(.sar, type)
    case 0x76: lowerShift(.shr, type)
    case 0x77: lowerShift(.rol, type)
    default: lowerShift(.ror, type)
    }
  }

  private mutating func lowerFloat(_ opcode: UInt8) {
    let isDouble = opcode >= 0x99
    switch opcode - (isDouble ? 0x99 : 0x8B) {
    case 0: lowerSign(isAbsolute: true, isDouble: isDouble)
    case 1: lowerSign(isAbsolute: false, isDouble: isDouble)
    case 2: lowerRound(10, isDouble: isDouble)
    case 3: lowerRound(9, isDouble: isDouble)
    case 4: lowerRound(11, isDouble: isDouble)
    case 5: lowerRound(8, isDouble: isDouble)
    case 6: lowerSqrt(isDouble: isDouble)
    case 7: lowerFloatBinary(0x58, isDouble: isDouble)
    case 8: lowerFloatBinary(0x5C, isDouble: isDouble)
    case 9: lowerFloatBinary(0x59, isDouble: isDouble)
    case 10: lowerFloatBinary(0x5E, isDouble: isDouble)
    case 11: lowerMinMax(isMaximum: false, isDouble: isDouble)
    case 12: lowerMinMax(isMaximum: true, isDouble: isDouble)
    default: lowerCopysign(isDouble: isDouble)
    }
  }

  private mutating func lowerConversion(_ opcode: UInt8) {
    switch opcode {
    case 0xA7: lowerWrap()
    case 0xA8...0xAB:
      lowerTruncate(to: 0x7F, isSigned: opcode & 1 == 0, isDouble: opcode >= 0xAA)
    case 0xAC: lowerExtend(.movsxd, 0x7E)
    case 0xAD: lowerExtendUnsigned()
    case 0xAE...0xB1:
      lowerTruncate(to: 0x7E, isSigned: opcode & 1 == 0, isDouble: opcode >= 0xB0)
    case 0xB2...0xB5:
      lowerConvert(
        from: opcode < 0xB4 ? 0x7F : 0x7E, isSigned: opcode & 1 == 0, isDouble: false)
    case 0xB6: lowerDemote()
    case 0xB7...0xBA:
      lowerConvert(from: opcode < 0xB9 ? 0x7F : 0x7E, isSigned: opcode & 1 != 0, isDouble: true)
    case 0xBB: lowerPromote()
    case 0xBC: lowerReinterpretToInteger(wide: false)
    case 0xBD: lowerReinterpretToInteger(wide: true)
    case 0xBE: lowerReinterpretToFloat(wide: false)
    case 0xBF: lowerReinterpretToFloat(wide: true)
    case 0xC0: lowerExtend(.movsx8, 0x7F)
    case 0xC1: lowerExtend(.movsx16, 0x7F)
    case 0xC2: lowerExtend(.movsx8, 0x7E)
    case 0xC3: lowerExtend(.movsx16, 0x7E)
    default: lowerExtend(.movsxd, 0x7E)
    }
  }

  // MARK: Unreachable code

  /// Passes over instructions that cannot be reached, up to the `else` or `end` of the frame, which
  /// it handles. Returns true at the function's end.
  private mutating func skipUnreachable() -> Bool {
    var nesting = 0
    while true {
      instruction = pc
      let opcode = pc[0]
      pc += 1
      switch opcode {
      case 0x02, 0x03, 0x04:
        nesting += 1
        _ = readS64(&pc)
      case 0x05 where nesting == 0:
        recorder.instruction(wasmOffset: wasmOffset, codeOffset: codeOffset)
        lowerElse()
        return false
      case 0x0B:
        if nesting == 0 {
          recorder.instruction(wasmOffset: wasmOffset, codeOffset: codeOffset)
          return lowerEnd()
        }
        nesting -= 1
      default: skipImmediates(opcode)
      }
    }
  }

  /// Steps over the immediates of an instruction that opens no frame.
  private mutating func skipImmediates(_ opcode: UInt8) {
    switch opcode {
    case 0x0C, 0x0D, 0x10, 0x20...0x26, 0xD2: _ = readU32(&pc)
    case 0x0E:
      let count = readU32(&pc)
      for _ in 0...count { _ = readU32(&pc) }
    case 0x11, 0x28...0x3E:
      _ = readU32(&pc)
      _ = readU32(&pc)
    case 0x1C:
      let typeCount = Int(readU32(&pc))
      pc += typeCount
    case 0x3F, 0x40, 0xD0: pc += 1
    case 0x41, 0x42: _ = readS64(&pc)
    case 0x43: pc += 4
    case 0x44: pc += 8
    case 0xFC:
      switch readU32(&pc) {
      case 8, 10, 12, 14:
        _ = readU32(&pc)
        _ = readU32(&pc)
      case 9, 11, 13, 15, 16, 17: _ = readU32(&pc)
      default: break
      }
    default: break
    }
  }
}
