/// Relaxed vector instructions: of the results that are allowed, always the same one, so that a run
/// can be repeated on any machine (spec 4.4.3, deterministic profile).
extension FunctionCompiler {
  /// The instruction that is not relaxed with the same result; nil for those with code of their own.
  private static func exact(_ code: UInt32) -> UInt8? {
    typealias V = VectorOpcode
    return switch code {
    case 0x100: V.i8x16Swizzle
    case 0x101: V.i32x4TruncSatF32x4S
    case 0x102: V.i32x4TruncSatF32x4U
    case 0x103: V.i32x4TruncSatF64x2SZero
    case 0x104: V.i32x4TruncSatF64x2UZero
    case 0x109...0x10C: V.v128Bitselect
    case 0x10D: V.f32x4Min
    case 0x10E: V.f32x4Max
    case 0x10F: V.f64x2Min
    case 0x110: V.f64x2Max
    case 0x111: V.i16x8Q15mulrSatS
    default: nil
    }
  }

  @inline(never) mutating func lowerRelaxedVector(_ code: UInt32) {
    if let exact = Self.exact(code) { return lowerVector(exact) }
    switch code {
    case 0x105: lowerMultiplyAdd(isNegated: false, isDouble: false)
    case 0x106: lowerMultiplyAdd(isNegated: true, isDouble: false)
    case 0x107: lowerMultiplyAdd(isNegated: false, isDouble: true)
    case 0x108: lowerMultiplyAdd(isNegated: true, isDouble: true)
    case 0x112: lowerRelaxedDot(adds: false)
    default: lowerRelaxedDot(adds: true)
    }
  }

  /// a * b + c, or c - a * b; rounded twice.
  private mutating func lowerMultiplyAdd(isNegated: Bool, isDouble: Bool) {
    let c = register(pop())
    let b = register(pop())
    let a = register(pop())
    let result = allocate(true)
    combine(.packed(0x59, isDouble), result, a, b)
    if isNegated {
      let product = result
      let difference = allocate(true)
      combine(.packed(0x5C, isDouble), difference, c, product)
      return finishIn(difference, Code.v128)
    }
    combine(.packed(0x58, isDouble), result, result, c)
    finishIn(result, Code.v128)
  }

  /// Sums of products of two bytes, the second operand's unsigned, saturating; or four, and `c`.
  private mutating func lowerRelaxedDot(adds: Bool) {
    let c = adds ? register(pop()) : Register.none
    let b = register(pop())
    let a = register(pop())
    let result = allocate(true)
    combine(.map38(.p66, 0x04), result, b, a)
    if adds {
      combine(.integers(0xF5), result, result, literal: Self.ones16)
      combine(.add32, result, result, c)
    }
    finishIn(result, Code.v128)
  }

  /// 1 in each lane of 16 bits.
  private static var ones16: UInt128 {
    UInt128(0x0001_0001_0001_0001) << 64 | UInt128(0x0001_0001_0001_0001)
  }
}
