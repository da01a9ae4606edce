/// Reads the sections of a module in the binary format, in order (spec 5.5).
///
/// Each section's construct is validated where it is read: an index can only point to what
/// stands before it in the file, function bodies excepted.
struct ModuleDecoder {
  let bytes: [UInt8]
  let features: Features

  var types: [FuncType] = []
  /// Their numbers in `TypeRegistry`.
  var typeIDs: [UInt32] = []
  /// The first of the types that are being read, and the number of those that may be named.
  var groupStart = 0
  var visibleTypes = 0
  /// Whether any type names one of its own group.
  var hasRelativeTypes = false
  var imports: [Import] = []
  var functionTypeIndices: [UInt32] = []
  var tables: [TableType] = []
  var memories: [MemoryType] = []
  var globals: [GlobalType] = []
  var tags: [Int] = []
  var importedFunctionCount = 0
  var importedTableCount = 0
  var importedMemoryCount = 0
  var importedGlobalCount = 0
  var importedTagCount = 0
  var globalInitializers: [ConstantExpression] = []
  var tableInitializers: [ConstantExpression] = []
  var exports: [Export] = []
  var start: Int?
  var elements: [ElementSegment] = []
  var dataCount: Int?
  var data: [DataSegment] = []
  var codeSection: Range<Int>
  var bodyCount = 0
  var firstBody = 0
  /// As `FunctionBodies` keeps them.
  var bodyLandmarks: [UInt32] = []
  var customSections: [CustomSection] = []
  /// Functions named outside of bodies, which `ref.func` may therefore name.
  var declaredReferences: Set<UInt32> = []

  /// Reads the current section.
  var reader: ByteReader

  init(bytes: [UInt8], features: Features) {
    self.bytes = bytes
    self.features = features
    reader = ByteReader(bytes)
    codeSection = bytes.count..<bytes.count
  }

  /// The sections, in the order they must have (spec 5.5.2); custom sections stand anywhere.
  private static let order: [UInt8] = [1, 2, 3, 4, 5, 13, 6, 7, 8, 9, 12, 10, 11]

  /// Reads the whole module.
  mutating func decode() throws(DecodeError) {
    guard UInt64(bytes.count) <= ImplementationLimits.moduleBytes else {
      throw DecodeError(
        .limitExceeded(
          .byte, count: UInt64(bytes.count), limit: ImplementationLimits.moduleBytes), at: 0)
    }
    try decodeHeader()
    var file = reader
    var lastRank = -1
    while !file.isAtEnd {
      let sectionOffset = file.offset
      do {
        let id = try file.byte()
        let size = try file.unsigned32()
        guard Int(size) <= file.remaining else {
          throw DecodeError(.sectionTooLong, at: sectionOffset)
        }
        reader = try file.slice(Int(size))
        if id != 0 {
          guard let rank = Self.order.firstIndex(of: id) else {
            throw DecodeError(.unknownSection(id), at: sectionOffset)
          }
          if id == 13 { try require(.exceptions, at: sectionOffset) }
          guard rank > lastRank else {
            throw DecodeError(.sectionOutOfOrder(id), at: sectionOffset)
          }
          lastRank = rank
        }
        try decodeSection(id)
        guard reader.isAtEnd else { throw DecodeError(.sectionSizeMismatch, at: reader.offset) }
      } catch let error as ReadError {
        throw DecodeError(error)
      } catch let error as DecodeError {
        throw error
      } catch {
        preconditionFailure("a section threw \(error)")
      }
    }
    try checkCounts()
  }

  private mutating func decodeHeader() throws(DecodeError) {
    guard bytes.starts(with: [0x00, 0x61, 0x73, 0x6D]) else { throw DecodeError(.notWasm, at: 0) }
    _ = try skip(4)
    let version = try fixed32()
    guard version == 1 else {
      // Components carry a layer number in the upper half of the version.
      throw DecodeError(version >> 16 == 1 ? .component : .unknownVersion(version), at: 4)
    }
  }

