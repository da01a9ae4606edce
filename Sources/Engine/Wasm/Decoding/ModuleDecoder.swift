/// Reads the sections of a module in the binary format, in order (spec 5.5), as they arrive.
///
/// Each section's construct is validated where it is read: an index can only point to what
/// stands before it in the file, function bodies excepted. A section is read when all of it is
/// there, the code section body by body and the data section segment by segment. What is found, errors included, depends on the bytes alone
/// and not on the pieces in which they arrive.
struct ModuleDecoder {
  /// What `step` has come to.
  enum Step {
    /// Nothing can be told before more of the file has arrived.
    case starved
    /// A section has been read, or the head of a data segment, whose bytes need not have arrived.
    case section
    /// The code section begins: all that function bodies refer to is known.
    case code
    /// The next function body.
    case body(FunctionBody)
    /// The end of the file.
    case end
  }

  /// What stands next in the file.
  private enum Next {
    case header
    case section
    case content(id: UInt8)
    case codeCount
    case bodies
    case dataCount
    case segments
  }

  /// What has arrived of the file.
  private(set) var bytes: [UInt8] = []
  /// Whether that is all of it.
  private(set) var isComplete = false
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
  /// nil without a code section.
  var codeSection: Range<Int>?
  var bodyCount = 0
  var firstBody = 0
  /// As `FunctionBodies` keeps them.
  var bodyLandmarks: [UInt32] = []
  var customSections: [CustomSection] = []
  /// The number of segments that the data section says it has.
  var segmentCount = 0
  /// Bytes of the data section, which need not have arrived.
  var dataSectionSize = 0
  /// How much of the file must be there before the head of the next segment is looked at again.
  var segmentHeadEnd = 0
  /// Functions named outside of bodies, which `ref.func` may therefore name.
  var declaredReferences: Set<UInt32> = []

  private var next = Next.header
  /// The file offset of what stands next.
  private(set) var place = 0
  /// Where the section at hand begins.
  private var sectionStart = 0
  /// Where it says that it ends, which need not have arrived.
  private(set) var sectionEnd = 0
  private var lastRank = -1

  /// Reads the current section, as far as it has arrived.
  var reader = ByteReader([])

  init(features: Features) {
    self.features = features
  }

  /// The sections, in the order they must have (spec 5.5.2); custom sections stand anywhere.
  private static let order: [UInt8] = [1, 2, 3, 4, 5, 13, 6, 7, 8, 9, 12, 10, 11]

  /// Takes in more of the file.
  mutating func append(_ chunk: [UInt8]) {
    // The reader must not share the bytes, else they would be copied.
    reader = ByteReader([])
    if bytes.isEmpty { bytes = chunk } else { bytes += chunk }
  }

  /// Tells that all of the file has arrived.
  mutating func complete() { isComplete = true }

  /// Reads on: a section, or a body of the code section.
  mutating func step() throws(DecodeError) -> Step {
    guard UInt64(bytes.count) <= ImplementationLimits.moduleBytes else {
      throw DecodeError(
        .limitExceeded(
          .byte, count: ImplementationLimits.moduleBytes + 1,
          limit: ImplementationLimits.moduleBytes), at: 0)
    }
    switch next {
    case .header: return try decodeHeader()
    case .section: return try beginSection()
    case .content(let id):
      guard sectionEnd <= bytes.count else { return try starved() }
      read(to: sectionEnd)
      try decodeSection(id)
      return try endSection()
    case .codeCount: return try beginCode()
    case .bodies: return try nextBody()
    case .dataCount: return try beginData()
    case .segments: return try nextSegment()
    }
  }

  /// Refuses what is no module by the first byte that shows it.
  private mutating func decodeHeader() throws(DecodeError) -> Step {
    let magic: [UInt8] = [0x00, 0x61, 0x73, 0x6D]
    guard magic.starts(with: bytes.prefix(4)), bytes.count >= 4 || !isComplete else {
      throw DecodeError(.notWasm, at: 0)
    }
    guard bytes.count >= 8 || isComplete else { return .starved }
    place = 4
    read(to: bytes.count)
    let version = try fixed32()
    guard version == 1 else {
      // Components carry a layer number in the upper half of the version.
      throw DecodeError(version >> 16 == 1 ? .component : .unknownVersion(version), at: 4)
    }
    place = 8
    next = .section
    return .section
  }

  private mutating func beginSection() throws(DecodeError) -> Step {
    guard place < bytes.count else {
      guard isComplete else { return .starved }
      try checkCounts()
      return .end
    }
    sectionStart = place
    read(to: bytes.count)
    let id: UInt8
    let size: UInt32
    do throws(DecodeError) {
      id = try byte()
      size = try u32()
    } catch {
      guard error.kind == .unexpectedEnd, !isComplete else { throw error }
      return .starved
    }
    if id != 0 {
      guard let rank = Self.order.firstIndex(of: id) else {
        throw DecodeError(.unknownSection(id), at: sectionStart)
      }
      if id == 13 { try require(.exceptions, at: sectionStart) }
      guard rank > lastRank else { throw DecodeError(.sectionOutOfOrder(id), at: sectionStart) }
      lastRank = rank
    }
    place = offset
    sectionEnd = place + Int(size)
    switch id {
    case 10: next = .codeCount
    case 11: next = .dataCount
    default: next = .content(id: id)
    }
    return try step()
  }

  /// Goes on behind the section at hand, all of which must have been read.
  mutating func endSection() throws(DecodeError) -> Step {
    guard offset == sectionEnd else { throw DecodeError(.sectionSizeMismatch, at: offset) }
    place = sectionEnd
    next = .section
    return .section
  }

  /// Goes on with the bodies of the code section.
  mutating func goOn() {
    place = offset
    next = .bodies
  }

  /// Goes on with the segment of the data section whose head is at `start`.
  mutating func goOn(withSegmentAt start: Int) {
    place = start
    next = .segments
  }

  /// Waits for more of the section at hand.
  ///
  /// Throws the error for a file that has no more.
  func starved() throws(DecodeError) -> Step {
    guard isComplete else { return .starved }
    throw DecodeError(.sectionTooLong, at: sectionStart)
  }

  /// Lets the reader read on from `place`, up to `end` or to where the file has arrived.
  mutating func read(to end: Int) {
    let end = min(end, bytes.count)
    if reader.offset != place || reader.end != end {
      reader = ByteReader(bytes, in: place..<end)
    }
  }

  /// Reads a section other than that of the code, all of which is there.
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
        at: codeSection?.lowerBound ?? bytes.count)
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

  mutating func name() throws(DecodeError) -> [UInt8] { Array(bytes[try nameRange()]) }

  /// Where the bytes of a name are.
  mutating func nameRange() throws(DecodeError) -> Range<Int> {
    do { return try reader.name() } catch { throw DecodeError(error) }
  }

  /// The length of a vector whose elements take at least one byte each (spec 5.1.3).
  ///
  /// `existing` elements count towards the limit too.
  mutating func count(
    of item: ModuleFault.Item, limit: UInt64, existing: Int = 0
  ) throws(DecodeError) -> Int {
    let start = offset
    let count = try u32()
    let remaining = sectionEnd - offset
    guard Int(count) <= remaining else {
      throw DecodeError(.countTooLarge(count: count, remaining: remaining), at: start)
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
