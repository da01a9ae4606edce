extension ModuleFault {
  /// The message of the specification's test suite for this fault, or the closest one.
  public var specText: String {
    switch self {
    case .notWasm: "magic header not detected"
    case .component, .unknownVersion: "unknown binary version"
    case .unexpectedEnd, .sectionTooLong, .countTooLarge: "unexpected end"
    case .integerTooLong: "integer representation too long"
    case .integerTooLarge: "integer too large"
    case .nameNotUTF8: "malformed UTF-8 encoding"
    case .unknownSection, .badLimitsFlag, .badSegmentFlag, .badElementKind: "malformed section id"
    case .sectionOutOfOrder: "unexpected content after last section"
    case .sectionSizeMismatch, .bodySizeMismatch: "section size mismatch"
    case .functionCountMismatch: "function and code section have inconsistent lengths"
    case .dataCountMismatch: "data count and data section have inconsistent lengths"
    case .dataCountMissing: "data count section required"
    case .badCatchKind: "malformed catch clause"
    case .badValueType, .badBlockType: "malformed value type"
    case .badReferenceType: "malformed reference type"
    case .badFunctionTypeForm: "integer representation too long"
    case .badMutability: "malformed mutability"
    case .badImportKind: "malformed import kind"
    case .badExportKind: "malformed export kind"
    case .zeroByteExpected: "zero byte expected"
    case .illegalInstruction, .featureMissing: "illegal opcode"
    case .unknown(let item, let index, _): "unknown \(item) \(index)"
    case .duplicateExport: "duplicate export name"
    case .minimumAboveMaximum: "size minimum must not be greater than maximum"
    case .constantExpressionRequired: "constant expression required"
    case .typeMismatch, .operandMissing, .referenceExpected, .numberExpected, .operandsLeft,
      .elseMissing, .labelArityMismatch, .resultsDiffer, .catchArity:
      "type mismatch"
    case .elseWithoutIf: "else without if"
    case .tagWithResults: "non-empty tag result type"
    case .resultArity: "invalid result arity"
    case .alignmentTooLarge: "alignment must not be larger than natural"
    case .laneOutOfRange: "invalid lane index"
    case .globalImmutable: "global is immutable"
    case .undeclaredFunctionReference: "undeclared function reference"
    case .startFunctionType: "start function"
    case .multipleMemories: "multiple memories"
    case .memoryTooLarge: "memory size must be at most 65536 pages (4GiB)"
    case .limitExceeded(.local, _, _): "too many locals"
    case .limitExceeded: "implementation limit"
    }
  }
}
