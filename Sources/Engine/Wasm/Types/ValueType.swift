/// The type of a WebAssembly value; the raw value is its code in the binary format (spec 5.3).
public enum ValueType: UInt8, Hashable, Sendable, CaseIterable {
  case i32 = 0x7F
  case i64 = 0x7E
  case f32 = 0x7D
  case f64 = 0x7C
  case v128 = 0x7B
  case funcref = 0x70
  case externref = 0x6F
  case exnref = 0x69

  /// Whether values of this type are references (spec 2.3.3).
  public var isReference: Bool {
    switch self {
    case .funcref, .externref, .exnref: true
    case .i32, .i64, .f32, .f64, .v128: false
    }
  }

  /// The feature that brought the type; empty for WebAssembly 1.0.
  var feature: Features {
    switch self {
    case .i32, .i64, .f32, .f64: []
    case .v128: .simd
    case .funcref, .externref: .referenceTypes
    case .exnref: .exceptions
    }
  }

  /// Whether values of this type travel in xmm registers.
  public var isFloatOrVector: Bool { self == .f32 || self == .f64 || self == .v128 }
}

extension ValueType: CustomStringConvertible {
  /// The name in the text format, such as `i32`.
  public var description: String {
    switch self {
    case .i32: "i32"
    case .i64: "i64"
    case .f32: "f32"
    case .f64: "f64"
    case .v128: "v128"
    case .funcref: "funcref"
    case .externref: "externref"
    case .exnref: "exnref"
    }
  }
}

extension ValueType {
  /// The feature that gives a meaning to a type code which is none here, if there is one.
  static func missingFeature(ofCode code: UInt8) -> Features? {
    switch code {
    case 0x68, 0x74, 0x75: .exceptions
    case 0x63, 0x64: .functionReferences
    case 0x6A...0x6E, 0x71...0x73, 0x77, 0x78: .garbageCollection
    default: nil
    }
  }
}
