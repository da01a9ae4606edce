/// The rows by instruction code.
struct VectorTable: @unchecked Sendable {
  private let rows: UnsafeMutablePointer<VectorRow>

  static let shared = VectorTable()

  private init() {
    rows = .allocate(capacity: 256)
    for code in 0..<256 { (rows + code).initialize(to: .special(UInt8(code))) }
    for row in Self.loads + Self.comparisons + Self.integers + Self.widening + Self.floats {
      rows[Int(row.code)] = row
    }
  }

  @inline(__always) subscript(code: UInt8) -> VectorRow { rows[Int(code)] }

  private typealias V = VectorOpcode

  private static var loads: [VectorRow] {
    [
      .load(V.v128Load, .movups, size: 16),
      .load(V.v128Load8x8S, .map38(.p66, 0x20), size: 8),
      .load(V.v128Load8x8U, .map38(.p66, 0x30), size: 8),
      .load(V.v128Load16x4S, .map38(.p66, 0x23), size: 8),
      .load(V.v128Load16x4U, .map38(.p66, 0x33), size: 8),
      .load(V.v128Load32x2S, .map38(.p66, 0x25), size: 8),
      .load(V.v128Load32x2U, .map38(.p66, 0x35), size: 8),
      .load(V.v128Load64Splat, .duplicateLow64, size: 8),
      .load(V.v128Load32Zero, .scalar(0x10, false), size: 4),
      .load(V.v128Load64Zero, .scalar(0x10, true), size: 8),
    ]
  }

  private static var comparisons: [VectorRow] {
    /// eq, ne, lt_s, lt_u, gt_s, gt_u, le_s, le_u, ge_s, ge_u: what follows `first`.
    func ordered(
      _ first: UInt8, equal: Encoding, greater: Encoding, minimum: (Encoding, Encoding),
      maximum: (Encoding, Encoding)
    ) -> [VectorRow] {
      [
        .binary(first, equal, commutes: true),
        .binary(first + 1, equal, commutes: true, inverts: true),
        .binary(first + 2, greater, swaps: true),
        .absorbs(first + 3, maximum.1, equal: equal, inverts: true),
        .binary(first + 4, greater),
        .absorbs(first + 5, minimum.1, equal: equal, inverts: true),
        .absorbs(first + 6, minimum.0, equal: equal),
        .absorbs(first + 7, minimum.1, equal: equal),
        .absorbs(first + 8, maximum.0, equal: equal),
        .absorbs(first + 9, maximum.1, equal: equal),
      ]
    }
    /// eq, ne, lt, gt, le, ge by the predicates of CMPPS.
    func floats(_ first: UInt8, isDouble: Bool) -> [VectorRow] {
      let form = Encoding.compareFloats(isDouble)
      return [
        .binary(first, form, commutes: true, immediate: 0),
        .binary(first + 1, form, commutes: true, immediate: 4),
        .binary(first + 2, form, immediate: 1),
        .binary(first + 3, form, swaps: true, immediate: 1),
        .binary(first + 4, form, immediate: 2),
        .binary(first + 5, form, swaps: true, immediate: 2),
      ]
    }
    return ordered(
      V.i8x16Eq, equal: .compareEqual8, greater: .integers(0x64),
      minimum: (.map38(.p66, 0x38), .integers(0xDA)),
      maximum: (.map38(.p66, 0x3C), .integers(0xDE)))
      + ordered(
        V.i16x8Eq, equal: .compareEqual16, greater: .integers(0x65),
        minimum: (.integers(0xEA), .map38(.p66, 0x3A)),
        maximum: (.integers(0xEE), .map38(.p66, 0x3E)))
      + ordered(
        V.i32x4Eq, equal: .compareEqual32, greater: .compareGreater32,
        minimum: (.map38(.p66, 0x39), .map38(.p66, 0x3B)),
        maximum: (.map38(.p66, 0x3D), .map38(.p66, 0x3F)))
      + floats(V.f32x4Eq, isDouble: false) + floats(V.f64x2Eq, isDouble: true) + [
        .binary(V.i64x2Eq, .compareEqual64, commutes: true),
        .binary(V.i64x2Ne, .compareEqual64, commutes: true, inverts: true),
      ]
  }

