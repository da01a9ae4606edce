import Engine

/// Integer lanes (spec 4.3.2, 4.4.3). `S` is the signed type of a lane.
extension Machine {
  mutating func vectorArithmetic(_ code: Int) {
    switch code {
    case 0x60...0x66: integers(Int8.self, code - 0x60)
    case 0x6B...0x73, 0x76...0x79, 0x7B: integers(Int8.self, code - 0x60)
    case 0x7C: addPairs(Int8.self, Int16.self)
    case 0x7D: addPairs(UInt8.self, UInt16.self)
    case 0x7E: addPairs(Int16.self, Int32.self)
    case 0x7F: addPairs(UInt16.self, UInt32.self)
    case 0x82: each2(Int16.self) { a, b in Int16(clamping: (Int(a) * Int(b) + 0x4000) >> 15) }
    case 0x87: extend(Int8.self, Int16.self, from: 0)
    case 0x88: extend(Int8.self, Int16.self, from: 8)
    case 0x89: extend(UInt8.self, UInt16.self, from: 0)
    case 0x8A: extend(UInt8.self, UInt16.self, from: 8)
    case 0x94: floats(Double.self, unary: 5)
    case 0x9C: multiply(Int8.self, Int16.self, from: 0)
    case 0x9D: multiply(Int8.self, Int16.self, from: 8)
    case 0x9E: multiply(UInt8.self, UInt16.self, from: 0)
    case 0x9F: multiply(UInt8.self, UInt16.self, from: 8)
    case 0x80...0x9B: integers(Int16.self, code - 0x80)
    case 0xA7: extend(Int16.self, Int32.self, from: 0)
    case 0xA8: extend(Int16.self, Int32.self, from: 4)
    case 0xA9: extend(UInt16.self, UInt32.self, from: 0)
    case 0xAA: extend(UInt16.self, UInt32.self, from: 4)
    case 0xBA: dot()
    case 0xBC: multiply(Int16.self, Int32.self, from: 0)
    case 0xBD: multiply(Int16.self, Int32.self, from: 4)
    case 0xBE: multiply(UInt16.self, UInt32.self, from: 0)
    case 0xBF: multiply(UInt16.self, UInt32.self, from: 4)
    case 0xA0...0xB9: integers(Int32.self, code - 0xA0)
    case 0xC7: extend(Int32.self, Int64.self, from: 0)
    case 0xC8: extend(Int32.self, Int64.self, from: 2)
    case 0xC9: extend(UInt32.self, UInt64.self, from: 0)
    case 0xCA: extend(UInt32.self, UInt64.self, from: 2)
    // eq, ne, lt_s, gt_s, le_s, ge_s.
    case 0xD6...0xDB: compare(Int64.self, [0, 1, 2, 4, 6, 8][code - 0xD6])
    case 0xDC: multiply(Int32.self, Int64.self, from: 0)
    case 0xDD: multiply(Int32.self, Int64.self, from: 2)
    case 0xDE: multiply(UInt32.self, UInt64.self, from: 0)
    case 0xDF: multiply(UInt32.self, UInt64.self, from: 2)
    case 0xC0...0xD5: integers(Int64.self, code - 0xC0)
    default: vectorFloats(code)
    }
  }

  /// What all integer lanes have, by the code's distance from that of `abs`.
  private mutating func integers<S: FixedWidthInteger & SignedInteger>(_: S.Type, _ operation: Int)
  where S.Magnitude: FixedWidthInteger {
    typealias U = S.Magnitude
    switch operation {
    case 0x00: each(S.self) { $0 < 0 ? 0 &- $0 : $0 }
    case 0x01: each(S.self) { 0 &- $0 }
    case 0x02: each(S.self) { S($0.nonzeroBitCount) }
    case 0x03:
      let a = popVector()
      push((0..<128 / S.bitWidth).allSatisfy { lane(a, $0, S.self) != 0 })
    case 0x04:
      let a = popVector()
      push(
        .i32,
        (0..<128 / S.bitWidth).reduce(0) { $0 | (lane(a, $1, S.self) < 0 ? 1 << UInt64($1) : 0) })
    case 0x05: narrow(S.self)
    case 0x06: narrow(U.self)
    case 0x0B: shift(S.self) { $0 &<< $1 }
    case 0x0C: shift(S.self) { $0 &>> $1 }
    case 0x0D: shift(U.self) { $0 &>> $1 }
    case 0x0E: each2(S.self) { $0 &+ $1 }
    case 0x0F: each2(S.self) { Self.saturating($0.addingReportingOverflow($1), $0 < 0) }
    case 0x10: each2(U.self) { Self.saturating($0.addingReportingOverflow($1), false) }
    case 0x11: each2(S.self) { $0 &- $1 }
    case 0x12: each2(S.self) { Self.saturating($0.subtractingReportingOverflow($1), $0 < 0) }
    case 0x13: each2(U.self) { Self.saturating($0.subtractingReportingOverflow($1), true) }
    case 0x15: each2(S.self) { $0 &* $1 }
    case 0x16: each2(S.self) { min($0, $1) }
    case 0x17: each2(U.self) { min($0, $1) }
    case 0x18: each2(S.self) { max($0, $1) }
    case 0x19: each2(U.self) { max($0, $1) }
    case 0x1B: each2(U.self) { U(truncatingIfNeeded: (Int($0) + Int($1) + 1) >> 1) }
    default: preconditionFailure("no integer operation \(operation) at \(start)")
    }
  }

