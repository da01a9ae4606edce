/// A function type as the two walks read it.
public struct FlatType: BitwiseCopyable {
  /// The number of arguments.
  public var parameterCount: UInt32
  /// The number of results.
  public var resultCount: UInt32
  /// The codes of the arguments' kinds.
  public var parameters: UnsafePointer<UInt8>
  /// The codes of the results' kinds.
  public var results: UnsafePointer<UInt8>
  /// The types of the arguments and then of the results.
  var valueTypes: UnsafePointer<ValueType>
  /// The number of the type in `TypeRegistry`, equal for equal types in the whole process; never 0.
  public var signature: UInt32
  /// The type of references to functions of this type.
  var reference: ValueType
  /// Supertypes above the type, if it can have subtypes; -1 if it cannot.
  public var openDepth: Int8
  /// Bytes of stack arguments in the wasm convention (`vm_context.h`), which the callee pops.
  public var stackArgumentBytes: UInt32
  /// Whether any argument or result is a v128.
  public var hasVectors: Bool
}

/// A global as the two walks read it.
public struct FlatGlobal: BitwiseCopyable {
  /// The type of the value.
  var valueType: ValueType
  /// 1 if `global.set` is allowed, else 0.
  public var mutable: UInt8

  /// The code of the value's kind.
  @inline(__always) var type: UInt8 { valueType.code }
}

/// A table as the two walks read it.
public struct FlatTable: BitwiseCopyable {
  /// The type of the elements.
  var element: ValueType
  /// The type of its indices.
  var addressType: ValueType
  /// The size at the start in elements.
  public var minimum: UInt64
  /// The size never exceeded in elements; `UInt64.max` if none is declared.
  public var maximum: UInt64

  /// The code of the elements' kind.
  @inline(__always) var type: UInt8 { element.code }
  /// The code of the indices' kind.
  @inline(__always) var address: UInt8 { addressType.code }
}

/// The tables of a module as plain memory: what the two walks of the compiler read.
///
/// Trivial; valid as long as its `FlatStorage` or a `Module` that has it lives. All indices in it are
/// within range. Index spaces list imports first.
public struct FlatModule: BitwiseCopyable, @unchecked Sendable {
  /// The function types.
  public var types: UnsafePointer<FlatType>
  /// The number of function types.
  public var typeCount: Int
  /// The type index of each function, in two bytes where all types have such numbers, else in four.
  var functionTypes: UnsafeRawPointer
  /// The number of functions, imported ones included.
  public var functionCount: Int
  /// The number of imported functions.
  public var importedFunctionCount: Int
  /// The globals.
  public var globals: UnsafePointer<FlatGlobal>
  /// The number of globals, imported ones included.
  public var globalCount: Int
  /// The number of imported globals.
  public var importedGlobalCount: Int
  /// The type index of each tag.
  public var tagTypes: UnsafePointer<UInt32>
  /// The number of tags, imported ones included.
  public var tagCount: Int
  /// The tables.
  public var tables: UnsafePointer<FlatTable>
  /// The number of tables, imported ones included.
  public var tableCount: Int
  /// The number of memories, imported ones included.
  public var memoryCount: Int
  /// The code of each memory's addresses.
  public var memoryAddresses: UnsafePointer<UInt8>
  /// Whether the memory that instructions mean which name none has addresses of 64 bits.
  public var hasWideMemory: Bool
  /// The number of data segments that the data count section declares; -1 without one.
  public var dataCount: Int
  /// The type of each element segment.
  var elementTypes: UnsafePointer<ValueType>
  /// The number of element segments.
  public var elementCount: Int
  /// Functions that `ref.func` may name: bit `i % 64` of word `i / 64`.
  public var declaredFunctionReferences: UnsafePointer<UInt64>

  /// The memory behind all pointers.
  let storage: UnsafeMutableRawPointer

  /// The type of the function with an index of the whole index space.
  @inline(__always)
  public func type(ofFunction index: Int) -> UnsafePointer<FlatType> {
    types + typeIndex(ofFunction: index)
  }

  /// The index of that type.
  @inline(__always)
  public func typeIndex(ofFunction index: Int) -> Int {
    Self.hasNarrowIndices(typeCount)
      ? Int(functionTypes.load(fromByteOffset: 2 &* index, as: UInt16.self))
      : Int(functionTypes.load(fromByteOffset: 4 &* index, as: UInt32.self))
  }

  @inline(__always) static func hasNarrowIndices(_ typeCount: Int) -> Bool { typeCount <= 65_536 }

  /// Whether `ref.func` may name the function with an index of the whole index space.
  @inlinable @inline(__always)
  public func isDeclaredReference(_ index: Int) -> Bool {
    declaredFunctionReferences[index >> 6] >> UInt64(index & 63) & 1 != 0
  }
}

/// Owns the memory of a `FlatModule`.
final class FlatStorage: Sendable {
  let flat: FlatModule

  /// Copies what a decoder has found before the function bodies.
  init(_ decoder: ModuleDecoder) { flat = FlatModule(decoder) }

  deinit { flat.storage.deallocate() }
}
