/// Proposals beyond WebAssembly 1.0 that a module may use.
public struct Features: OptionSet, Hashable, Sendable {
  /// One bit a feature.
  public let rawValue: UInt32

  /// Creates the set with the given bits.
  public init(rawValue: UInt32) {
    self.rawValue = rawValue
  }

  /// Import and export of mutable globals.
  public static let mutableGlobals = Features(rawValue: 1 << 0)
  /// `i32.extend8_s` and its kin.
  public static let signExtension = Features(rawValue: 1 << 1)
  /// `i32.trunc_sat_f32_s` and its kin.
  public static let saturatingFloatToInt = Features(rawValue: 1 << 2)
  /// Several results, and block parameters.
  public static let multiValue = Features(rawValue: 1 << 3)
  /// `memory.copy`, `memory.fill`, passive segments and their kin.
  public static let bulkMemory = Features(rawValue: 1 << 4)
  /// `externref`, several tables, table instructions, typed `select`.
  public static let referenceTypes = Features(rawValue: 1 << 5)
  /// 128-bit vectors.
  public static let simd = Features(rawValue: 1 << 6)
  /// `return_call` and its kin.
  public static let tailCalls = Features(rawValue: 1 << 7)
  /// `try_table`, `throw`, tags.
  public static let exceptions = Features(rawValue: 1 << 8)
  /// Structures, arrays and casts.
  public static let garbageCollection = Features(rawValue: 1 << 9)
  /// Atomic instructions and shared memories.
  public static let threads = Features(rawValue: 1 << 10)
  /// Memories and tables indexed by i64.
  public static let memory64 = Features(rawValue: 1 << 11)
  /// More than one memory.
  public static let multiMemory = Features(rawValue: 1 << 12)

  /// Vector instructions whose results the hardware may choose.
  public static let relaxedSIMD = Features(rawValue: 1 << 13)
  /// References that name a function type or are never null, `call_ref` and its kin; with recursive
  /// groups of function types and subtypes among them.
  public static let functionReferences = Features(rawValue: 1 << 15)
  /// Arithmetic and the module's own globals in constant expressions.
  public static let extendedConstants = Features(rawValue: 1 << 14)

  /// WebAssembly 2.0.
  public static let webAssembly2: Features = [
    .mutableGlobals, .signExtension, .saturatingFloatToInt, .multiValue, .bulkMemory,
    .referenceTypes, .simd,
  ]

  /// All that the compiler implements: WebAssembly 2.0, and 3.0 but for garbage collection.
  public static let `default`: Features = webAssembly2.union([
    .extendedConstants, .multiMemory, .tailCalls, .exceptions, .memory64, .relaxedSIMD,
    .functionReferences,
  ])

  /// WebAssembly 1.0 alone.
  public static let mvp: Features = []

  /// The features by name, in the order of their bits.
  static let names: [(feature: Features, name: String)] = [
    (.mutableGlobals, "mutable globals"), (.signExtension, "sign extension"),
    (.saturatingFloatToInt, "saturating float-to-int conversion"), (.multiValue, "multi-value"),
    (.bulkMemory, "bulk memory"), (.referenceTypes, "reference types"), (.simd, "SIMD"),
    (.tailCalls, "tail calls"), (.exceptions, "exceptions"),
    (.garbageCollection, "garbage collection"), (.threads, "threads"), (.memory64, "memory64"),
    (.multiMemory, "multi-memory"), (.relaxedSIMD, "relaxed SIMD"),
    (.extendedConstants, "extended constant expressions"),
    (.functionReferences, "typed function references"),
  ]
}

extension Features: CustomStringConvertible {
  /// The names of the features, such as `SIMD`.
  public var description: String {
    Features.names.filter { contains($0.feature) }.map(\.name).joined(separator: ", ")
  }
}
