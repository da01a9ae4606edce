/// One instruction of a validated body as text, for listings.
public struct PrintedInstruction: Hashable, Sendable {
  /// The file offset of the first byte of the code.
  public var offset: Int
  /// The number of bytes, immediates included.
  public var size: Int
  /// The instruction in the text format, immediates by index, such as `i32.load offset=8`.
  public var text: String
  /// The number of blocks open around the instruction; `else` and `end` count as outside.
  public var depth: Int
}

/// Reads the instructions of a function body one by one, for listings and tests.
///
/// Safe on any bytes: what cannot be read ends the sequence.
public struct InstructionReader: Sequence, IteratorProtocol {
  private let module: Module
  private var reader: ByteReader
  private var depth = 0

  /// Reads the body of a defined function (0 = first body).
  public init(_ module: Module, function index: Int) {
    self.module = module
    let body = module.bodies[index]
    reader = ByteReader(
      module.bytes, in: body.bodyOffset..<body.bodyOffset + body.size)
    if let groups = try? reader.unsigned32() {
      for _ in 0..<groups {
        guard (try? reader.unsigned32()) != nil, (try? reader.skipValueType()) != nil else { break }
      }
    }
  }

  /// The next instruction; nil after the last or at one that cannot be read.
  public mutating func next() -> PrintedInstruction? {
    guard !reader.isAtEnd else { return nil }
    let start = reader.offset
    guard let text = try? read() else {
      _ = try? reader.skip(reader.remaining)
      return nil
    }
    let code = module.bytes[start]
    if code == Opcode.end || code == Opcode.else, depth > 0 { depth -= 1 }
    defer {
      if Self.opening.contains(code) { depth += 1 }
    }
    return PrintedInstruction(
      offset: start, size: reader.offset - start, text: text, depth: depth)
  }

  /// The instructions inside of which code is indented.
  private static let opening = [
    Opcode.block, Opcode.loop, Opcode.if, Opcode.else, Opcode.tryTable,
  ]

  private mutating func read() throws(ReadError) -> String? {
    let first = try reader.byte()
    let isPrefixed = first == Opcode.prefixFC || first == Opcode.prefixSIMD
    let code = isPrefixed ? try reader.unsigned32() : UInt32(first)
    guard
      let row = InstructionTable.instruction(prefix: isPrefixed ? first : 0, code: code),
      let immediates = try immediates(of: row)
    else { return nil }
    return immediates.isEmpty ? row.mnemonic : row.mnemonic + " " + immediates
  }

  private mutating func immediates(of row: Instruction) throws(ReadError) -> String? {
    switch row.immediates {
    case .none: return ""
    case .blockType: return try blockType()
    case .labels:
      var labels: [String] = []
      let count = try reader.unsigned32()
      guard Int(count) < reader.remaining else { return nil }
      for _ in 0...count { labels.append(String(try reader.unsigned32())) }
      return labels.joined(separator: " ")
    case .catches: return try catches()
    case .label, .tag, .local, .global, .table, .data, .element:
      return String(try reader.unsigned32())
    case .function: return functionName(try reader.unsigned32())
    case .typeAndTable:
      let type = try reader.unsigned32()
      let table = try reader.unsigned32()
      return (table == 0 ? "" : "\(table) ") + "(type \(type))"
    case .type: return String(try reader.unsigned32())
    case .heapType: return try heapType()
    case .valueTypes:
      var types: [String] = []
      let count = try reader.unsigned32()
      guard Int(count) <= reader.remaining else { return nil }
      for _ in 0..<count { types.append(try valueType()) }
      return "(result \(types.joined(separator: " ")))"
    case .memory: return try memoryArgument(of: row)
    case .memoryIndex:
      let memory = try reader.unsigned32()
      return memory == 0 ? "" : String(memory)
    case .twoMemories:
      let (to, from) = (try reader.unsigned32(), try reader.unsigned32())
      return to == 0 && from == 0 ? "" : "\(to) \(from)"
    case .dataAndMemory:
      let segment = try reader.unsigned32()
      let memory = try reader.unsigned32()
      return (memory == 0 ? "" : "\(memory) ") + String(segment)
    case .elementAndTable:
      let segment = try reader.unsigned32()
      let table = try reader.unsigned32()
      return (table == 0 ? "" : "\(table) ") + String(segment)
    case .twoTables: return "\(try reader.unsigned32()) \(try reader.unsigned32())"
    case .i32: return String(try reader.signed32())
    case .i64: return String(try reader.signed64())
    case .f32:
      let bits = try reader.fixed32()
      let value = Float(bitPattern: bits)
      return value.isNaN ? "nan:0x" + String(bits, radix: 16) : value.description
    case .f64:
      let bits = try reader.fixed64()
      let value = Double(bitPattern: bits)
      return value.isNaN ? "nan:0x" + String(bits, radix: 16) : value.description
    case .vector:
      var lanes: [String] = []
      for _ in 0..<4 { lanes.append("0x" + String(try reader.fixed32(), radix: 16)) }
      return "i32x4 " + lanes.joined(separator: " ")
    case .lane: return String(try reader.byte())
    case .shuffle:
      var lanes: [String] = []
      for _ in 0..<16 { lanes.append(String(try reader.byte())) }
      return lanes.joined(separator: " ")
    case .memoryAndLane:
      let argument = try memoryArgument(of: row)
      let lane = try reader.byte()
      return argument.isEmpty ? "\(lane)" : "\(argument) \(lane)"
    }
  }