  private mutating func decodeSection(_ id: UInt8) throws(DecodeError) {
    switch id {
    case 0: try decodeCustomSection()
    case 1: try decodeTypeSection()
    case 2: try decodeImportSection()
    case 3: try decodeFunctionSection()
    case 4: try decodeTableSection()
    case 5: try decodeMemorySection()
    case 6: try decodeGlobalSection()
    case 7: try decodeExportSection()
    case 8: try decodeStartSection()
    case 9: try decodeElementSection()
    case 10: try decodeCodeSection()
    case 11: try decodeDataSection()
    case 13: try decodeTagSection()
    default: try decodeDataCountSection()
    }
  }

  /// What sections that may be missing must agree on (spec 5.5.16).
  private func checkCounts() throws(DecodeError) {
    let declared = functionTypeIndices.count - importedFunctionCount
    guard declared == bodyCount else {
      throw DecodeError(
        .functionCountMismatch(declared: declared, bodies: bodyCount),
        at: codeSection.lowerBound)
    }
    if let dataCount, dataCount != data.count {
      throw DecodeError(
        .dataCountMismatch(declared: dataCount, segments: data.count), at: bytes.count)
    }
  }

  private mutating func decodeCustomSection() throws(DecodeError) {
    let name = try name()
    let range = try skip(reader.remaining)
    customSections.append(CustomSection(name: name, range: range))
  }
}

// MARK: Items

/// The reader's items with its errors as decode errors.
extension ModuleDecoder {
  /// The file offset of the next byte.
  var offset: Int { reader.offset }

  mutating func byte() throws(DecodeError) -> UInt8 {
    do { return try reader.byte() } catch { throw DecodeError(error) }
  }

  mutating func u32() throws(DecodeError) -> UInt32 {
    do { return try reader.unsigned32() } catch { throw DecodeError(error) }
  }

  mutating func u64() throws(DecodeError) -> UInt64 {
    do { return try reader.unsigned64() } catch { throw DecodeError(error) }
  }

  mutating func s32() throws(DecodeError) -> Int32 {
    do { return try reader.signed32() } catch { throw DecodeError(error) }
  }

  mutating func s64() throws(DecodeError) -> Int64 {
    do { return try reader.signed64() } catch { throw DecodeError(error) }
  }

  mutating func fixed32() throws(DecodeError) -> UInt32 {
    do { return try reader.fixed32() } catch { throw DecodeError(error) }
  }

  mutating func fixed64() throws(DecodeError) -> UInt64 {
    do { return try reader.fixed64() } catch { throw DecodeError(error) }
  }

  mutating func skip(_ count: Int) throws(DecodeError) -> Range<Int> {
    do { return try reader.skip(count) } catch { throw DecodeError(error) }
  }

  mutating func name() throws(DecodeError) -> [UInt8] {
    do { return Array(bytes[try reader.name()]) } catch { throw DecodeError(error) }
  }

  /// The length of a vector whose elements take at least one byte each (spec 5.1.3).
  ///
  /// `existing` elements count towards the limit too.
  mutating func count(
    of item: ModuleFault.Item, limit: UInt64, existing: Int = 0
  ) throws(DecodeError) -> Int {
    let start = offset
    let count = try u32()
    guard Int(count) <= reader.remaining else {
      throw DecodeError(.countTooLarge(count: count, remaining: reader.remaining), at: start)
    }
    let total = UInt64(count) + UInt64(existing)
    guard total <= limit else {
      throw DecodeError(.limitExceeded(item, count: total, limit: limit), at: start)
    }
    return Int(count)
  }

  /// An index of an index space with `count` items.
  mutating func index(of item: ModuleFault.Item, count: Int) throws(DecodeError) -> Int {
    let start = offset
    let index = try u32()
    guard Int(index) < count else {
      throw DecodeError(.unknown(item, index: index, count: count), at: start)
    }
    return Int(index)
  }

  /// Refuses the module if `feature` is off.
  func require(_ feature: Features, at offset: Int) throws(DecodeError) {
    guard features.contains(feature) else {
      throw DecodeError(.featureMissing(feature), at: offset)
    }
  }
}

extension DecodeError {
  /// A failed read as a decode error.
  init(_ error: ReadError) {
    let kind: ModuleFault =
      switch error.kind {
      case .unexpectedEnd: .unexpectedEnd
      case .integerTooLong: .integerTooLong
      case .integerTooLarge: .integerTooLarge
      case .notUTF8: .nameNotUTF8
      }
    self.init(kind, at: error.offset)
  }
}
