/// Vector instructions: those that the table expresses, and the way to the others.
extension FunctionCompiler {
  @inline(never) mutating func lowerVector() {
    let code = readU32(&pc)
    code < 0x100 ? lowerVector(UInt8(truncatingIfNeeded: code)) : lowerRelaxedVector(code)
  }

  mutating func lowerVector(_ code: UInt8) {
    let row = VectorTable.shared[code]
    switch row.shape {
    case .special: lowerSpecialVector(code)
    case .binary: lowerVectorBinary(row)
    case .absorbs: lowerAbsorbs(row)
    case .unary: lowerVectorUnary(row)
    case .widenHigh: lowerWidenHigh(row)
    case .product: lowerProduct(row, isHigh: false)
    case .productOfHigh: lowerProduct(row, isHigh: true)
    case .load: lowerVectorLoad(row.form, size: UInt64(row.size))
    case .masked: lowerMasked(row)
    }
  }

  // MARK: By the table

  private mutating func lowerVectorBinary(_ row: VectorRow) {
    let right = pop()
    let left = pop()
    var (a, b) = row.swaps ? (right, left) : (left, right)
    if row.commutes && a.kind == .constant { swap(&a, &b) }
    let x = inRegister(a)
    if b.kind == .constant && b.value != 0 {
      let to = destination(true, reusing: x)
      combine(
        row.form, to.register, x.base, literal: vectorBits(b), immediate: row.immediate)
      return finishComparison(to, row)
    }
    if hasAVX, let m = memory(of: b) {
      let to = destination(true, reusing: x)
      asm.vrm(row.form, false, to.register, x.base, m)
      if let immediate = row.immediate { asm.byte(immediate) }
      return finishComparison(to, row)
    }
    let y = inRegister(b)
    let to = destination(true, reusing: x.kind == .register ? x : y)
    combineAny(row.form, to.register, x.base, y.base, commutes: row.commutes)
    if let immediate = row.immediate { asm.byte(immediate) }
    finishComparison(to, row)
  }

  /// `to = op(a, b)` for any registers: a local that is set next may get that of `b`, even if that
  /// is a temporary.
  mutating func combineAny(
    _ form: Encoding, _ to: Register, _ a: Register, _ b: Register, commutes: Bool = false
  ) {
    if hasAVX || to != b || to == a {
      combine(form, to, a, b)
    } else if commutes {
      asm.rr(form, false, to, a)
    } else {
      let other = allocate(true)
      asm.rr(.movaps, false, other, b)
      combine(form, to, a, other)
    }
  }

  private mutating func finishComparison(_ to: Destination, _ row: VectorRow) {
    if row.inverts { invert(to.register) }
    finish(to, Code.v128)
  }

  /// Complements all bits.
  private mutating func invert(_ r: Register) {
    let ones = allocate(true)
    setOnes(ones)
    combine(.pxor, r, r, ones)
  }

  private mutating func lowerAbsorbs(_ row: VectorRow) {
    let y = register(pop())
    let x = register(pop())
    let result = allocate(true)
    combine(row.form, result, x, y)
    combine(row.second, result, result, x)
    if row.inverts { invert(result) }
    finishIn(result, Code.v128)
  }

  private mutating func lowerVectorUnary(_ row: VectorRow) {
    let x = inRegister(pop())
    let to = destination(true, reusing: x)
    convert(row.form, to.register, x.base)
    if let immediate = row.immediate { asm.byte(immediate) }
    finish(to, Code.v128)
  }

  private mutating func lowerWidenHigh(_ row: VectorRow) {
    let x = inRegister(pop())
    let to = destination(true, reusing: x)
    widenHigh(row.widening, to.register, x.base)
    finish(to, Code.v128)
  }

