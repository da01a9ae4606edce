/// Integer vector operations that the machine has no single instruction for.
extension FunctionCompiler {
  mutating func lowerNegate(_ subtract: Encoding) {
    let x = register(pop())
    let result = allocate(true)
    zero(result)
    combine(subtract, result, result, x)
    finishIn(result, Code.v128)
  }

  // MARK: Shifts

  /// The count of a shift in an xmm register, modulo the lanes' width.
  private mutating func shiftCount(_ entry: Entry, bits: Int32, plus extra: Int32 = 0) -> Register {
    let count = ownedRegister(entry)
    let result = allocate(true)
    asm.alu(.and, false, count, immediate: bits - 1)
    if extra != 0 { asm.alu(.add, false, count, immediate: extra) }
    asm.rr(.movToXMM, false, result, count)
    held -= count.bit
    return result
  }

  mutating func lowerVectorShift(_ form: VectorShift, bits: Int32) {
    let count = pop()
    if count.kind == .constant {
      let x = inRegister(pop())
      let to = destination(true, reusing: x)
      let n = UInt8(truncatingIfNeeded: count.value & Int64(bits - 1))
      shift(form, to.register, x.base, by: n)
      return finish(to, Code.v128)
    }
    let x = inRegister(pop())
    let n = shiftCount(count, bits: bits)
    let to = destination(true, reusing: x)
    combineAny(form.form, to.register, x.base, n)
    finish(to, Code.v128)
  }

  /// Shifts of i8x16, which the machine does not have.
  ///
  /// To the left and unsigned: in lanes of 16 bits, without the bits that cross into a neighbour.
  mutating func lowerShiftOfBytes(_ code: UInt8) {
    let count = pop()
    if code == VectorOpcode.i8x16ShrS { return signedShiftOfBytes(count) }
    let isLeft = code == VectorOpcode.i8x16Shl
    if count.kind == .constant {
      let n = UInt8(truncatingIfNeeded: count.value & 7)
      let kept = isLeft ? UInt8.max << n : UInt8.max >> n
      let x = inRegister(pop())
      let to = destination(true, reusing: x)
      shift(isLeft ? .left16 : .right16, to.register, x.base, by: n)
      combine(.and, to.register, to.register, literal: repeated(kept))
      return finish(to, Code.v128)
    }
    let n = shiftCount(count, bits: 8)
    let x = ownedRegister(pop())
    let kept = allocate(true)
    // 0xFF >> n in each byte.
    setOnes(kept)
    combine(VectorShift.right16.form, kept, kept, n)
    shift(.right16, kept, kept, by: 8)
    combine(.packUnsigned16, kept, kept, kept)
    if isLeft {
      combine(.and, x, x, kept)
      combine(VectorShift.left16.form, x, x, n)
    } else {
      combine(VectorShift.right16.form, x, x, n)
      combine(.and, x, x, kept)
    }
    finishIn(x, Code.v128)
  }

  /// Each byte twice in a lane of 16 bits, shifted there and narrowed again.
  private mutating func signedShiftOfBytes(_ count: Entry) {
    let n: Register? = count.kind == .constant ? nil : shiftCount(count, bits: 8, plus: 8)
    let x = ownedRegister(pop())
    let high = allocate(true)
    combine(.integers(0x68), high, x, x)
    combine(.integers(0x60), x, x, x)
    if let n {
      combine(VectorShift.signed16.form, high, high, n)
      combine(VectorShift.signed16.form, x, x, n)
    } else {
      let n = 8 + UInt8(truncatingIfNeeded: count.value & 7)
      shift(.signed16, high, high, by: n)
      shift(.signed16, x, x, by: n)
    }
    combine(.packSigned16, x, x, high)
    finishIn(x, Code.v128)
  }

  /// (a >> n ^ sign) - sign, all unsigned, with the sign bit where it comes to lie.
  mutating func lowerSignedShift64() {
    let count = pop()
    if count.kind == .constant {
      let n = UInt8(truncatingIfNeeded: count.value & 63)
      let sign = UInt128(1 << 63 as UInt64 >> n)
      let x = inRegister(pop())
      let to = destination(true, reusing: x)
      shift(.right64, to.register, x.base, by: n)
      combine(.pxor, to.register, to.register, literal: sign << 64 | sign)
      combine(.sub64, to.register, to.register, literal: sign << 64 | sign)
      return finish(to, Code.v128)
    }
    let n = shiftCount(count, bits: 64)
    let x = ownedRegister(pop())
    let sign = allocate(true)
    setOnes(sign)
    shift(.left64, sign, sign, by: 63)
    combine(VectorShift.right64.form, sign, sign, n)
    combine(VectorShift.right64.form, x, x, n)
    combine(.pxor, x, x, sign)
    combine(.sub64, x, x, sign)
    finishIn(x, Code.v128)
  }

  func repeated(_ byte: UInt8) -> UInt128 { UInt128(byte) * (UInt128.max / 255) }
  func repeated(_ lane: UInt16) -> UInt128 { UInt128(lane) * (UInt128.max / 65535) }
  func repeated(_ lane: UInt32) -> UInt128 { UInt128(lane) * (UInt128.max / UInt128(UInt32.max)) }
  func repeated(_ lane: UInt64) -> UInt128 { UInt128(lane) << 64 | UInt128(lane) }

