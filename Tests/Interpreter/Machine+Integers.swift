import Engine

/// An integer as wasm has it: bits, which instructions take as unsigned or signed.
protocol WasmInteger: FixedWidthInteger, UnsignedInteger {
  associatedtype Signed: FixedWidthInteger, SignedInteger
  static var type: ValueType { get }
  init(bitPattern: Signed)
}

extension UInt32: WasmInteger {
  static var type: ValueType { .i32 }
}

extension UInt64: WasmInteger {
  static var type: ValueType { .i64 }
}

extension WasmInteger {
  var signed: Signed { Signed(truncatingIfNeeded: self) }
}

/// Integer instructions (spec 4.3.2).
extension Machine {
  private mutating func pop<T: WasmInteger>(_ type: T.Type) -> T {
    T(truncatingIfNeeded: pop().bits)
  }

  @inline(__always) mutating func pushInteger<T: WasmInteger>(_ value: T) {
    push(T.type, UInt64(value))
  }

  /// Comparisons in the order of their codes.
  mutating func compareIntegers<T: WasmInteger>(_ type: T.Type, _ operation: UInt8) {
    let b = pop(type)
    if operation == 0 { return push(b == 0) }
    let a = pop(type)
    switch operation {
    case 1: push(a == b)
    case 2: push(a != b)
    case 3: push(a.signed < b.signed)
    case 4: push(a < b)
    case 5: push(a.signed > b.signed)
    case 6: push(a > b)
    case 7: push(a.signed <= b.signed)
    case 8: push(a <= b)
    case 9: push(a.signed >= b.signed)
    default: push(a >= b)
    }
  }

  /// clz, ctz, popcnt.
  mutating func bits<T: WasmInteger>(_ type: T.Type, _ operation: UInt8) {
    let a = pop(type)
    switch operation {
    case 0: pushInteger(T(a.leadingZeroBitCount))
    case 1: pushInteger(T(a.trailingZeroBitCount))
    default: pushInteger(T(a.nonzeroBitCount))
    }
  }

  /// Instructions with two operands, in the order of their codes.
  mutating func arithmetic<T: WasmInteger>(_ type: T.Type, _ operation: UInt8) throws(PlainTrap) {
    let b = pop(type)
    let a = pop(type)
    switch operation {
    case 0: pushInteger(a &+ b)
    case 1: pushInteger(a &- b)
    case 2: pushInteger(a &* b)
    case 3...6: pushInteger(try divide(a, b, operation))
    case 7: pushInteger(a & b)
    case 8: pushInteger(a | b)
    case 9: pushInteger(a ^ b)
    case 10: pushInteger(a &<< b)
    case 11: pushInteger(T(bitPattern: a.signed &>> b.signed))
    case 12: pushInteger(a &>> b)
    case 13: pushInteger(a &<< b | a &>> (0 &- b))
    default: pushInteger(a &>> b | a &<< (0 &- b))
    }
  }

  /// div_s, div_u, rem_s, rem_u.
  private func divide<T: WasmInteger>(_ a: T, _ b: T, _ operation: UInt8) throws(PlainTrap) -> T {
    guard b != 0 else { throw PlainTrap(.integerDivideByZero) }
    switch operation {
    case 3:
      let (quotient, overflow) = a.signed.dividedReportingOverflow(by: b.signed)
      if overflow { throw PlainTrap(.integerOverflow) }
      return T(bitPattern: quotient)
    case 4: return a / b
    case 5:
      return T(bitPattern: a.signed.remainderReportingOverflow(dividingBy: b.signed).partialValue)
    default: return a % b
    }
  }

  /// Sign extension of the low bits, in the order of the codes.
  mutating func extend(_ opcode: UInt8) {
    let bits = pop().bits
    switch opcode {
    case 0xC0: pushInteger(UInt32(bitPattern: Int32(Int8(truncatingIfNeeded: bits))))
    case 0xC1: pushInteger(UInt32(bitPattern: Int32(Int16(truncatingIfNeeded: bits))))
    case 0xC2: pushInteger(UInt64(bitPattern: Int64(Int8(truncatingIfNeeded: bits))))
    case 0xC3: pushInteger(UInt64(bitPattern: Int64(Int16(truncatingIfNeeded: bits))))
    default: pushInteger(UInt64(bitPattern: Int64(Int32(truncatingIfNeeded: bits))))
    }
  }
}
