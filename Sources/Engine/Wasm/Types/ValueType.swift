/// The type of a WebAssembly value (spec 2.3.4), as a number that is equal for equal types in the
/// whole process.
///
/// ```
/// bits  0- 7  the kind, as its code in the binary format (spec 5.3): all that compiled code asks for
///          8  of a reference: never null
///          9  in `FunctionValidator`: a local that has no value yet; in `TypeRegistry`: a type of the
///             group at hand, counted from its first
///      10-31  of a reference: what it refers to; 0 all of its kind, 1 nothing, else 2 more than the
///             number of a type in `TypeRegistry`
/// ```
public struct ValueType: Hashable, Sendable, BitwiseCopyable {
  /// The kinds of value: what takes the same form in registers and memory.
  public enum Kind: UInt8, Hashable, Sendable, CaseIterable {
    case i32 = 0x7F
    case i64 = 0x7E
    case f32 = 0x7D
    case f64 = 0x7C
    case v128 = 0x7B
    case funcref = 0x70
    case externref = 0x6F
    case exnref = 0x69
  }

  /// See above.
  let bits: UInt32

  @inline(__always) init(bits: UInt32) { self.bits = bits }

  /// The type with all values of a kind.
  @inline(__always) public init(_ kind: Kind) { bits = UInt32(kind.rawValue) }

  /// The type with all values of the kind that has a code; nil if none has it.
  public init?(code: UInt8) {
    guard let kind = Kind(rawValue: code) else { return nil }
    self.init(kind)
  }

  /// A 32-bit integer.
  @inline(__always) public static var i32: ValueType { ValueType(.i32) }
  /// A 64-bit integer.
  @inline(__always) public static var i64: ValueType { ValueType(.i64) }
  /// A 32-bit float.
  @inline(__always) public static var f32: ValueType { ValueType(.f32) }
  /// A 64-bit float.
  @inline(__always) public static var f64: ValueType { ValueType(.f64) }
  /// A vector of 128 bits.
  @inline(__always) public static var v128: ValueType { ValueType(.v128) }
  /// Any function, or null.
  @inline(__always) public static var funcref: ValueType { ValueType(.funcref) }
  /// Anything of the host's, or null.
  @inline(__always) public static var externref: ValueType { ValueType(.externref) }
  /// Any exception, or null.
  @inline(__always) public static var exnref: ValueType { ValueType(.exnref) }

  /// The kind's code in the binary format.
  @inline(__always) public var code: UInt8 { UInt8(truncatingIfNeeded: bits) }

  /// The kind.
  public var kind: Kind {
    guard let kind = Kind(rawValue: code) else { preconditionFailure("no kind has \(code)") }
    return kind
  }

  /// Whether values of this type are references (spec 2.3.3).
  public var isReference: Bool { code < Kind.v128.rawValue && bits != 0 }

  /// Whether values of this type travel in xmm registers.
  public var isFloatOrVector: Bool { code >= Kind.v128.rawValue && code <= Kind.f32.rawValue }

  /// The feature that brought the type; empty for WebAssembly 1.0.
  var feature: Features {
    switch kind {
    case .i32, .i64, .f32, .f64: []
    case .v128: .simd
    case .funcref, .externref: bits > 0xFF ? .functionReferences : .referenceTypes
    case .exnref: bits > 0xFF ? .functionReferences : .exceptions
    }
  }
}

/// References that say more than their kind.
extension ValueType {
  private static var nonNull: UInt32 { 1 << 8 }
  private static var isRelative: UInt32 { 1 << 9 }
  private static var nothing: UInt32 { 1 }
  private static var firstType: UInt32 { 2 }

  /// What the reference refers to; see `bits`.
  private var target: UInt32 { bits >> 10 }

  /// Whether null is a value of the type.
  public var isNullable: Bool { isReference && bits & Self.nonNull == 0 }

  /// Whether a local of the type has a value from the start: zero or null (spec 3.4.1).
  public var isDefaultable: Bool { bits & Self.nonNull == 0 }

  /// The type with null.
  public var nullable: ValueType { ValueType(bits: bits & ~Self.nonNull) }

  /// The type without null; only of references.
  public var withoutNull: ValueType { ValueType(bits: bits | Self.nonNull) }

  /// Whether no reference but null is a value of the type.
  public var isNullOnly: Bool { target == Self.nothing }

  /// The type of null alone, of a kind of reference.
  static func null(_ kind: Kind) -> ValueType {
    ValueType(bits: UInt32(kind.rawValue) | nothing << 10)
  }

