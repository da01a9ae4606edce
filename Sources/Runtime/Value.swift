import CMachine
import Engine

/// A wasm value; floats as bits, so that NaNs keep theirs.
public enum Value: Hashable, Sendable {
  /// A 32-bit integer.
  case i32(UInt32)
  /// A 64-bit integer.
  case i64(UInt64)
  /// The bits of a 32-bit float.
  case f32(UInt32)
  /// The bits of a 64-bit float.
  case f64(UInt64)
  /// A vector: the byte that comes first in memory in the lowest bits.
  case v128(UInt128)
  /// A function, or null.
  case funcref(FunctionReference?)
  /// A number that means something to the host, below 2^64 - 1; or null.
  case externref(UInt64?)
  /// An exception, or null.
  case exnref(ExceptionReference?)

  /// Its type; of a reference that of all references of its kind.
  public var type: ValueType {
    switch self {
    case .i32: .i32
    case .i64: .i64
    case .f32: .f32
    case .f64: .f64
    case .v128: .v128
    case .funcref: .funcref
    case .externref: .externref
    case .exnref: .exnref
    }
  }

  /// The value as a zero-extended word, as the calling convention wants it; the low half of a vector.
  public var bits: UInt64 {
    switch self {
    case .i32(let v), .f32(let v): UInt64(v)
    case .i64(let v), .f64(let v): v
    case .v128(let v): UInt64(truncatingIfNeeded: v)
    case .funcref(let v): UInt64(v.map { UInt(bitPattern: $0.record) } ?? 0)
    case .externref(let v): v.map { $0 &+ 1 } ?? 0
    case .exnref(let v): UInt64(v.map { UInt(bitPattern: $0.record) } ?? 0)
    }
  }

  /// The value of a type from its word; bits above the type's own are ignored.
  ///
  /// `high` is the upper half of a vector.
  init(_ type: ValueType, bits: UInt64, high: UInt64 = 0) {
    switch type.kind {
    case .i32: self = .i32(UInt32(truncatingIfNeeded: bits))
    case .i64: self = .i64(bits)
    case .f32: self = .f32(UInt32(truncatingIfNeeded: bits))
    case .f64: self = .f64(bits)
    case .v128: self = .v128(UInt128(high) << 64 | UInt128(bits))
    case .funcref:
      self = .funcref(
        UnsafePointer<vm_function>(bitPattern: UInt(bits)).map { FunctionReference(record: $0) })
    case .externref: self = .externref(bits == 0 ? nil : bits - 1)
    case .exnref:
      self = .exnref(
        UnsafeMutablePointer<vm_exception>(bitPattern: UInt(bits)).map { ExceptionReference($0) })
    }
  }

  /// A vector in the text format, such as `i32x4 0x1 0x2 0x3 0x4`.
  public static func text(of vector: UInt128) -> String {
    let lanes = (0..<4).map { UInt32(truncatingIfNeeded: vector >> UInt128(32 * $0)) }
    return "i32x4 " + lanes.map { "0x" + String($0, radix: 16) }.joined(separator: " ")
  }

  /// Zero or null, also for references that cannot be null.
  public static func zero(_ type: ValueType) -> Value { Value(type, bits: 0) }
}

extension Value {
  /// Whether this is a value of a type.
  public func fits(_ wanted: ValueType) -> Bool {
    switch self {
    case .funcref(nil), .externref(nil), .exnref(nil):
      type.kind == wanted.kind && wanted.isNullable
    case .funcref(let function?):
      wanted.kind == .funcref
        && (wanted.typeID.map { TypeRegistry.isSubtype(function.record.pointee.signature, of: $0) }
          ?? !wanted.isNullOnly)
    default: type.kind == wanted.kind && !wanted.isNullOnly
    }
  }
}

/// Values as words, as stubs and host functions exchange them: one after the other, a v128 in two.
extension Value {
  /// Words that a value of a type takes.
  static func words(of type: ValueType) -> Int { type == .v128 ? 2 : 1 }

  /// Reads a value, and moves on to the word behind it.
  init(_ type: ValueType, reading words: inout UnsafePointer<UInt64>) {
    self.init(type, bits: words[0], high: type == .v128 ? words[1] : 0)
    words += Value.words(of: type)
  }

  /// Writes the value, and moves on to the word behind it.
  func write(to words: inout UnsafeMutablePointer<UInt64>) {
    words[0] = bits
    if case .v128(let vector) = self { words[1] = UInt64(truncatingIfNeeded: vector >> 64) }
    words += Value.words(of: type)
  }

  /// Reads a value of each type.
  static func list(_ types: [ValueType], at words: UnsafePointer<UInt64>) -> [Value] {
    var next = words
    return types.map { Value($0, reading: &next) }
  }

  /// Writes values one after the other.
  static func write(_ values: [Value], to words: UnsafeMutablePointer<UInt64>) {
    var next = words
    for value in values { value.write(to: &next) }
  }
}

/// The identity of a function, as references hold it; valid while its store lives.
public struct FunctionReference: Hashable, @unchecked Sendable {
  let record: UnsafePointer<vm_function>
}
