import Engine
import Interpreter
import Runtime

/// Compares frames, value by value.
struct FrameComparison {
  /// The function index by number of function in the interpreter's store.
  var indexOfNumber: [Int: Int] = [:]
  /// The function index by reference in the runtime's store.
  var indexOfReference: [FunctionReference: Int] = [:]
  /// Values compared so far.
  private(set) var values = 0

  /// The first difference in words, nil if there is none.
  mutating func difference(_ expected: [PlainFrame], _ found: [ObservedFrame]) -> String? {
    guard expected.count == found.count else {
      return "\(found.count) frames, expected \(expected.count)"
    }
    for (number, (expected, found)) in zip(expected, found).enumerated() {
      guard
        (expected.instance, expected.function, expected.offset)
          == (found.instance, found.function, found.offset)
      else {
        return "frame \(number): function \(found.function) at \(found.offset), expected "
          + "\(expected.function) at \(expected.offset)"
      }
      if found.isApproximate { return "frame \(number): values are approximate" }
      if let difference = difference("local", expected.locals, found.locals)
        ?? difference("operand", expected.operands, found.operands)
      {
        return "frame \(number): function \(found.function) at \(found.offset): \(difference)"
      }
    }
    return nil
  }

  private mutating func difference(
    _ what: String, _ expected: [PlainValue], _ found: [Value?]
  ) -> String? {
    guard expected.count == found.count else {
      return "\(found.count) \(what)s, expected \(expected.count)"
    }
    for (index, (expected, found)) in zip(expected, found).enumerated() {
      values += 1
      guard let found, equal(expected, found) else {
        return "\(what) \(index): \(found.map { "\($0)" } ?? "missing"), expected \(expected)"
      }
    }
    return nil
  }

  /// Whether the values are the same; of NaNs the type is enough, as their bits are open to the
  /// engine where arithmetic makes them.
  func equal(_ expected: PlainValue, _ found: Value) -> Bool {
    guard expected.type == found.type else { return false }
    if case .funcref(let reference) = found {
      guard let reference else { return expected.bits == 0 }
      return expected.bits != 0
        && indexOfReference[reference] == indexOfNumber[Int(expected.bits) - 1]
    }
    if case .exnref(let exception) = found { return (exception == nil) == (expected.bits == 0) }
    if case .v128(let vector) = found { return expected.vector == vector }
    return expected.bits == found.bits
      || expected.isNaN && PlainValue(expected.type, found.bits).isNaN
  }
}
