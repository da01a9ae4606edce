/// A list of `ValueType` codes.
struct TypeList {
  let codes: UnsafePointer<UInt8>
  let count: Int
}

/// The stack of operand types.
extension FunctionValidator {
  /// An operand of unknown type, in code that is never reached.
  static var unknown: UInt8 { 0 }

  /// Pushes an operand of a type.
  @inline(__always)
  mutating func push(_ code: UInt8) throws(ValidationError) {
    if top == highWater { try raiseHighWater(1) }
    top[0] = code
    top += 1
  }

  /// Pops an operand that must have a type.
  @inline(__always)
  mutating func pop(_ expected: UInt8) throws(ValidationError) {
    if top > floor, top[-1] == expected {
      top -= 1
    } else {
      try popUnequal(expected)
    }
  }

  /// Pops an operand of any type.
  @inline(__always)
  mutating func popAny() throws(ValidationError) -> UInt8 {
    guard top > floor else {
      guard isPolymorphic else { throw failure(.operandMissing(expected: nil)) }
      return Self.unknown
    }
    top -= 1
    return top[0]
  }

  @inline(never)
  private mutating func popUnequal(_ expected: UInt8) throws(ValidationError) {
    guard top > floor else {
      guard isPolymorphic else {
        throw failure(.operandMissing(expected: ValueType(rawValue: expected)))
      }
      return
    }
    let found = top[-1]
    // Unknown types agree with all; `select` asks for an unknown one.
    guard found == Self.unknown || expected == Self.unknown else {
      throw failure(
        .typeMismatch(
          expected: ValueType(rawValue: expected), found: ValueType(rawValue: found)))
    }
    top -= 1
  }

  /// Pops operands that must have the types of a list, the last of them first.
  @inline(__always)
  mutating func pop(_ types: TypeList) throws(ValidationError) {
    if types.count == 0 { return }
    try check(types)
    top -= min(types.count, top - floor)
  }

  /// Pushes operands of the types of a list, the first of them first.
  @inline(__always)
  mutating func push(_ types: TypeList) throws(ValidationError) {
    if types.count == 0 { return }
    if highWater - top < types.count { try raiseHighWater(types.count) }
    top.update(from: types.codes, count: types.count)
    top += types.count
  }

  /// Refuses the body unless the youngest operands have the types of a list.
  func check(_ types: TypeList) throws(ValidationError) {
    let available = min(types.count, top - floor)
    if available < types.count, !isPolymorphic {
      throw failure(
        .operandMissing(expected: ValueType(rawValue: types.codes[types.count - 1 - available])))
    }
    let found = UnsafeRawPointer(top - available)
    let wanted = UnsafeRawPointer(types.codes + (types.count - available))
    var index = 0
    while index + 8 <= available,
      found.loadUnaligned(fromByteOffset: index, as: UInt64.self)
        == wanted.loadUnaligned(fromByteOffset: index, as: UInt64.self)
    {
      index += 8
    }
    while index < available {
      let code = found.load(fromByteOffset: index, as: UInt8.self)
      let expected = wanted.load(fromByteOffset: index, as: UInt8.self)
      guard code == expected || code == Self.unknown else {
        throw failure(
          .typeMismatch(expected: ValueType(rawValue: expected), found: ValueType(rawValue: code)))
      }
      index += 1
    }
  }

  /// Makes room for `count` more operands.
  @inline(never)
  private mutating func raiseHighWater(_ count: Int) throws(ValidationError) {
    let height = top - operands.base
    let wanted = height + count
    guard UInt64(wanted) <= ImplementationLimits.operands else {
      throw failure(
        .limitExceeded(
          .operand, count: UInt64(wanted), limit: ImplementationLimits.operands))
    }
    let floorHeight = floor - operands.base
    operands.ensure(wanted)
    top = operands.base + height
    floor = operands.base + floorHeight
    highWater = operands.base + wanted
  }
}
