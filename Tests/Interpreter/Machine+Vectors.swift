import Engine

/// Vector instructions: dispatch, memory, and lanes as such (spec 4.4.3, 4.4.7).
///
/// A vector is a number of 128 bits whose lowest lane, the first in memory, is in the lowest bits.
extension Machine {
  mutating func popVector() -> UInt128 { pop().vector }
  mutating func push(vector: UInt128) { push(PlainValue(vector: vector)) }

  /// Lane `index` of a vector whose lanes have type `T`.
  func lane<T: FixedWidthInteger>(_ vector: UInt128, _ index: Int, _: T.Type) -> T {
    T(truncatingIfNeeded: vector >> UInt128(index * T.bitWidth))
  }

  /// The vector of what `lane` gives for each index.
  func vector<T: FixedWidthInteger>(of _: T.Type, _ lane: (Int) -> T) -> UInt128 {
    var result: UInt128 = 0
    for index in 0..<128 / T.bitWidth {
      result |= UInt128(T.Magnitude(truncatingIfNeeded: lane(index))) << UInt128(index * T.bitWidth)
    }
    return result
  }

  /// Carries out the instruction with this code behind 0xFD.
  mutating func vector(_ code: Int) throws(PlainTrap) {
    switch code {
    case 0x100...0x113: try relaxed(code)
    case 0x00: push(vector: try readVector())
    case 0x01: try loadExtending(Int8.self, Int16.self)
    case 0x02: try loadExtending(UInt8.self, UInt16.self)
    case 0x03: try loadExtending(Int16.self, Int32.self)
    case 0x04: try loadExtending(UInt16.self, UInt32.self)
    case 0x05: try loadExtending(Int32.self, Int64.self)
    case 0x06: try loadExtending(UInt32.self, UInt64.self)
    case 0x07: splat(try read(UInt8.self))
    case 0x08: splat(try read(UInt16.self))
    case 0x09: splat(try read(UInt32.self))
    case 0x0A: splat(try read(UInt64.self))
    case 0x0B: try storeVector()
    case 0x0C: push(vector: immediate())
    case 0x0D: shuffle()
    case 0x0E: swizzle()
    case 0x0F: splat(UInt8(truncatingIfNeeded: pop().bits))
    case 0x10: splat(UInt16(truncatingIfNeeded: pop().bits))
    case 0x11, 0x13: splat(UInt32(truncatingIfNeeded: pop().bits))
    case 0x12, 0x14: splat(pop().bits)
    case 0x15...0x22: lane(code)
    case 0x23...0x2C: compare(Int8.self, code - 0x23)
    case 0x2D...0x36: compare(Int16.self, code - 0x2D)
    case 0x37...0x40: compare(Int32.self, code - 0x37)
    case 0x41...0x46: compareLanes(Float.self, code - 0x41)
    case 0x47...0x4C: compareLanes(Double.self, code - 0x47)
    case 0x4D: push(vector: ~popVector())
    case 0x4E...0x51: logic(code)
    case 0x52: bitselect()
    case 0x53: push(popVector() != 0)
    case 0x54: try loadLane(UInt8.self)
    case 0x55: try loadLane(UInt16.self)
    case 0x56: try loadLane(UInt32.self)
    case 0x57: try loadLane(UInt64.self)
    case 0x58: try storeLane(UInt8.self)
    case 0x59: try storeLane(UInt16.self)
    case 0x5A: try storeLane(UInt32.self)
    case 0x5B: try storeLane(UInt64.self)
    case 0x5C: push(vector: UInt128(try read(UInt32.self)))
    case 0x5D: push(vector: UInt128(try read(UInt64.self)))
    default: vectorArithmetic(code)
    }
  }

  /// The sixteen bytes behind a code.
  private mutating func immediate() -> UInt128 {
    var bits: UInt128 = 0
    for i in 0..<16 { bits |= UInt128(byte()) << UInt128(8 * i) }
    return bits
  }

  // MARK: Memory

  private mutating func readVector() throws(PlainTrap) -> UInt128 {
    let place = try place(UInt128.self, memoryArgument())
    return UInt128(place.loadUnaligned(fromByteOffset: 8, as: UInt64.self)) << 64
      | UInt128(place.loadUnaligned(as: UInt64.self))
  }