  /// Widens the upper half: interleaved with zeros; or with itself, and the sign shifted down.
  private mutating func widenHigh(_ widening: VectorWidening, _ to: Register, _ x: Register) {
    switch widening.upper {
    case .zeros:
      let zeros = allocate(true)
      zero(zeros)
      combine(widening.high, to, x, zeros)
      held -= zeros.bit
    case .sign(let form, let bits):
      combine(widening.high, to, x, x)
      shift(form, to, to, by: bits)
    case .movedDown:
      convert(.shuffle32, to, x, 0xEE)
      convert(widening.low, to, to)
    }
  }

  private mutating func lowerProduct(_ row: VectorRow, isHigh: Bool) {
    let y = register(pop())
    let x = register(pop())
    let result = allocate(true)
    let other = allocate(true)
    if isHigh {
      widenHigh(row.widening, result, x)
      widenHigh(row.widening, other, y)
    } else {
      convert(row.widening.low, result, x)
      convert(row.widening.low, other, y)
    }
    combine(row.form, result, result, other)
    finishIn(result, Code.v128)
  }

  private mutating func lowerMasked(_ row: VectorRow) {
    let x = inRegister(pop())
    let to = destination(true, reusing: x)
    combine(
      row.form, to.register, x.base, literal: UInt128(row.mask) << 64 | UInt128(row.mask))
    finish(to, Code.v128)
  }

  // MARK: By functions of their own

  private mutating func lowerSpecialVector(_ code: UInt8) {
    typealias V = VectorOpcode
    switch code {
    case V.v128Const: lowerVectorConst()
    case V.v128Store: lowerVectorStore()
    case V.v128Load8Splat: lowerLoadSplat(.movzx8, size: 1)
    case V.v128Load16Splat: lowerLoadSplat(.movzx16, size: 2)
    case V.v128Load32Splat: lowerLoad32Splat()
    case V.v128Load8Lane...V.v128Load64Lane: lowerLoadLane(code - V.v128Load8Lane)
    case V.v128Store8Lane...V.v128Store64Lane: lowerStoreLane(code - V.v128Store8Lane)
    case V.i8x16Shuffle: lowerShuffle()
    case V.i8x16Swizzle: lowerSwizzle()
    case V.i8x16Splat...V.f64x2Splat: lowerSplat(code)
    case V.i8x16ExtractLaneS...V.f64x2ReplaceLane: lowerLane(code)
    case V.v128Not: lowerNot()
    case V.v128Bitselect: lowerBitselect()
    case V.v128AnyTrue: lowerAnyTrue()
    case V.i8x16AllTrue: lowerAllTrue(.compareEqual8)
    case V.i16x8AllTrue: lowerAllTrue(.compareEqual16)
    case V.i32x4AllTrue: lowerAllTrue(.compareEqual32)
    case V.i64x2AllTrue: lowerAllTrue(.compareEqual64)
    case V.i8x16Bitmask: lowerBitmask(.integers(0xD7))
    case V.i16x8Bitmask: lowerBitmask16()
    case V.i32x4Bitmask: lowerBitmask(.packed(0x50, false))
    case V.i64x2Bitmask: lowerBitmask(.packed(0x50, true))
    case V.i8x16Neg: lowerNegate(.sub8)
    case V.i16x8Neg: lowerNegate(.integers(0xF9))
    case V.i32x4Neg: lowerNegate(.sub32)
    case V.i64x2Neg: lowerNegate(.sub64)
    default: lowerRarerVector(code)
    }
  }

