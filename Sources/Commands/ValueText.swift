import Engine
import Runtime

extension Value {
  /// A value of a type as the command line writes it; nil if `text` is none.
  ///
  /// - Integers: decimal, signed or unsigned, or hexadecimal with `0x`.
  /// - Floats: decimal, hexadecimal (`0x1.8p3`), `inf`, `nan`, `nan:0x200000` for a NaN with these
  ///   fraction bits, or `bits:N` for a bit pattern, N as for integers.
  /// - Vectors: lanes as above, lowest first, such as `i32x4:1,2,3,4` or `f64x2:0.5,nan`; or all 128
  ///   bits as an unsigned integer.
  /// - References: `null`; for `externref` also a decimal number.
  init?(_ type: ValueType, parsing text: String) {
    switch type.kind {
    case .i32:
      guard let bits = Self.integer(text, UInt32.self) else { return nil }
      self = .i32(bits)
    case .i64:
      guard let bits = Self.integer(text, UInt64.self) else { return nil }
      self = .i64(bits)
    case .f32:
      guard let bits = Self.float(text, Float.self, UInt32.self, \.bitPattern) else { return nil }
      self = .f32(bits)
    case .f64:
      guard let bits = Self.float(text, Double.self, UInt64.self, \.bitPattern) else { return nil }
      self = .f64(bits)
    case .funcref:
      guard text == "null" else { return nil }
      self = .funcref(nil)
    case .exnref:
      guard text == "null" else { return nil }
      self = .exnref(nil)
    case .externref:
      let number = UInt64(text)
      guard text == "null" || number.map({ $0 < .max }) == true else { return nil }
      self = .externref(number)
    case .v128:
      guard let bits = Self.vector(text) else { return nil }
      self = .v128(bits)
    }
    guard fits(type) else { return nil }
  }

  /// Lanes, or all bits.
  private static func vector(_ text: String) -> UInt128? {
    let parts = text.split(maxSplits: 1, omittingEmptySubsequences: false) { ":, ".contains($0) }
    guard parts.count == 2 else { return text.hasPrefix("-") ? nil : integer(text, UInt128.self) }
    let lanes = parts[1].split(omittingEmptySubsequences: false) { ", ".contains($0) }
      .map(String.init)
    func joined<Bits: FixedWidthInteger>(_ parse: (String) -> Bits?) -> UInt128? {
      let values = lanes.compactMap(parse)
      guard values.count == lanes.count, values.count * Bits.bitWidth == 128 else { return nil }
      return values.reversed().reduce(0) { $0 << UInt128(Bits.bitWidth) | UInt128($1) }
    }
    switch parts[0] {
    case "i8x16": return joined { integer($0, UInt8.self) }
    case "i16x8": return joined { integer($0, UInt16.self) }
    case "i32x4": return joined { integer($0, UInt32.self) }
    case "i64x2": return joined { integer($0, UInt64.self) }
    case "f32x4": return joined { float($0, Float.self, UInt32.self, \.bitPattern) }
    case "f64x2": return joined { float($0, Double.self, UInt64.self, \.bitPattern) }
    default: return nil
    }
  }

  /// The value as data: floats as bit patterns, unsigned decimal; references as `null`, the number
  /// of an `externref`, `function` or `exception`.
  var dataText: String {
    switch self {
    case .i32(let bits), .f32(let bits): "\(bits)"
    case .i64(let bits), .f64(let bits): "\(bits)"
    case .v128(let bits): "\(bits)"
    case .externref(let number): number.map { "\($0)" } ?? "null"
    case .funcref(let function): function == nil ? "null" : "function"
    case .exnref(let exception): exception == nil ? "null" : "exception"
    }
  }

  /// The value for a reader: integers signed, floats as the shortest decimal that means the same.
  var displayText: String {
    switch self {
    case .i32(let bits): "\(Int32(bitPattern: bits))"
    case .i64(let bits): "\(Int64(bitPattern: bits))"
    case .f32(let bits): Self.float(Float(bitPattern: bits), bits & 0x7F_FFFF, 0x40_0000)
    case .f64(let bits):
      Self.float(Double(bitPattern: bits), bits & 0xF_FFFF_FFFF_FFFF, 0x8_0000_0000_0000)
    case .v128(let bits): Self.text(of: bits)
    case .funcref, .externref, .exnref: dataText
    }
  }

  private static func integer<Bits: FixedWidthInteger & UnsignedInteger>(
    _ text: String, _: Bits.Type
  ) -> Bits? {
    let isNegative = text.hasPrefix("-")
    var digits = isNegative ? text.dropFirst() : text[...]
    let isHexadecimal = digits.hasPrefix("0x") || digits.hasPrefix("0X")
    if isHexadecimal { digits = digits.dropFirst(2) }
    // The initialiser would take a sign of its own.
    guard digits.first?.isHexDigit == true,
      let magnitude = Bits(digits, radix: isHexadecimal ? 16 : 10)
    else { return nil }
    if !isNegative { return magnitude }
    let least: Bits = 1 << (Bits.bitWidth - 1)
    return magnitude <= least ? 0 &- magnitude : nil
  }

  private static func float<
    Number: BinaryFloatingPoint & LosslessStringConvertible,
    Bits: FixedWidthInteger & UnsignedInteger
  >(_ text: String, _: Number.Type, _: Bits.Type, _ pattern: (Number) -> Bits) -> Bits? {
    if text.hasPrefix("bits:") {
      let digits = String(text.dropFirst(5))
      return digits.hasPrefix("-") ? nil : integer(digits, Bits.self)
    }
    let isNegative = text.hasPrefix("-")
    let magnitude = isNegative ? String(text.dropFirst()) : text
    let sign: Bits = isNegative ? 1 << (Bits.bitWidth - 1) : 0
    let fractionMask: Bits = 1 << Number.significandBitCount - 1
    if magnitude == "nan" { return sign | pattern(.nan) }
    if magnitude.hasPrefix("nan:0x") {
      guard let fraction = integer(String(magnitude.dropFirst(4)), Bits.self),
        fraction > 0, fraction <= fractionMask
      else { return nil }
      return sign | pattern(.infinity) | fraction
    }
    guard let first = magnitude.first, first.isNumber || first == "." || first == "i",
      let number = Number(magnitude)
    else { return nil }
    return sign | pattern(number)
  }

  private static func float<Number: BinaryFloatingPoint & CustomStringConvertible>(
    _ number: Number, _ fraction: some BinaryInteger, _ canonical: some BinaryInteger
  ) -> String {
    guard number.isNaN else { return number.description }
    let sign = number.sign == .minus ? "-" : ""
    if UInt64(fraction) == UInt64(canonical) { return sign + "nan" }
    return sign + "nan:0x" + String(UInt64(fraction), radix: 16)
  }
}
