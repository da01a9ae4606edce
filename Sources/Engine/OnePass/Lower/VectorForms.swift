/// Vectors of 128 bits: moves, constants, and instruction forms with and without AVX.
///
/// Nothing in memory is aligned but the literals, so slots and homes are operands of AVX forms only.
extension FunctionCompiler {
  // MARK: Moves

  @inline(__always) mutating func loadVector(_ to: Register, _ from: Memory) {
    loadVector(.movups, to, from)
  }
  /// Loads by a form of one operand.
  mutating func loadVector(_ form: Encoding, _ to: Register, _ from: Memory) {
    if hasAVX { asm.vrm(form, false, to, .none, from) } else { asm.rm(form, false, to, from) }
  }
  mutating func storeVector(_ to: Memory, _ from: Register) {
    if hasAVX {
      asm.vrm(.movupsStore, false, from, .none, to)
    } else {
      asm.rm(.movupsStore, false, from, to)
    }
  }

  // MARK: Constants

  /// The bytes of a constant, the first in the lowest bits.
  func vectorBits(_ constant: Entry) -> UInt128 {
    guard let bytes = UnsafeRawPointer(bitPattern: Int(constant.value)) else { return 0 }
    let low = bytes.loadUnaligned(as: UInt64.self)
    return UInt128(bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self)) << 64 | UInt128(low)
  }

  /// `v128.const`.
  mutating func lowerVectorConst() {
    let bytes = UnsafeRawPointer(pc)
    let isZero =
      bytes.loadUnaligned(as: UInt64.self) | bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self)
      == 0
    push(.constant(Code.v128, isZero ? 0 : Int64(Int(bitPattern: bytes))))
    pc += 16
  }

  /// Loads a constant that is not zero.
  ///
  /// Leaves the flags alone.
  mutating func loadVectorConstant(_ to: Register, _ constant: Entry) {
    let bits = vectorBits(constant)
    if bits == .max { return setOnes(to) }
    let field = hasAVX ? asm.vrip(.movaps, false, to, .none) : asm.rip(.movaps, false, to)
    use(bits, at: field)
  }

  /// Stores a constant without needing a register.
  mutating func storeVectorConstant(_ to: Memory, _ constant: Entry) {
    let bits = vectorBits(constant)
    storeConstant(to, .constant(Code.i64, Int64(truncatingIfNeeded: bits)))
    storeConstant(
      Memory(to.base, to.displacement + 8),
      .constant(Code.i64, Int64(truncatingIfNeeded: bits >> 64)))
  }

  /// Sets all bits.
  mutating func setOnes(_ r: Register) { combine(.compareEqual32, r, r, r) }

  /// Lets the rip-relative field find a literal; recent equal ones are shared.
  mutating func use(_ bits: UInt128, at field: Int, trailing: Int = 0) {
    let low = UInt64(truncatingIfNeeded: bits)
    let high = UInt64(truncatingIfNeeded: bits >> 64)
    var i = vectorLiterals.count - 1
    let oldest = max(0, vectorLiterals.count - 32)
    while i >= oldest && (vectorLiterals[i].low != low || vectorLiterals[i].high != high) { i -= 1 }
    if i < oldest {
      i = vectorLiterals.count
      vectorLiterals.append(VectorLiteral(low: low, high: high))
    }
    vectorLiteralUses.append(VectorLiteralUse(literal: i, field: field, trailing: trailing))
  }

  /// Places the literals behind the function's code.
  mutating func emitVectorLiterals() {
    if vectorLiterals.count == 0 { return }
    let start = codeOffset
    asm.align(16)
    let first = asm.offset
    for i in 0..<vectorLiterals.count {
      asm.reserve(16)
      asm.quad(vectorLiterals[i].low)
      asm.quad(vectorLiterals[i].high)
    }
    for i in 0..<vectorLiteralUses.count {
      let use = vectorLiteralUses[i]
      asm.patch(use.field, to: first + 16 * use.literal - use.trailing)
    }
    recorder.data(from: start, to: codeOffset)
  }

  // MARK: Forms

  /// `to = op(a, b)`; without AVX `b` must differ from `to` unless `a` is `to` as well.
  @inline(__always)
  mutating func combine(_ form: Encoding, _ to: Register, _ a: Register, _ b: Register) {
    float(form, to, a, b)
  }
  /// `to = op(a, bits)`, the bits as a literal, followed by an immediate if there is one.
  mutating func combine(
    _ form: Encoding, _ to: Register, _ a: Register, literal bits: UInt128, immediate: UInt8? = nil
  ) {
    let field: Int
    if hasAVX {
      field = asm.vrip(form, false, to, a)
    } else {
      if to != a { asm.rr(.movaps, false, to, a) }
      field = asm.rip(form, false, to)
    }
    if let immediate { asm.byte(immediate) }
    use(bits, at: field, trailing: immediate == nil ? 0 : 1)
  }
  /// `to = op(r)`.
  @inline(__always) mutating func convert(_ form: Encoding, _ to: Register, _ r: Register) {
    if hasAVX { asm.vrr(form, false, to, .none, r) } else { asm.rr(form, false, to, r) }
  }
  /// `to = op(r, immediate)`.
  mutating func convert(_ form: Encoding, _ to: Register, _ r: Register, _ immediate: UInt8) {
    convert(form, to, r)
    asm.byte(immediate)
  }
  /// Shifts the lanes of `r` by a number of bits.
  mutating func shift(_ form: VectorShift, _ to: Register, _ r: Register, by count: UInt8) {
    let encoding = Encoding.two(.p66, form.immediateOpcode)
    if hasAVX {
      asm.vrr(encoding, false, Register(form.digit), to, r)
    } else {
      if to != r { asm.rr(.movaps, false, to, r) }
      asm.xr(encoding, false, form.digit, to)
    }
    asm.byte(count)
  }
}

