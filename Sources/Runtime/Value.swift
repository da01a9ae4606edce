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
  /// A function, or null.
  case funcref(FunctionReference?)
  /// A number that means something to the host, below 2^64 - 1; or null.
  case externref(UInt64?)

  /// Its type.
  public var type: ValueType {
    switch self {
    case .i32: .i32
    case .i64: .i64
    case .f32: .f32
    case .f64: .f64
    case .funcref: .funcref
    case .externref: .externref
    }
  }

  /// The value as a zero-extended word, as the calling convention wants it.
  public var bits: UInt64 {
    switch self {
    case .i32(let v), .f32(let v): UInt64(v)
    case .i64(let v), .f64(let v): v
    case .funcref(let v): UInt64(v.map { UInt(bitPattern: $0.record) } ?? 0)
    case .externref(let v): v.map { $0 &+ 1 } ?? 0
    }
  }

  /// The value of a type from its word; bits above the type's own are ignored.
  init(_ type: ValueType, bits: UInt64) {
    switch type {
    case .i32: self = .i32(UInt32(truncatingIfNeeded: bits))
    case .i64: self = .i64(bits)
    case .f32: self = .f32(UInt32(truncatingIfNeeded: bits))
    case .f64, .v128: self = .f64(bits)
    case .funcref:
      self = .funcref(
        UnsafePointer<vm_function>(bitPattern: UInt(bits)).map { FunctionReference(record: $0) })
    case .externref: self = .externref(bits == 0 ? nil : bits - 1)
    }
  }

  /// Zero or null.
  public static func zero(_ type: ValueType) -> Value { Value(type, bits: 0) }
}

/// The identity of a function, as references hold it; valid while its store lives.
public struct FunctionReference: Hashable, @unchecked Sendable {
  let record: UnsafePointer<vm_function>
}