  /// The type of references to functions of the type with a number in `TypeRegistry`; nil if the
  /// number has too many bits.
  static func function(_ id: UInt32) -> ValueType? {
    guard id < 1 << 22 - firstType else { return nil }
    return ValueType(bits: UInt32(Kind.funcref.rawValue) | (firstType + id) << 10)
  }

  /// The same for type `index` of the group at hand.
  static func relative(_ index: Int) -> ValueType {
    ValueType(bits: UInt32(Kind.funcref.rawValue) | isRelative | UInt32(index) << 10)
  }

  /// The type's place in the group at hand, if it is one of that group.
  @inline(__always) var relativeIndex: Int? { bits & Self.isRelative == 0 ? nil : Int(target) }

  /// The type with the number in place of a place in the group of which `first` is the first.
  func resolved(_ first: UInt32) -> ValueType {
    guard let index = relativeIndex else { return self }
    let type = Self.function(first + UInt32(index)) ?? .funcref
    return isNullable ? type : type.withoutNull
  }

  /// The number in `TypeRegistry` of what the reference refers to, if it names a type.
  public var typeID: UInt32? { target < Self.firstType ? nil : target - Self.firstType }

  /// Whether all values of this type are values of `other` too (spec 3.3.3).
  public func isSubtype(of other: ValueType) -> Bool {
    if self == other { return true }
    guard isReference, code == other.code, isNullable ? other.isNullable : true else {
      return false
    }
    if target == other.target || other.target == 0 || target == Self.nothing { return true }
    guard let id = typeID, let wanted = other.typeID else { return false }
    return TypeRegistry.isSubtype(id, of: wanted)
  }
}

extension ValueType: CustomStringConvertible {
  /// The name in the text format, such as `i32` or `(ref func)`; a function type in full.
  public var description: String { text(isInner: false) }

  /// The name; within a function type, `isInner`, function types stay unnamed.
  func text(isInner: Bool) -> String {
    guard bits > 0xFF else { return "\(kind)" }
    var heap = heapName
    if let typeID {
      let type = isInner ? nil : TypeRegistry.type(typeID)
      heap = type.map { "(func \($0.text(isInner: true)))" } ?? "(func …)"
    }
    return isNullable ? "(ref null \(heap))" : "(ref \(heap))"
  }

  /// What a reference refers to that names no type.
  var heapName: String {
    let isBottom = target == Self.nothing
    return switch kind {
    case .externref: isBottom ? "noextern" : "extern"
    case .exnref: isBottom ? "noexn" : "exn"
    default: isBottom ? "nofunc" : "func"
    }
  }
}

extension ByteReader {
  /// Skips a value type (spec 5.3.5).
  mutating func skipValueType() throws(ReadError) {
    if ValueType.hasHeapType(try byte()) { _ = try signed33() }
  }
}

/// Codes of the binary format.
extension ValueType {
  /// The codes before a heap type: of references that may be null, and that may not.
  static var nullableCode: UInt8 { 0x63 }
  static var nonNullCode: UInt8 { 0x64 }

  /// Whether a code is followed by a heap type.
  @inline(__always) static func hasHeapType(_ code: UInt8) -> Bool {
    code == nullableCode || code == nonNullCode
  }

  /// The codes of kinds by the first byte of a heap type, for code that is valid.
  static let kindOfHeapType = KindTable()

  /// An immutable table that lives as long as the process.
  struct KindTable: @unchecked Sendable {
    /// 256 codes.
    let codes: UnsafePointer<UInt8>

    init() {
      let codes = UnsafeMutablePointer<UInt8>.allocate(capacity: 256)
      for byte in 0..<256 {
        let type = ValueType.abstract(UInt8(byte)) ?? .funcref
        (codes + byte).initialize(to: type.code)
      }
      self.codes = UnsafePointer(codes)
    }
  }

  /// The nullable type that an abstract heap type stands for; nil if the code is none.
  static func abstract(_ code: UInt8) -> ValueType? {
    switch code {
    case 0x70: .funcref
    case 0x6F: .externref
    case 0x69: .exnref
    case 0x73: .null(.funcref)
    case 0x72: .null(.externref)
    case 0x74: .null(.exnref)
    default: nil
    }
  }

  /// The feature that gives a meaning to a type code which is none here, if there is one.
  static func missingFeature(ofCode code: UInt8) -> Features? {
    switch code {
    case 0x68, 0x75: .exceptions
    case 0x6A...0x6E, 0x71, 0x77, 0x78: .garbageCollection
    default: nil
    }
  }
}