/// A shift of all lanes by the same count (Intel SDM volume 2, PSLLW and its kin).
struct VectorShift {
  /// The opcode of the form with the count in an xmm register.
  var opcode: UInt8
  /// The opcode of the form with an immediate count, and the digit in its ModRM byte.
  var immediateOpcode: UInt8
  var digit: UInt8

  static var left16: VectorShift { VectorShift(opcode: 0xF1, immediateOpcode: 0x71, digit: 6) }
  static var left32: VectorShift { VectorShift(opcode: 0xF2, immediateOpcode: 0x72, digit: 6) }
  static var left64: VectorShift { VectorShift(opcode: 0xF3, immediateOpcode: 0x73, digit: 6) }
  static var right16: VectorShift { VectorShift(opcode: 0xD1, immediateOpcode: 0x71, digit: 2) }
  static var right32: VectorShift { VectorShift(opcode: 0xD2, immediateOpcode: 0x72, digit: 2) }
  static var right64: VectorShift { VectorShift(opcode: 0xD3, immediateOpcode: 0x73, digit: 2) }
  static var signed16: VectorShift { VectorShift(opcode: 0xE1, immediateOpcode: 0x71, digit: 4) }
  static var signed32: VectorShift { VectorShift(opcode: 0xE2, immediateOpcode: 0x72, digit: 4) }

  var form: Encoding { .two(.p66, opcode) }
}

/// The forms that more than one lowering names.
extension Encoding {
  /// An operation on packed integers.
  @inline(__always) static func integers(_ opcode: UInt8) -> Encoding { two(.p66, opcode) }

  static var and: Encoding { integers(0xDB) }
  /// ~a & b.
  static var andNot: Encoding { integers(0xDF) }
  static var or: Encoding { integers(0xEB) }
  static var compareEqual8: Encoding { integers(0x74) }
  static var compareEqual16: Encoding { integers(0x75) }
  static var compareEqual32: Encoding { integers(0x76) }
  static var compareEqual64: Encoding { map38(.p66, 0x29) }
  static var compareGreater32: Encoding { integers(0x66) }
  static var add16: Encoding { integers(0xFD) }
  static var add32: Encoding { integers(0xFE) }
  static var add64: Encoding { integers(0xD4) }
  static var sub8: Encoding { integers(0xF8) }
  static var sub32: Encoding { integers(0xFA) }
  static var sub64: Encoding { integers(0xFB) }
  static var multiplyUnsigned32: Encoding { integers(0xF4) }
  static var shuffle32: Encoding { integers(0x70) }
  static var shuffleLow16: Encoding { two(.pF2, 0x70) }
  static var shuffleBytes: Encoding { map38(.p66, 0x00) }
  static var packSigned16: Encoding { integers(0x63) }
  static var packUnsigned16: Encoding { integers(0x67) }
  static var shuffleFloats: Encoding { two(.none, 0xC6) }
  static var truncateFloats: Encoding { two(.pF3, 0x5B) }
  static var truncateDoubles: Encoding { integers(0xE6) }
  static var convertToFloats: Encoding { two(.none, 0x5B) }
  static var duplicateLow64: Encoding { two(.pF2, 0x12) }
  @inline(__always) static func compareFloats(_ isDouble: Bool) -> Encoding {
    packed(0xC2, isDouble)
  }
}