  private mutating func lowerRarerVector(_ code: UInt8) {
    typealias V = VectorOpcode
    switch code {
    case V.i8x16Shl, V.i8x16ShrS, V.i8x16ShrU: lowerShiftOfBytes(code)
    case V.i16x8Shl: lowerVectorShift(.left16, bits: 16)
    case V.i16x8ShrS: lowerVectorShift(.signed16, bits: 16)
    case V.i16x8ShrU: lowerVectorShift(.right16, bits: 16)
    case V.i32x4Shl: lowerVectorShift(.left32, bits: 32)
    case V.i32x4ShrS: lowerVectorShift(.signed32, bits: 32)
    case V.i32x4ShrU: lowerVectorShift(.right32, bits: 32)
    case V.i64x2Shl: lowerVectorShift(.left64, bits: 64)
    case V.i64x2ShrS: lowerSignedShift64()
    case V.i64x2ShrU: lowerVectorShift(.right64, bits: 64)
    case V.i8x16Popcnt: lowerVectorPopcnt()
    case V.i16x8ExtaddPairwiseI8x16S...V.i32x4ExtaddPairwiseI16x8U: lowerExtadd(code)
    case V.i16x8Q15mulrSatS: lowerQ15Multiply()
    case V.i64x2Abs: lowerAbsolute64()
    case V.i64x2Mul: lowerMultiply64()
    case V.i64x2LtS: lowerCompare64(swaps: true, inverts: false)
    case V.i64x2GtS: lowerCompare64(swaps: false, inverts: false)
    case V.i64x2LeS: lowerCompare64(swaps: false, inverts: true)
    case V.i64x2GeS: lowerCompare64(swaps: true, inverts: true)
    case V.i64x2ExtmulLowI32x4S: lowerProduct64(.map38(.p66, 0x28), lanes: 0x50)
    case V.i64x2ExtmulHighI32x4S: lowerProduct64(.map38(.p66, 0x28), lanes: 0xFA)
    case V.i64x2ExtmulLowI32x4U: lowerProduct64(.multiplyUnsigned32, lanes: 0x50)
    case V.i64x2ExtmulHighI32x4U: lowerProduct64(.multiplyUnsigned32, lanes: 0xFA)
    case V.f32x4Min: lowerVectorMinimum(isDouble: false)
    case V.f32x4Max: lowerVectorMaximum(isDouble: false)
    case V.f64x2Min: lowerVectorMinimum(isDouble: true)
    case V.f64x2Max: lowerVectorMaximum(isDouble: true)
    case V.i32x4TruncSatF32x4S: lowerTruncateFloats()
    case V.i32x4TruncSatF32x4U: lowerTruncateFloatsUnsigned()
    case V.f32x4ConvertI32x4U: lowerConvertUnsigned()
    case V.i32x4TruncSatF64x2SZero: lowerTruncateDoubles()
    case V.i32x4TruncSatF64x2UZero: lowerTruncateDoublesUnsigned()
    case V.f64x2ConvertLowI32x4U: lowerConvertUnsignedToDoubles()
    default: preconditionFailure("validation lets no vector code \(code) pass")
    }
  }

  // MARK: Bits

  private mutating func lowerNot() {
    let x = ownedRegister(pop())
    invert(x)
    finishIn(x, Code.v128)
  }

  /// (a ^ b) & mask ^ b.
  private mutating func lowerBitselect() {
    let mask = register(pop())
    let b = register(pop())
    let a = ownedRegister(pop())
    combine(.pxor, a, a, b)
    combine(.and, a, a, mask)
    combine(.pxor, a, a, b)
    finishIn(a, Code.v128)
  }

  private mutating func lowerAnyTrue() {
    let x = register(pop())
    convert(.map38(.p66, 0x17), x, x)
    pushCondition(.notEqual)
  }

  private mutating func lowerAllTrue(_ equal: Encoding) {
    let x = register(pop())
    let zeros = allocate(true)
    zero(zeros)
    combine(equal, zeros, zeros, x)
    convert(.map38(.p66, 0x17), zeros, zeros)
    held -= zeros.bit
    pushCondition(.equal)
  }

  private mutating func lowerBitmask(_ form: Encoding) {
    let x = register(pop())
    let to = destination(false)
    convert(form, to.register, x)
    finish(to, Code.i32)
  }

  private mutating func lowerBitmask16() {
    let x = register(pop())
    let bytes = allocate(true)
    combine(.packSigned16, bytes, x, x)
    let to = destination(false)
    convert(.integers(0xD7), to.register, bytes)
    asm.rr(.movzx8, false, to.register, to.register)
    finish(to, Code.i32)
  }
}
