extension ModuleFault {
  /// Whether a message of the specification's test suite means this fault.
  ///
  /// The suite's texts are those of the reference interpreter, which finds some faults in another
  /// order or from another side, and which words some of them anew in 3.0: then more than one is right.
  public func isMeant(by text: String) -> Bool {
    specTexts.contains { text.hasPrefix($0) || $0.hasPrefix(text) }
  }

  /// The suite's messages for this fault.
  private var specTexts: [String] {
    switch self {
    case .notWasm: ["magic header not detected", "unexpected end"]
    case .component, .unknownVersion: ["unknown binary version"]
    case .unexpectedEnd:
      [
        "unexpected end", "length out of bounds", "integer representation too long",
        "illegal opcode", "section size mismatch", "END opcode expected",
      ]
    case .sectionTooLong:
      [
        "unexpected end", "length out of bounds", "integer representation too long",
        "integer too large",
      ]
    case .countTooLarge: ["unexpected end", "length out of bounds"]
    case .integerTooLong:
      [
        "integer representation too long", "integer too large", "offset out of range",
        "alignment must not be larger than natural",
      ]
    case .integerTooLarge:
      ["integer too large", "offset out of range", "memory size", "table size"]
    case .nameNotUTF8: ["malformed UTF-8 encoding"]
    // Where the suite reads an integer, a byte that would not be its last is the same fault.
    case .unknownSection:
      ["malformed section id", "integer representation too long", "integer too large"]
    case .badLimitsFlag:
      ["integer too large", "integer representation too long", "malformed limits flags"]
    case .badSegmentFlag: ["integer too large", "integer representation too long"]
    case .badElementKind: ["malformed element kind"]
    case .sectionOutOfOrder: ["unexpected content after last section"]
    case .sectionSizeMismatch: ["section size mismatch"]
    case .bodySizeMismatch: ["section size mismatch"]
    case .functionCountMismatch:
      ["function and code section have inconsistent lengths", "unexpected content after last"]
    case .dataCountMismatch: ["data count and data section have inconsistent lengths"]
    case .dataCountMissing: ["data count section required"]
    case .badValueType, .badBlockType: ["malformed value type"]
    case .badReferenceType: ["malformed reference type"]
    case .badHeapType: ["malformed heap type", "malformed reference type"]
    case .manySupertypes, .badSubtype: ["sub type"]
    case .localUnset: ["uninitialized local"]
    case .badFunctionTypeForm: ["malformed type form", "integer representation too long"]
    case .badMutability: ["malformed mutability"]
    case .badImportKind: ["malformed import kind"]
    case .badExportKind: ["malformed export kind"]
    case .zeroByteExpected: ["zero byte expected"]
    case .illegalInstruction: ["illegal opcode"]
    // The suite does not know what comes after it.
    case .featureMissing: ["illegal opcode", "malformed import kind", "integer too large"]
    case .unknown(.elementSegment, let index, _):
      ["unknown elem segment \(index)", "unknown table 0"]
    case .unknown(.dataSegment, let index, _):
      ["unknown data segment \(index)", "unknown memory 0"]
    case .unknown(let item, let index, _): ["unknown \(item) \(index)"]
    case .duplicateExport: ["duplicate export name"]
    case .minimumAboveMaximum: ["size minimum must not be greater than maximum"]
    case .constantExpressionRequired: ["constant expression required"]
    case .typeMismatch, .operandMissing, .referenceExpected, .labelWithoutReference,
      .initializerMissing, .numberExpected, .operandsLeft,
      .elseMissing, .labelArityMismatch, .resultsDiffer, .catchArity:
      ["type mismatch"]
    case .badCatchKind: ["malformed catch clause"]
    case .tagWithResults: ["non-empty tag result type"]
    case .elseWithoutIf: ["else without if"]
    case .resultArity: ["invalid result arity"]
    case .alignmentTooLarge(let exponent):
      ["alignment must not be larger than natural"]
        + (exponent < 32 ? [] : ["malformed memop flags"])
    case .laneOutOfRange: ["invalid lane index"]
    case .globalImmutable: ["global is immutable", "immutable global"]
    case .undeclaredFunctionReference: ["undeclared function reference"]
    case .startFunctionType: ["start function"]
    case .multipleMemories: ["multiple memories"]
    case .memoryTooLarge: ["memory size must be at most 65536 pages (4GiB)"]
    case .limitExceeded(.local, _, _): ["too many locals"]
    case .limitExceeded: ["implementation limit"]
    }
  }
}