  private static var integers: [VectorRow] {
    [
      .binary(V.v128And, .and, commutes: true),
      .binary(V.v128Andnot, .andNot, swaps: true),
      .binary(V.v128Or, .or, commutes: true),
      .binary(V.v128Xor, .pxor, commutes: true),

      .unary(V.i8x16Abs, .map38(.p66, 0x1C)),
      .binary(V.i8x16NarrowI16x8S, .packSigned16),
      .binary(V.i8x16NarrowI16x8U, .packUnsigned16),
      .binary(V.i8x16Add, .integers(0xFC), commutes: true),
      .binary(V.i8x16AddSatS, .integers(0xEC), commutes: true),
      .binary(V.i8x16AddSatU, .integers(0xDC), commutes: true),
      .binary(V.i8x16Sub, .sub8),
      .binary(V.i8x16SubSatS, .integers(0xE8)),
      .binary(V.i8x16SubSatU, .integers(0xD8)),
      .binary(V.i8x16MinS, .map38(.p66, 0x38), commutes: true),
      .binary(V.i8x16MinU, .integers(0xDA), commutes: true),
      .binary(V.i8x16MaxS, .map38(.p66, 0x3C), commutes: true),
      .binary(V.i8x16MaxU, .integers(0xDE), commutes: true),
      .binary(V.i8x16AvgrU, .integers(0xE0), commutes: true),

      .unary(V.i16x8Abs, .map38(.p66, 0x1D)),
      .binary(V.i16x8NarrowI32x4S, .integers(0x6B)),
      .binary(V.i16x8NarrowI32x4U, .map38(.p66, 0x2B)),
      .binary(V.i16x8Add, .add16, commutes: true),
      .binary(V.i16x8AddSatS, .integers(0xED), commutes: true),
      .binary(V.i16x8AddSatU, .integers(0xDD), commutes: true),
      .binary(V.i16x8Sub, .integers(0xF9)),
      .binary(V.i16x8SubSatS, .integers(0xE9)),
      .binary(V.i16x8SubSatU, .integers(0xD9)),
      .binary(V.i16x8Mul, .integers(0xD5), commutes: true),
      .binary(V.i16x8MinS, .integers(0xEA), commutes: true),
      .binary(V.i16x8MinU, .map38(.p66, 0x3A), commutes: true),
      .binary(V.i16x8MaxS, .integers(0xEE), commutes: true),
      .binary(V.i16x8MaxU, .map38(.p66, 0x3E), commutes: true),
      .binary(V.i16x8AvgrU, .integers(0xE3), commutes: true),

      .unary(V.i32x4Abs, .map38(.p66, 0x1E)),
      .binary(V.i32x4Add, .add32, commutes: true),
      .binary(V.i32x4Sub, .sub32),
      .binary(V.i32x4Mul, .map38(.p66, 0x40), commutes: true),
      .binary(V.i32x4MinS, .map38(.p66, 0x39), commutes: true),
      .binary(V.i32x4MinU, .map38(.p66, 0x3B), commutes: true),
      .binary(V.i32x4MaxS, .map38(.p66, 0x3D), commutes: true),
      .binary(V.i32x4MaxU, .map38(.p66, 0x3F), commutes: true),
      .binary(V.i32x4DotI16x8S, .integers(0xF5), commutes: true),

      .binary(V.i64x2Add, .add64, commutes: true),
      .binary(V.i64x2Sub, .sub64),
    ]
  }