  // MARK: Sums and products

  /// A table of the sixteen halves of a byte, looked up twice.
  mutating func lowerVectorPopcnt() {
    let low = ownedRegister(pop())
    let high = allocate(true)
    let counts = allocate(true)
    let table: UInt128 = 0x0403_0302_0302_0201_0302_0201_0201_0100
    shift(.right16, high, low, by: 4)
    combine(.and, high, high, literal: repeated(0x0F as UInt8))
    combine(.and, low, low, literal: repeated(0x0F as UInt8))
    loadLiteral(counts, table)
    combine(.shuffleBytes, counts, counts, low)
    loadLiteral(low, table)
    combine(.shuffleBytes, low, low, high)
    combine(.integers(0xFC), low, low, counts)
    finishIn(low, Code.v128)
  }

  mutating func lowerExtadd(_ code: UInt8) {
    typealias V = VectorOpcode
    let (addBytes, addWords) = (Encoding.map38(.p66, 0x04), Encoding.integers(0xF5))
    let ones = repeated(1 as UInt8)
    switch code {
    case V.i16x8ExtaddPairwiseI8x16S:
      // The first operand counts as unsigned.
      let x = register(pop())
      let result = allocate(true)
      loadLiteral(result, ones)
      combine(addBytes, result, result, x)
      finishIn(result, Code.v128)
    case V.i16x8ExtaddPairwiseI8x16U, V.i32x4ExtaddPairwiseI16x8S:
      let x = inRegister(pop())
      let to = destination(true, reusing: x)
      if code == V.i32x4ExtaddPairwiseI16x8S {
        combine(addWords, to.register, x.base, literal: repeated(1 as UInt16))
      } else {
        combine(addBytes, to.register, x.base, literal: ones)
      }
      finish(to, Code.v128)
    default:
      let x = ownedRegister(pop())
      let high = allocate(true)
      shift(.right32, high, x, by: 16)
      combine(.and, x, x, literal: repeated(0xFFFF as UInt32))
      combine(.add32, x, x, high)
      finishIn(x, Code.v128)
    }
  }

  /// The machine's gives -1 where it must saturate: for two times -1.
  mutating func lowerQ15Multiply() {
    let y = register(pop())
    let x = ownedRegister(pop())
    let overflow = allocate(true)
    combine(.map38(.p66, 0x0B), x, x, y)
    combine(.compareEqual16, overflow, x, literal: repeated(0x8000 as UInt16))
    combine(.pxor, x, x, overflow)
    finishIn(x, Code.v128)
  }

  /// low * low + (high * low + low * high << 32).
  mutating func lowerMultiply64() {
    let y = register(pop())
    let x = register(pop())
    let cross = allocate(true)
    let other = allocate(true)
    shift(.right64, cross, x, by: 32)
    combine(.multiplyUnsigned32, cross, cross, y)
    shift(.right64, other, y, by: 32)
    combine(.multiplyUnsigned32, other, other, x)
    combine(.add64, cross, cross, other)
    shift(.left64, cross, cross, by: 32)
    combine(.multiplyUnsigned32, other, x, y)
    combine(.add64, other, other, cross)
    finishIn(other, Code.v128)
  }

  /// Products of 32-bit lanes, which are first brought to the low halves of 64-bit ones.
  mutating func lowerProduct64(_ multiply: Encoding, lanes: UInt8) {
    let y = register(pop())
    let x = register(pop())
    let result = allocate(true)
    let other = allocate(true)
    convert(.shuffle32, result, x, lanes)
    convert(.shuffle32, other, y, lanes)
    combine(multiply, result, result, other)
    finishIn(result, Code.v128)
  }

  // MARK: 64-bit lanes

  /// (a ^ sign) - sign, the sign in all bits of a lane.
  mutating func lowerAbsolute64() {
    let x = ownedRegister(pop())
    let sign = allocate(true)
    convert(.shuffle32, sign, x, 0xF5)
    shift(.signed32, sign, sign, by: 31)
    combine(.pxor, x, x, sign)
    combine(.sub64, x, x, sign)
    finishIn(x, Code.v128)
  }

  /// a > b, with exchanged operands and complemented where asked.
  ///
  /// PCMPGTQ is SSE4.2, which AVX implies. Without it: the upper halves decide; where they are equal,
  /// the borrow of b - a does.
  mutating func lowerCompare64(swaps: Bool, inverts: Bool) {
    let right = register(pop())
    let left = register(pop())
    let (a, b) = swaps ? (right, left) : (left, right)
    let result = allocate(true)
    if hasAVX {
      combine(.map38(.p66, 0x37), result, a, b)
    } else {
      let other = allocate(true)
      combine(.sub64, result, b, a)
      combine(.compareEqual32, other, a, b)
      combine(.and, result, result, other)
      combine(.compareGreater32, other, a, b)
      combine(.or, result, result, other)
      convert(.shuffle32, result, result, 0xF5)
      held -= other.bit
    }
    if inverts {
      let ones = allocate(true)
      setOnes(ones)
      combine(.pxor, result, result, ones)
    }
    finishIn(result, Code.v128)
  }
}
