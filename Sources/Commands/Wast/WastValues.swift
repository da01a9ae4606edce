import Engine
import Runtime

extension WastScript.Expected {
  /// The value to pass as an argument, nil if the type is not supported.
  var argument: Value? {
    switch type {
    case "i32": scalar.flatMap { UInt32($0) }.map { .i32($0) }
    case "i64": scalar.flatMap { UInt64($0) }.map { .i64($0) }
    case "f32": scalar.flatMap { UInt32($0) }.map { .f32($0) }
    case "f64": scalar.flatMap { UInt64($0) }.map { .f64($0) }
    case "externref":
      scalar == "null" ? .externref(nil) : scalar.flatMap { UInt64($0) }.map { .externref($0) }
    case "funcref": scalar == "null" ? .funcref(nil) : nil
    default: nil
    }
  }

  /// Whether `value` is what the script expects.
  func matches(_ value: Value) -> Bool {
    if type == "either" { return (values ?? []).contains { $0.matches(value) } }
    switch (type, value) {
    case ("f32", .f32(let bits)) where scalar == "nan:canonical":
      return bits & 0x7FFF_FFFF == 0x7FC0_0000
    case ("f32", .f32(let bits)) where scalar == "nan:arithmetic":
      return bits & 0x7FC0_0000 == 0x7FC0_0000
    case ("f64", .f64(let bits)) where scalar == "nan:canonical":
      return bits & 0x7FFF_FFFF_FFFF_FFFF == 0x7FF8_0000_0000_0000
    case ("f64", .f64(let bits)) where scalar == "nan:arithmetic":
      return bits & 0x7FF8_0000_0000_0000 == 0x7FF8_0000_0000_0000
    case ("externref", .externref(let it)), ("ref", .externref(let it)):
      return scalar == nil ? it != nil : (scalar == "null" ? it == nil : it == UInt64(scalar ?? ""))
    case ("funcref", .funcref(let it)), ("ref", .funcref(let it)):
      return scalar == nil ? it != nil : it == nil
    default: return argument == value
    }
  }

  /// The value in words.
  var words: String { "\(type) \(scalar ?? "any")" }
}

extension Value {
  /// The value as a script writes it: floats as bits, unsigned decimal.
  var script: String { "\(type) \(dataText)" }
}
