/// What Zig's safety checks say, by the functions that they call: what is left of a panic where the
/// optimiser has dropped its text.
enum ZigCheck {
  /// The message of a check; nil for other functions.
  ///
  /// - Parameter name: A function, such as `debug.FullPanic((function 'defaultPanic')).divideByZero`.
  static func message(ofFunction name: String) -> String? {
    let isCheck =
      name.hasPrefix("debug.FullPanic(") || name.hasPrefix("debug.simple_panic.")
      || name.hasPrefix("debug.no_panic.")
    guard isCheck, let dot = name.lastIndex(of: ".") else { return nil }
    // Copies of a generic function have a number behind the name.
    let check = name[name.index(after: dot)...].prefix { $0 != "_" && $0 != "(" }
    return messages[String(check)]
  }

  // As the standard library has them, without the values that some add.
  private static let messages = [
    "sentinelMismatch": "sentinel mismatch",
    "unwrapError": "attempt to unwrap error",
    "outOfBounds": "index out of bounds",
    "startGreaterThanEnd": "start index is larger than end index",
    "inactiveUnionField": "access of an inactive union field",
    "sliceCastLenRemainder":
      "slice length does not divide exactly into destination elements",
    "reachedUnreachable": "reached unreachable code",
    "unwrapNull": "attempt to use null value",
    "castToNull": "cast causes pointer to be null",
    "incorrectAlignment": "incorrect alignment",
    "invalidErrorCode": "invalid error code",
    "unexpectedErrorCode": "unexpected error code",
    "integerOutOfBounds": "integer does not fit in destination type",
    "integerOverflow": "integer overflow",
    "shlOverflow": "left shift overflowed bits",
    "shrOverflow": "right shift overflowed bits",
    "divideByZero": "division by zero",
    "exactDivisionRemainder": "exact division produced remainder",
    "integerPartOutOfBounds": "integer part of floating point value out of bounds",
    "corruptSwitch": "switch on corrupt value",
    "shiftRhsTooBig": "shift amount is greater than the type size",
    "invalidEnumValue": "invalid enum value",
    "forLenMismatch": "for loop over objects with non-equal lengths",
    "copyLenMismatch": "source and destination arguments have non-equal lengths",
    "memcpyAlias": "@memcpy arguments alias",
    "noreturnReturned": "'noreturn' function returned",
  ]
}