  private mutating func storeVector() throws(PlainTrap) {
    let argument = memoryArgument()
    let value = pop()
    let place = try place(UInt128.self, argument)
    place.storeBytes(of: value.bits, as: UInt64.self)
    place.storeBytes(of: value.high, toByteOffset: 8, as: UInt64.self)
  }

  private mutating func loadExtending<From: FixedWidthInteger, To: FixedWidthInteger>(
    _: From.Type, _: To.Type
  ) throws(PlainTrap) {
    let bits = UInt128(try read(UInt64.self))
    push(vector: vector(of: To.self) { To(lane(bits, $0, From.self)) })
  }

  private mutating func loadLane<T: FixedWidthInteger & UnsignedInteger>(
    _: T.Type
  ) throws(PlainTrap) {
    let argument = memoryArgument()
    let index = Int(byte())
    let old = popVector()
    let new = try place(T.self, argument).loadUnaligned(as: T.self)
    push(vector: vector(of: T.self) { $0 == index ? new : lane(old, $0, T.self) })
  }

  private mutating func storeLane<T: FixedWidthInteger & UnsignedInteger>(
    _: T.Type
  ) throws(PlainTrap) {
    let argument = memoryArgument()
    let index = Int(byte())
    let value = popVector()
    try place(T.self, argument).storeBytes(of: lane(value, index, T.self), as: T.self)
  }

  // MARK: Lanes

  private mutating func splat<T: FixedWidthInteger>(_ value: T) {
    push(vector: vector(of: T.self) { _ in value })
  }

  /// Extractions and replacements.
  private mutating func lane(_ code: Int) {
    let index = Int(byte())
    func extracted<T: FixedWidthInteger>(_: T.Type) -> UInt64 {
      UInt64(UInt32(truncatingIfNeeded: lane(values[top].vector, index, T.self)))
    }
    switch code {
    case 0x15...0x16, 0x18...0x19, 0x1B, 0x1F: top -= 1
    default: break
    }
    switch code {
    case 0x15: push(.i32, extracted(Int8.self))
    case 0x16: push(.i32, extracted(UInt8.self))
    case 0x17: replace(index, UInt8.self)
    case 0x18: push(.i32, extracted(Int16.self))
    case 0x19: push(.i32, extracted(UInt16.self))
    case 0x1A: replace(index, UInt16.self)
    case 0x1B: push(.i32, extracted(UInt32.self))
    case 0x1C, 0x20: replace(index, UInt32.self)
    case 0x1D: push(.i64, lane(popVector(), index, UInt64.self))
    case 0x1F: push(.f32, extracted(UInt32.self))
    case 0x21: push(.f64, lane(popVector(), index, UInt64.self))
    default: replace(index, UInt64.self)
    }
  }

  private mutating func replace<T: FixedWidthInteger>(_ index: Int, _: T.Type) {
    let new = T(truncatingIfNeeded: pop().bits)
    let old = popVector()
    push(vector: vector(of: T.self) { $0 == index ? new : lane(old, $0, T.self) })
  }

  private mutating func shuffle() {
    let order = immediate()
    let second = popVector()
    let first = popVector()
    push(
      vector: vector(of: UInt8.self) {
        let index = Int(lane(order, $0, UInt8.self))
        return index < 16 ? lane(first, index, UInt8.self) : lane(second, index - 16, UInt8.self)
      })
  }

  private mutating func swizzle() {
    let order = popVector()
    let bytes = popVector()
    push(
      vector: vector(of: UInt8.self) {
        let index = Int(lane(order, $0, UInt8.self))
        return index < 16 ? lane(bytes, index, UInt8.self) : 0
      })
  }

  private mutating func logic(_ code: Int) {
    let b = popVector()
    let a = popVector()
    switch code {
    case 0x4E: push(vector: a & b)
    case 0x4F: push(vector: a & ~b)
    case 0x50: push(vector: a | b)
    default: push(vector: a ^ b)
    }
  }

  private mutating func bitselect() {
    let mask = popVector()
    let b = popVector()
    let a = popVector()
    push(vector: a & mask | b & ~mask)
  }
}
