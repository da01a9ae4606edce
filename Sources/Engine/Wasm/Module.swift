/// A decoded module: all of it is well-formed and valid but the function bodies, which are
/// validated one at a time by `FunctionValidator`.
///
/// Index spaces list imports first (spec 2.5.1). Every index stored here is within range.
public final class Module: Sendable {
  /// The file.
  public let bytes: [UInt8]
  /// What the module may use.
  public let features: Features
  /// The function types.
  public let types: [FuncType]
  /// The numbers of the types in `TypeRegistry`.
  public let typeIDs: [UInt32]
  /// The imports, in file order.
  public let imports: [Import]
  /// The tables.
  public let tables: [TableType]
  /// The memories.
  public let memories: [MemoryType]
  /// The globals.
  public let globals: [GlobalType]
  /// The type indices of the tags; their types have no results.
  public let tags: [Int]
  /// The number of imported functions.
  public let importedFunctionCount: Int
  /// The number of imported tables.
  public let importedTableCount: Int
  /// The number of imported memories.
  public let importedMemoryCount: Int
  /// The number of imported globals.
  public let importedGlobalCount: Int
  /// The number of imported tags.
  public let importedTagCount: Int
  /// The initial values of the elements of the defined tables.
  public let tableInitializers: [ConstantExpression]
  /// The initial values of the defined globals.
  public let globalInitializers: [ConstantExpression]
  /// The exports, in file order.
  public let exports: [Export]
  /// The function to call at instantiation.
  public let start: Int?
  /// The element segments.
  public let elements: [ElementSegment]
  /// The data segments.
  public let data: [DataSegment]
  /// The code section's content; empty at the end of the file without one.
  let codeSection: Range<Int>
  /// The bodies of the defined functions.
  public let bodies: FunctionBodies
  /// The custom sections, in file order.
  public let customSections: [CustomSection]
  /// The same tables as plain memory.
  public let flat: FlatModule
  private let flatStorage: FlatStorage
  private let lazyNames = LazyNames()

  /// Decodes a module in the binary format and validates all but the function bodies.
  ///
  /// Time and memory are linear in the size of `bytes`.
  public convenience init(
    decoding bytes: [UInt8], features: Features = .default
  ) throws(DecodeError) {
    var decoder = ModuleDecoder(features: features)
    decoder.append(bytes)
    decoder.complete()
    while true {
      if case .end = try decoder.step() { break }
    }
    self.init(decoder, FlatStorage(decoder))
  }

  /// What a decoder that has come to the end has found; `flatStorage` holds its tables.
  init(_ decoder: ModuleDecoder, _ flatStorage: FlatStorage) {
    bytes = decoder.bytes
    features = decoder.features
    types = decoder.types
    typeIDs = decoder.typeIDs
    imports = decoder.imports
    tables = decoder.tables
    memories = decoder.memories
    globals = decoder.globals
    tags = decoder.tags
    importedFunctionCount = decoder.importedFunctionCount
    importedTableCount = decoder.importedTableCount
    importedMemoryCount = decoder.importedMemoryCount
    importedGlobalCount = decoder.importedGlobalCount
    importedTagCount = decoder.importedTagCount
    tableInitializers = decoder.tableInitializers
    globalInitializers = decoder.globalInitializers
    exports = decoder.exports
    start = decoder.start
    elements = decoder.elements
    data = decoder.data
    codeSection = decoder.codeSection ?? bytes.count..<bytes.count
    bodies = FunctionBodies(
      in: bytes, first: decoder.firstBody, landmarks: decoder.bodyLandmarks,
      count: decoder.bodyCount)
    customSections = decoder.customSections
    flat = flatStorage.flat
    self.flatStorage = flatStorage
  }

  /// The file offset of the code section's content; the end of the file without one.
  public var codeSectionOffset: Int { codeSection.lowerBound }

  /// The number of functions, imported ones included.
  public var functionCount: Int { flat.functionCount }

  /// The index of the type of a function of the whole index space.
  public func typeIndex(ofFunction index: Int) -> Int {
    precondition(index >= 0 && index < functionCount, "no function \(index)")
    return flat.typeIndex(ofFunction: index)
  }

  /// The type of the function with an index of the whole index space.
  public func type(ofFunction index: Int) -> FuncType { types[typeIndex(ofFunction: index)] }

  /// The name section, without what is broken in it; nil if there is none.
  ///
  /// It is not looked at before the first call.
  public var names: NameSection? {
    lazyNames {
      customSections.first { $0.name == Array("name".utf8) }
        .map { NameSection(decoding: bytes, in: $0.range) }
    }
  }

  /// The number of parameters and declared locals of the function with an index of the whole index
  /// space (spec 5.4.12).
  ///
  /// Declarations are counted up to the first that is malformed or too many.
  public func localCount(ofFunction index: Int) -> Int {
    let parameterCount = type(ofFunction: index).parameters.count
    let defined = index - importedFunctionCount
    guard bodies.indices.contains(defined) else { return parameterCount }
    let start = bodies[defined].bodyOffset
    var reader = ByteReader(bytes, in: start..<start + bodies[defined].size)
    var count = UInt64(parameterCount)
    if let groups = try? reader.unsigned32() {
      for _ in 0..<groups {
        guard let next = try? reader.unsigned32(), (try? reader.skipValueType()) != nil,
          count + UInt64(next) <= ImplementationLimits.locals
        else { break }
        count += UInt64(next)
      }
    }
    return Int(count)
  }
}
