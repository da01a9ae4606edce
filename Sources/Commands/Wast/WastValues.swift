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
    case "exnref": scalar == "null" ? .exnref(nil) : nil
    case "v128": vector.map { .v128($0) }
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
    case ("exnref", .exnref(let it)), ("ref", .exnref(let it)):
      return scalar == nil ? it != nil : it == nil
    case ("nullfuncref", .funcref(nil)), ("nullexternref", .externref(nil)),
      ("nullexnref", .exnref(nil)),
      ("nullref", _) where value.bits == 0:
      return true
    case ("v128", .v128(let bits)):
      let width = laneBits
      guard let lanes, width > 0, lanes.count * width == 128 else { return false }
      return lanes.enumerated().allSatisfy {
        let lane = UInt64(truncatingIfNeeded: bits >> UInt128($0 * width))
        return matches($1, lane & (.max >> UInt64(64 - width)), width)
      }
    default: return argument == value
    }
  }

  /// Whether a lane's bits are what is expected of it.
  private func matches(_ text: String, _ bits: UInt64, _ width: Int) -> Bool {
    switch (text, width) {
    case ("nan:canonical", 32): bits & 0x7FFF_FFFF == 0x7FC0_0000
    case ("nan:arithmetic", 32): bits & 0x7FC0_0000 == 0x7FC0_0000
    case ("nan:canonical", _): bits & 0x7FFF_FFFF_FFFF_FFFF == 0x7FF8_0000_0000_0000
    case ("nan:arithmetic", _): bits & 0x7FF8_0000_0000_0000 == 0x7FF8_0000_0000_0000
    default: UInt64(text) == bits
    }
  }

  private var lanes: [String]? { if case .lanes(let lanes)? = value { lanes } else { nil } }

  /// Bits of a lane; 0 if the type is none.
  private var laneBits: Int { laneType.flatMap { Int($0.dropFirst()) } ?? 0 }

  /// All lanes as bits, nil if any is a class of values.
  private var vector: UInt128? {
    let bits = (lanes ?? []).compactMap { UInt64($0) }
    let width = laneBits
    guard width > 0, width * bits.count == 128 else { return nil }
    return bits.reversed().reduce(0) { $0 << UInt128(width) | UInt128($1) }
  }

  /// The value in words.
  var words: String {
    if let lanes { return "\(type) \(laneType ?? "?") \(lanes.joined(separator: " "))" }
    return "\(type) \(scalar ?? "any")"
  }
}

extension Value {
  /// The value as a script writes it: floats as bits, unsigned decimal.
  var script: String { "\(type) \(type == .v128 ? displayText : dataText)" }
}