  private static var widening: [VectorRow] {
    /// Signed low, signed high, unsigned low, unsigned high: what follows the two codes.
    func rows(
      extend: UInt8, multiply: UInt8, low: UInt8, high: UInt8, _ upper: VectorWidening.Upper,
      product: Encoding
    ) -> [VectorRow] {
      let signed = VectorWidening(
        low: .map38(.p66, low), high: .integers(high), upper: upper)
      let unsigned = VectorWidening(
        low: .map38(.p66, low + 0x10), high: .integers(high), upper: .zeros)
      return [
        .unary(extend, signed.low), .widenHigh(extend + 1, signed),
        .unary(extend + 2, unsigned.low), .widenHigh(extend + 3, unsigned),
        .product(multiply, product, signed),
        .product(multiply + 1, product, signed, isHigh: true),
        .product(multiply + 2, product, unsigned),
        .product(multiply + 3, product, unsigned, isHigh: true),
      ]
    }
    return rows(
      extend: V.i16x8ExtendLowI8x16S, multiply: V.i16x8ExtmulLowI8x16S,
      low: 0x20, high: 0x68, .sign(.signed16, 8), product: .integers(0xD5))
      + rows(
        extend: V.i32x4ExtendLowI16x8S, multiply: V.i32x4ExtmulLowI16x8S,
        low: 0x23, high: 0x69, .sign(.signed32, 16), product: .map38(.p66, 0x40))
      // The 64-bit products need no widening: they are special.
      + rows(
        extend: V.i64x2ExtendLowI32x4S, multiply: V.i64x2ExtmulLowI32x4S,
        low: 0x25, high: 0x6A, .movedDown, product: .multiplyUnsigned32
      ).prefix(4)
  }

  private static var floats: [VectorRow] {
    /// abs, neg, sqrt, add, sub, mul, div, pmin, pmax: what follows `first`.
    func arithmetic(_ first: UInt8, isDouble: Bool) -> [VectorRow] {
      let sign: UInt64 = isDouble ? 1 << 63 : 0x8000_0000_8000_0000
      return [
        .masked(first, .packed(0x54, isDouble), ~sign),
        .masked(first + 1, .packed(0x57, isDouble), sign),
        .unary(first + 3, .packed(0x51, isDouble)),
        // Which of two NaNs comes out depends on their order.
        .binary(first + 4, .packed(0x58, isDouble)),
        .binary(first + 5, .packed(0x5C, isDouble)),
        .binary(first + 6, .packed(0x59, isDouble)),
        .binary(first + 7, .packed(0x5E, isDouble)),
        // The machine's give the second operand if none is smaller (or greater).
        .binary(first + 10, .packed(0x5D, isDouble), swaps: true),
        .binary(first + 11, .packed(0x5F, isDouble), swaps: true),
      ]
    }
    let (round, roundDouble) = (Encoding.map3A(.p66, 0x08), Encoding.map3A(.p66, 0x09))
    return arithmetic(V.f32x4Abs, isDouble: false) + arithmetic(V.f64x2Abs, isDouble: true) + [
      .unary(V.f32x4Ceil, round, immediate: 10),
      .unary(V.f32x4Floor, round, immediate: 9),
      .unary(V.f32x4Trunc, round, immediate: 11),
      .unary(V.f32x4Nearest, round, immediate: 8),
      .unary(V.f64x2Ceil, roundDouble, immediate: 10),
      .unary(V.f64x2Floor, roundDouble, immediate: 9),
      .unary(V.f64x2Trunc, roundDouble, immediate: 11),
      .unary(V.f64x2Nearest, roundDouble, immediate: 8),
      .unary(V.f32x4DemoteF64x2Zero, .packed(0x5A, true)),
      .unary(V.f64x2PromoteLowF32x4, .packed(0x5A, false)),
      .unary(V.f32x4ConvertI32x4S, .convertToFloats),
      .unary(V.f64x2ConvertLowI32x4S, .two(.pF3, 0xE6)),
    ]
  }
}