  private mutating func memoryArgument(of row: Instruction) throws(ReadError) -> String {
    var alignment = try reader.unsigned32()
    var parts: [String] = []
    if alignment & Instruction.hasMemoryIndex != 0 {
      parts.append(String(try reader.unsigned32()))
      alignment &= ~Instruction.hasMemoryIndex
    }
    let offset = try reader.unsigned64()
    if offset != 0 { parts.append("offset=\(offset)") }
    if alignment != row.alignment, alignment < 32 { parts.append("align=\(1 << alignment)") }
    return parts.joined(separator: " ")
  }

  private mutating func blockType() throws(ReadError) -> String {
    if let byte = reader.peek, byte & 0xC0 == 0x40 {
      if byte == 0x40 { _ = try reader.byte() }
      return byte == 0x40 ? "" : "(result \(try valueType()))"
    }
    return "(type \(try reader.signed64()))"
  }

  private mutating func catches() throws(ReadError) -> String? {
    var parts = [try blockType()].filter { !$0.isEmpty }
    let count = try reader.unsigned32()
    guard Int(count) <= reader.remaining else { return nil }
    for _ in 0..<count {
      let kind = try reader.byte()
      guard kind < CatchClause.kindCount else { return nil }
      var words = [
        (CatchClause.hasTag(kind) ? "catch" : "catch_all")
          + (CatchClause.hasReference(kind) ? "_ref" : "")
      ]
      if CatchClause.hasTag(kind) { words.append(String(try reader.unsigned32())) }
      words.append(String(try reader.unsigned32()))
      parts.append("(\(words.joined(separator: " ")))")
    }
    return parts.joined(separator: " ")
  }

  private mutating func valueType() throws(ReadError) -> String {
    let code = try reader.byte()
    if ValueType.hasHeapType(code) {
      return "(ref \(code == ValueType.nullableCode ? "null " : "")\(try heapType()))"
    }
    let type = ValueType(code: code) ?? ValueType.abstract(code)
    return type?.description ?? "0x" + String(code, radix: 16)
  }

  private mutating func heapType() throws(ReadError) -> String {
    guard let code = reader.peek, code & 0xC0 == 0x40 else { return String(try reader.signed33()) }
    _ = try reader.byte()
    return ValueType.abstract(code)?.heapName ?? "0x" + String(code, radix: 16)
  }

  private func functionName(_ index: UInt32) -> String {
    module.names?.functionName(Int(index)).map { "\(index) <\($0)>" } ?? String(index)
  }
}
