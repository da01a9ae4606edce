/// Single lanes: splat, extract, replace; and lanes in another order.
extension FunctionCompiler {
  /// Loads a constant of the compiler's own.
  mutating func loadLiteral(_ to: Register, _ bits: UInt128) {
    let field = hasAVX ? asm.vrip(.movaps, false, to, .none) : asm.rip(.movaps, false, to)
    use(bits, at: field)
  }

  // MARK: Splat

  /// Copies the lowest byte to all others.
  mutating func splatByte(_ r: Register) {
    let zeros = allocate(true)
    zero(zeros)
    combine(.shuffleBytes, r, r, zeros)
  }
  /// Copies the lowest 16 bits to all others.
  mutating func splatWord(_ r: Register) {
    convert(.shuffleLow16, r, r, 0)
    convert(.shuffle32, r, r, 0)
  }

  mutating func lowerSplat(_ code: UInt8) {
    typealias V = VectorOpcode
    let x = inRegister(pop())
    if x.isFloat {
      let to = destination(true, reusing: x)
      if code == V.f32x4Splat {
        convert(.shuffle32, to.register, x.base, 0)
      } else {
        convert(.duplicateLow64, to.register, x.base)
      }
      return finish(to, Code.v128)
    }
    let result = allocate(true)
    asm.rr(.movToXMM, code == V.i64x2Splat, result, x.base)
    switch code {
    case V.i8x16Splat: splatByte(result)
    case V.i16x8Splat: splatWord(result)
    case V.i32x4Splat: convert(.shuffle32, result, result, 0)
    default: convert(.shuffle32, result, result, 0x44)
    }
    finishIn(result, Code.v128)
  }

  // MARK: Extract and replace

  mutating func lowerLane(_ code: UInt8) {
    typealias V = VectorOpcode
    let lane = pc[0]
    pc += 1
    switch code {
    case V.i8x16ExtractLaneS, V.i8x16ExtractLaneU:
      extract(.map3A(.p66, 0x14), lane, .movsx8, isSigned: code == V.i8x16ExtractLaneS)
    case V.i16x8ExtractLaneS, V.i16x8ExtractLaneU:
      extract(.map3A(.p66, 0x15), lane, .movsx16, isSigned: code == V.i16x8ExtractLaneS)
    case V.i32x4ExtractLane: extractWide(lane, Code.i32)
    case V.i64x2ExtractLane: extractWide(lane, Code.i64)
    case V.f32x4ExtractLane: extractFloat(lane, lane, Code.f32)
    case V.f64x2ExtractLane: extractFloat(lane, 0xEE, Code.f64)
    case V.i8x16ReplaceLane: replace(.map3A(.p66, 0x20), lane, wide: false)
    case V.i16x8ReplaceLane: replace(.integers(0xC4), lane, wide: false)
    case V.i32x4ReplaceLane: replace(.map3A(.p66, 0x22), lane, wide: false)
    case V.i64x2ReplaceLane: replace(.map3A(.p66, 0x22), lane, wide: true)
    case V.f32x4ReplaceLane: replaceFloat(lane)
    default: replaceDouble(lane)
    }
  }

  private mutating func extract(
    _ form: Encoding, _ lane: UInt8, _ extend: Encoding, isSigned: Bool
  ) {
    let x = register(pop())
    let to = destination(false)
    asm.rr(form, false, x, to.register)
    asm.byte(lane)
    if isSigned { asm.rr(extend, false, to.register, to.register) }
    finish(to, Code.i32)
  }

  private mutating func extractWide(_ lane: UInt8, _ type: UInt8) {
    let x = register(pop())
    let to = destination(false)
    let wide = type == Code.i64
    if lane == 0 {
      asm.rr(.movFromXMM, wide, x, to.register)
    } else {
      asm.rr(.map3A(.p66, 0x16), wide, x, to.register)
      asm.byte(lane)
    }
    finish(to, type)
  }

  private mutating func extractFloat(_ lane: UInt8, _ order: UInt8, _ type: UInt8) {
    let x = inRegister(pop())
    let to = destination(true, reusing: x)
    if lane != 0 {
      convert(.shuffle32, to.register, x.base, order)
    } else if to.register != x.base {
      copyFloat(to.register, x.base)
    }
    finish(to, type)
  }

  private mutating func replace(_ form: Encoding, _ lane: UInt8, wide: Bool) {
    let value = register(pop())
    let x = inRegister(pop())
    let to = destination(true, reusing: x)
    if hasAVX {
      asm.vrr(form, wide, to.register, x.base, value)
    } else {
      if to.register != x.base { asm.rr(.movaps, false, to.register, x.base) }
      asm.rr(form, wide, to.register, value)
    }
    asm.byte(lane)
    finish(to, Code.v128)
  }

  private mutating func replaceFloat(_ lane: UInt8) {
    let value = register(pop())
    let x = ownedRegister(pop())
    combine(.map3A(.p66, 0x21), x, x, value)
    asm.byte(lane << 4)
    finishIn(x, Code.v128)
  }

  private mutating func replaceDouble(_ lane: UInt8) {
    let value = register(pop())
    let x = ownedRegister(pop())
    combine(lane == 0 ? .scalar(0x10, true) : .packed(0x14, true), x, x, value)
    finishIn(x, Code.v128)
  }

  // MARK: Order

  /// Indices of 16 and above, which the machine takes modulo 16, get their top bit set: that gives 0.
  mutating func lowerSwizzle() {
    let indices = ownedRegister(pop())
    let x = register(pop())
    combine(.integers(0xDC), indices, indices, literal: repeated(0x70 as UInt8))
    let result = allocate(true)
    combine(.shuffleBytes, result, x, indices)
    finishIn(result, Code.v128)
  }

  mutating func lowerShuffle() {
    var lanes = InlineArray<16, UInt8>(repeating: 0)
    for i in 0..<16 { lanes[i] = pc[i] }
    pc += 16
    let b = inRegister(pop())
    let a = inRegister(pop())
    if a.base == b.base { for i in 0..<16 { lanes[i] &= 15 } }
    let shuffle = VectorShuffle(lanes)
    switch shuffle.plan {
    case .one(let isSecond):
      let x = isSecond ? b : a
      let to = destination(true, reusing: x)
      combine(.shuffleBytes, to.register, x.base, literal: shuffle.selection(isSecond: isSecond))
      finish(to, Code.v128)
    case .copy(let isSecond):
      finishIn(ownedRegister(isSecond ? b : a), Code.v128)
    case .immediate(let form, let isSecond, let immediate):
      let x = isSecond ? b : a
      let to = destination(true, reusing: x)
      convert(form, to.register, x.base, immediate)
      finish(to, Code.v128)
    case .both(let form, let swaps, let immediate):
      let second = swaps ? a.base : b.base
      let first = ownedRegister(swaps ? b : a)
      combine(form, first, first, second)
      if let immediate { asm.byte(immediate) }
      finishIn(first, Code.v128)
    case .evenLanes(let form, let mask):
      let second = ownedRegister(b)
      let first = ownedRegister(a)
      combine(.and, first, first, literal: repeated(mask))
      combine(.and, second, second, literal: repeated(mask))
      combine(form, first, first, second)
      finishIn(first, Code.v128)
    case .general:
      let second = ownedRegister(b)
      let first = ownedRegister(a)
      combine(.shuffleBytes, first, first, literal: shuffle.selection(isSecond: false))
      combine(.shuffleBytes, second, second, literal: shuffle.selection(isSecond: true))
      combine(.or, first, first, second)
      finishIn(first, Code.v128)
    }
  }
}