  private static func saturating<T: FixedWidthInteger>(
    _ sum: (partialValue: T, overflow: Bool), _ isBelow: Bool
  ) -> T {
    sum.overflow ? (isBelow ? T.min : T.max) : sum.partialValue
  }

  // MARK: Lane by lane

  mutating func each<T: FixedWidthInteger>(_: T.Type, _ operation: (T) -> T) {
    let a = popVector()
    push(vector: vector(of: T.self) { operation(lane(a, $0, T.self)) })
  }

  mutating func each2<T: FixedWidthInteger>(_: T.Type, _ operation: (T, T) -> T) {
    let b = popVector()
    let a = popVector()
    push(vector: vector(of: T.self) { operation(lane(a, $0, T.self), lane(b, $0, T.self)) })
  }

  private mutating func shift<T: FixedWidthInteger>(_: T.Type, _ operation: (T, T) -> T) {
    let count = T(truncatingIfNeeded: pop().bits % UInt64(T.bitWidth))
    each(T.self) { operation($0, count) }
  }

  /// eq, ne, lt_s, lt_u, gt_s, gt_u, le_s, le_u, ge_s, ge_u.
  mutating func compare<S: FixedWidthInteger & SignedInteger>(_: S.Type, _ operation: Int)
  where S.Magnitude: FixedWidthInteger {
    each2(S.self) { a, b in
      let (c, d) = (S.Magnitude(truncatingIfNeeded: a), S.Magnitude(truncatingIfNeeded: b))
      let holds =
        switch operation {
        case 0: a == b
        case 1: a != b
        case 2: a < b
        case 3: c < d
        case 4: a > b
        case 5: c > d
        case 6: a <= b
        case 7: c <= d
        case 8: a >= b
        default: c >= d
        }
      return holds ? -1 : 0
    }
  }

  // MARK: Lanes of another width

  /// Lanes twice as wide, those of the second operand behind, saturated to type `T`.
  private mutating func narrow<T: FixedWidthInteger>(_: T.Type) {
    let b = popVector()
    let a = popVector()
    let count = 64 / T.bitWidth
    push(
      vector: vector(of: T.self) { index in
        let half = index < count ? a : b
        let shift = UInt128(index % count * 2 * T.bitWidth)
        let bits = Int64(truncatingIfNeeded: half >> shift)
        let above = 64 - 2 * T.bitWidth
        return T(clamping: (bits << above) >> above)
      })
  }

  private mutating func extend<From: FixedWidthInteger, To: FixedWidthInteger>(
    _: From.Type, _: To.Type, from first: Int
  ) {
    let a = popVector()
    push(vector: vector(of: To.self) { To(lane(a, first + $0, From.self)) })
  }

  private mutating func multiply<From: FixedWidthInteger, To: FixedWidthInteger>(
    _: From.Type, _: To.Type, from first: Int
  ) {
    let b = popVector()
    let a = popVector()
    push(
      vector: vector(of: To.self) {
        To(lane(a, first + $0, From.self)) &* To(lane(b, first + $0, From.self))
      })
  }

  private mutating func addPairs<From: FixedWidthInteger, To: FixedWidthInteger>(
    _: From.Type, _: To.Type
  ) {
    let a = popVector()
    push(
      vector: vector(of: To.self) {
        To(lane(a, 2 * $0, From.self)) &+ To(lane(a, 2 * $0 + 1, From.self))
      })
  }

  private mutating func dot() {
    let b = popVector()
    let a = popVector()
    push(
      vector: vector(of: Int32.self) {
        Int32(lane(a, 2 * $0, Int16.self)) &* Int32(lane(b, 2 * $0, Int16.self))
          &+ Int32(lane(a, 2 * $0 + 1, Int16.self)) &* Int32(lane(b, 2 * $0 + 1, Int16.self))
      })
  }
}
