/// A list of types.
struct TypeList {
  let types: UnsafePointer<ValueType>
  let count: Int
}

/// The stack of operand types.
extension FunctionValidator {
  /// An operand of unknown type, in code that is never reached.
  @inline(__always) static var unknown: ValueType { ValueType(bits: 0) }

  /// A reference of unknown kind and never null, in such code; its code is that of no kind.
  ///
  /// What an unknown operand becomes where a reference was wanted.
  static var anyReference: ValueType { ValueType(bits: 2).withoutNull }

  /// The type for messages; nil for an unknown one.
  func known(_ type: ValueType) -> ValueType? {
    ValueType.Kind(rawValue: type.code).map { _ in type }
  }

  /// Pushes an operand of a type.
  @inline(__always)
  mutating func push(_ type: ValueType) throws(ValidationError) {
    if top == highWater { try raiseHighWater(1) }
    top[0] = type
    top += 1
  }

  /// Pops an operand that must have a type.
  @inline(__always)
  mutating func pop(_ expected: ValueType) throws(ValidationError) {
    if top > floor, top[-1] == expected {
      top -= 1
    } else {
      try popUnequal(expected)
    }
  }

  /// Pops an operand of any type.
  @inline(__always)
  mutating func popAny() throws(ValidationError) -> ValueType {
    guard top > floor else {
      guard isPolymorphic else { throw failure(.operandMissing(expected: nil)) }
      return Self.unknown
    }
    top -= 1
    return top[0]
  }

  @inline(never)
  private mutating func popUnequal(_ expected: ValueType) throws(ValidationError) {
    guard top > floor else {
      guard isPolymorphic else {
        throw failure(.operandMissing(expected: known(expected)))
      }
      return
    }
    let found = top[-1]
    // `select` asks for an unknown type.
    guard expected == Self.unknown || fits(found, expected) else {
      throw failure(
        .typeMismatch(expected: known(expected), found: known(found)))
    }
    top -= 1
  }

  /// Whether an operand of type `found` can stand where one of type `wanted` is asked for.
  func fits(_ found: ValueType, _ wanted: ValueType) -> Bool {
    found == Self.unknown || found.isSubtype(of: wanted)
      || (found == Self.anyReference && wanted.isReference)
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
    top.update(from: types.types, count: types.count)
    top += types.count
  }

  /// Refuses the body unless the youngest operands have the types of a list.
  mutating func check(_ types: TypeList) throws(ValidationError) {
    let available = min(types.count, top - floor)
    if available < types.count, !isPolymorphic {
      throw failure(
        .operandMissing(expected: known(types.types[types.count - 1 - available])))
    }
    let found = UnsafeRawPointer(top - available)
    let wanted = UnsafeRawPointer(types.types + (types.count - available))
    var index = 0
    while index + 2 <= available,
      found.loadUnaligned(fromByteOffset: 4 &* index, as: UInt64.self)
        == wanted.loadUnaligned(fromByteOffset: 4 &* index, as: UInt64.self)
    {
      index += 2
    }
    while index < available {
      let (type, expected) = (
        (top - available)[index], types.types[types.count - available + index]
      )
      guard type == expected || fits(type, expected) else {
        throw failure(.typeMismatch(expected: known(expected), found: known(type)))
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
