/// Float vector operations that need more than one instruction.
extension FunctionCompiler {
  // MARK: Minimum and maximum

  /// The machine's give the second operand for NaN and for two zeros: both orders are merged.
  ///
  /// `or` keeps -0 and makes every NaN a NaN, whose fraction is then cleared but for its top bit.
  mutating func lowerVectorMinimum(isDouble: Bool) {
    let b = register(pop())
    let a = register(pop())
    let result = allocate(true)
    let other = allocate(true)
    combine(.packed(0x5D, isDouble), result, a, b)
    combine(.packed(0x5D, isDouble), other, b, a)
    combine(.packed(0x56, isDouble), result, result, other)
    finishWithPlainNaNs(result, other, isDouble: isDouble)
  }

  /// `sub` of what differs between the orders makes +0 of different zeros and quiets NaNs.
  mutating func lowerVectorMaximum(isDouble: Bool) {
    let b = register(pop())
    let a = register(pop())
    let result = allocate(true)
    let other = allocate(true)
    combine(.packed(0x5F, isDouble), result, a, b)
    combine(.packed(0x5F, isDouble), other, b, a)
    combine(.packed(0x57, isDouble), other, other, result)
    combine(.packed(0x56, isDouble), result, result, other)
    combine(.packed(0x5C, isDouble), result, result, other)
    finishWithPlainNaNs(result, other, isDouble: isDouble)
  }

  /// Makes the NaNs of `result` canonical: `other` may be overwritten, and is NaN at most where
  /// `result` is.
  private mutating func finishWithPlainNaNs(
    _ result: Register, _ other: Register, isDouble: Bool
  ) {
    combine(.compareFloats(isDouble), other, result, result)
    asm.byte(3)  // unordered
    combine(.packed(0x56, isDouble), result, result, other)
    shift(isDouble ? .right64 : .right32, other, other, by: isDouble ? 13 : 10)
    combine(.packed(0x55, isDouble), other, other, result)
    finishIn(other, Code.v128)
  }

  // MARK: Float to integer

  /// The machine answers 0x80000000 to what does not fit: right below, its complement above.
  mutating func lowerTruncateFloats() {
    let x = ownedRegister(pop())
    let isLarge = allocate(true)
    combine(.compareFloats(false), isLarge, x, x)
    asm.byte(0)  // equal: all but NaN
    combine(.and, x, x, isLarge)
    // The top bit is set where x is not negative, and stays so where the result is.
    combine(.pxor, isLarge, isLarge, x)
    convert(.truncateFloats, x, x)
    combine(.and, isLarge, isLarge, x)
    shift(.signed32, isLarge, isLarge, by: 31)
    combine(.pxor, x, x, isLarge)
    finishIn(x, Code.v128)
  }

  /// What is at or above 2^31 comes from x - 2^31, saturated at both ends.
  mutating func lowerTruncateFloatsUnsigned() {
    let x = ownedRegister(pop())
    let rest = allocate(true)
    let mask = allocate(true)
    let twoTo31 = repeated(Float(0x1p31).bitPattern)
    zero(mask)
    combine(.packed(0x5F, false), x, x, mask)
    combine(.packed(0x5C, false), rest, x, literal: twoTo31)
    convert(.truncateFloats, x, x)
    loadLiteral(mask, twoTo31)
    combine(.compareFloats(false), mask, mask, rest)
    asm.byte(2)  // 2^31 <= rest
    convert(.truncateFloats, rest, rest)
    combine(.pxor, rest, rest, mask)
    zero(mask)
    combine(.map38(.p66, 0x3D), rest, rest, mask)
    combine(.add32, x, x, rest)
    finishIn(x, Code.v128)
  }

  /// NaN becomes 0, what is too large the largest value; the machine's answer below is right.
  mutating func lowerTruncateDoubles() {
    let x = ownedRegister(pop())
    let limit = allocate(true)
    combine(.compareFloats(true), limit, x, x)
    asm.byte(0)
    combine(.packed(0x54, true), limit, limit, literal: repeated(2147483647.0.bitPattern))
    combine(.packed(0x5D, true), x, x, limit)
    convert(.truncateDoubles, x, x)
    finishIn(x, Code.v128)
  }

  /// Between 0 and 2^32 - 1, adding 2^52 leaves the integer in the low half of a lane.
  mutating func lowerTruncateDoublesUnsigned() {
    let x = ownedRegister(pop())
    let zeros = allocate(true)
    zero(zeros)
    combine(.packed(0x5F, true), x, x, zeros)
    combine(.packed(0x5D, true), x, x, literal: repeated(4294967295.0.bitPattern))
    convert(.map3A(.p66, 0x09), x, x, 11)
    combine(.packed(0x58, true), x, x, literal: repeated(0x1p52.bitPattern))
    combine(.shuffleFloats, x, x, zeros)
    asm.byte(0x88)
    finishIn(x, Code.v128)
  }

  // MARK: Integer to float

  /// The low 16 bits and half of the rest are exact as floats; the sum rounds once.
  mutating func lowerConvertUnsigned() {
    let x = ownedRegister(pop())
    let low = allocate(true)
    combine(.and, low, x, literal: repeated(0xFFFF as UInt32))
    combine(.sub32, x, x, low)
    convert(.convertToFloats, low, low)
    shift(.right32, x, x, by: 1)
    convert(.convertToFloats, x, x)
    combine(.packed(0x58, false), x, x, x)
    combine(.packed(0x58, false), x, x, low)
    finishIn(x, Code.v128)
  }

  /// As the low half of 2^52, which is then taken away.
  mutating func lowerConvertUnsignedToDoubles() {
    let x = ownedRegister(pop())
    combine(.packed(0x14, false), x, x, literal: repeated(0x4330_0000 as UInt32))
    combine(.packed(0x5C, true), x, x, literal: repeated(0x1p52.bitPattern))
    finishIn(x, Code.v128)
  }
}
