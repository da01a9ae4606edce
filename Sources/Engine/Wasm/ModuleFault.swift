/// What is wrong with a module: malformed bytes, an invalid construct or an exceeded limit.
///
/// Trivial, so that hot paths can throw it without allocation; all text is made on demand.
public enum ModuleFault: Hashable, Sendable {
  /// Something that an index space or a vector holds, for messages.
  public enum Item: UInt8, Hashable, Sendable {
    case type, function, table, memory, global, tag, local, label, dataSegment, elementSegment
    case parameter, result, `import`, export, branchTarget, operand, bodyByte, codeByte, byte
    case tableElement, memoryPage, typeOfProcess, supertype
  }

  // Malformed bytes (spec 5).
  case notWasm
  case component
  case unknownVersion(UInt32)
  case unexpectedEnd
  case integerTooLong
  case integerTooLarge
  case nameNotUTF8
  case unknownSection(UInt8)
  case sectionOutOfOrder(UInt8)
  case sectionTooLong
  case sectionSizeMismatch
  case countTooLarge(count: UInt32, remaining: Int)
  case bodySizeMismatch
  case functionCountMismatch(declared: Int, bodies: Int)
  case dataCountMismatch(declared: Int, segments: Int)
  case dataCountMissing
  case badValueType(UInt8)
  case badReferenceType(UInt8)
  case badHeapType(UInt8)
  case badFunctionTypeForm(UInt8)
  case manySupertypes(UInt32)
  case badLimitsFlag(UInt8)
  case badMutability(UInt8)
  case badImportKind(UInt8)
  case badExportKind(UInt8)
  case badSegmentFlag(UInt32)
  case badElementKind(UInt8)
  case zeroByteExpected(UInt8)
  case badBlockType
  case badCatchKind(UInt8)
  case illegalInstruction(prefix: UInt8, code: UInt32)
  case featureMissing(Features)

  // Invalid constructs (spec 3).
  case unknown(Item, index: UInt32, count: Int)
  case duplicateExport
  case minimumAboveMaximum
  case constantExpressionRequired
  case typeMismatch(expected: ValueType?, found: ValueType?)
  case operandMissing(expected: ValueType?)
  case badSubtype
  case initializerMissing(ValueType)
  case localUnset(index: UInt32)
  case labelWithoutReference
  case referenceExpected(found: ValueType)
  case numberExpected(found: ValueType)
  case operandsLeft(count: Int)
  case elseMissing
  case elseWithoutIf
  case labelArityMismatch
  case resultArity(UInt32)
  case resultsDiffer
  case tagWithResults
  case catchArity
  case alignmentTooLarge(UInt32)
  case laneOutOfRange(index: UInt8, count: UInt8)
  case globalImmutable(index: UInt32)
  case undeclaredFunctionReference(index: UInt32)
  case startFunctionType
  case multipleMemories
  case memoryTooLarge

  /// A limit of this implementation (the web engines' limits).
  case limitExceeded(Item, count: UInt64, limit: UInt64)
}

extension ModuleFault {
  /// The fault of a code that is no type here: of a feature that is missing, or of none.
  static func notAType(_ code: UInt8, else fault: ModuleFault) -> ModuleFault {
    ValueType.missingFeature(ofCode: code).map { .featureMissing($0) } ?? fault
  }
}

extension ModuleFault.Item: CustomStringConvertible {
  /// The name in the singular, such as `element segment`.
  public var description: String {
    switch self {
    case .type: "type"
    case .function: "function"
    case .table: "table"
    case .memory: "memory"
    case .global: "global"
    case .tag: "tag"
    case .local: "local"
    case .label: "label"
    case .dataSegment: "data segment"
    case .elementSegment: "element segment"
    case .parameter: "parameter"
    case .result: "result"
    case .import: "import"
    case .export: "export"
    case .branchTarget: "branch table target"
    case .operand: "operand"
    case .bodyByte: "function body byte"
    case .codeByte: "machine code byte"
    case .byte: "byte"
    case .tableElement: "table element"
    case .memoryPage: "memory page"
    case .typeOfProcess: "type in this process"
    case .supertype: "supertype"
    }
  }
}
