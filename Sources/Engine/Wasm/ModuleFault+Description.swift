extension ModuleFault: CustomStringConvertible {
  /// What is wrong in words for a cart's author: lower case, with the values found and wanted.
  public var description: String {
    switch self {
    case .notWasm: "not a WebAssembly module: it does not begin with 00 61 73 6d"
    case .component: "a WebAssembly component, not a module"
    case .unknownVersion(let version): "unknown binary version \(version), expected 1"
    case .unexpectedEnd: "unexpected end: the section or function body is cut off"
    case .integerTooLong: "integer too long: its encoding has more bytes than its type allows"
    case .integerTooLarge: "integer too large: it has bits beyond its type"
    case .nameNotUTF8: "name is not valid UTF-8"
    case .unknownSection(let id): "unknown section \(id)"
    case .sectionOutOfOrder(let id): "\(Self.section(id)) section is repeated or out of order"
    case .sectionTooLong: "section is longer than the rest of the file"
    case .sectionSizeMismatch: "section is longer than its content"
    case .countTooLarge(let count, let remaining):
      "count of \(count) items, but only \(remaining) bytes remain"
    case .bodySizeMismatch: "function body goes on after its final end"
    case .functionCountMismatch(let declared, let bodies):
      "\(declared) functions are declared, but there are \(bodies) bodies"
    case .dataCountMismatch(let declared, let segments):
      "data count section declares \(declared) segments, but there are \(segments)"
    case .dataCountMissing: "instruction needs a data count section"
    case .badValueType(let code): "0x\(hex(code)) is not a value type"
    case .badReferenceType(let code): "0x\(hex(code)) is not a reference type"
    case .badHeapType(let code): "0x\(hex(code)) is not a heap type"
    case .manySupertypes(let count): "a type has \(count) supertypes, at most 1 is allowed"
    case .badFunctionTypeForm(let code): "0x\(hex(code)) does not begin a function type"
    case .badLimitsFlag(let code): "0x\(hex(code)) is not a limits flag"
    case .badMutability(let code): "0x\(hex(code)) is not a mutability"
    case .badImportKind(let code): "0x\(hex(code)) is not an import kind"
    case .badExportKind(let code): "0x\(hex(code)) is not an export kind"
    case .badSegmentFlag(let flag): "\(flag) is not a segment flag"
    case .badElementKind(let code): "0x\(hex(code)) is not an element kind"
    case .zeroByteExpected(let code): "found 0x\(hex(code)) where a zero byte must stand"
    case .badCatchKind(let code): "0x\(hex(code)) is not a kind of catch clause"
    case .badBlockType: "negative number is not a block type"
    case .illegalInstruction(let prefix, let code):
      "0x\(prefix == 0 ? "" : hex(prefix) + " 0x")\(hex(code)) is not an instruction"
    case .featureMissing(let feature): "uses \(feature), which is not supported"
    case .unknown(let item, let index, let count):
      "unknown \(item) \(index): there \(count == 1 ? "is" : "are") \(count)"
    case .duplicateExport: "export name is used twice"
    case .minimumAboveMaximum: "minimum size is greater than maximum size"
    case .constantExpressionRequired: "instruction is not allowed in a constant expression"
    case .typeMismatch(let expected, let found):
      "type mismatch: expected \(name(expected)), found \(name(found))"
    case .operandMissing(let expected):
      "type mismatch: expected \(name(expected)), but nothing is on the stack"
    case .badSubtype: "sub type does not match its super type, or that is final"
    case .initializerMissing(let type):
      "type mismatch: a table of \(type), which has no null, needs an initial value"
    case .localUnset(let index): "uninitialized local \(index): it is read before it is set"
    case .labelWithoutReference: "type mismatch: the label's last value is no reference"
    case .referenceExpected(let found): "type mismatch: expected a reference, found \(found)"
    case .numberExpected(let found): "type mismatch: expected a number, found \(found)"
    case .operandsLeft(let count):
      "type mismatch: \(count) value\(count == 1 ? "" : "s") left on the stack at the end"
    case .elseMissing: "type mismatch: if without else cannot change the stack"
    case .elseWithoutIf: "else without if"
    case .labelArityMismatch: "type mismatch: branch table targets take different numbers of values"
    case .resultArity(let count): "invalid result arity: select takes 1 type, found \(count)"
    case .alignmentTooLarge(let exponent):
      "alignment 2^\(exponent) is larger than the access"
    case .laneOutOfRange(let index, let count): "invalid lane index \(index): there are \(count)"
    case .resultsDiffer: "type mismatch: a tail call yields other results than its function"
    case .catchArity: "type mismatch: a catch clause and its label differ in number of values"
    case .tagWithResults: "the type of a tag has results"
    case .globalImmutable(let index): "global \(index) is immutable"
    case .undeclaredFunctionReference(let index):
      "function \(index) is not declared for references outside of function bodies"
    case .startFunctionType: "start function must have no parameters and no results"
    case .multipleMemories: "uses more than one memory, which is not supported"
    case .memoryTooLarge: "memory size is over 65536 pages (4 GiB), or 2^48 with 64-bit addresses"
    case .limitExceeded(let item, let count, let limit):
      "too many \(item)s: \(count), this implementation takes \(limit)"
    }
  }

  private static func section(_ id: UInt8) -> String {
    let names = [
      "custom", "type", "import", "function", "table", "memory", "global", "export", "start",
      "element", "code", "data", "data count", "tag",
    ]
    return Int(id) < names.count ? names[Int(id)] : "unknown"
  }

  private func name(_ type: ValueType?) -> String { type?.description ?? "a value" }

  private func hex(_ value: some BinaryInteger) -> String {
    let digits = String(value, radix: 16)
    return digits.count < 2 ? "0" + digits : digits
  }
}
