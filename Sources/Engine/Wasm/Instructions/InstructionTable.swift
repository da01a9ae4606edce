/// One instruction as the binary format and the type system see it.
public struct Instruction: Sendable {
  /// What follows the code in the binary format (spec 5.4).
  public enum Immediates: UInt8, Sendable {
    case none
    /// A block type (spec 5.4.1).
    case blockType
    /// A label index.
    case label
    /// A tag index.
    case tag
    /// A block type and a vector of catch clauses.
    case catches
    /// A vector of label indices and a default.
    case labels
    /// A function index.
    case function
    /// A type index.
    case type
    /// A type index, then a table index.
    case typeAndTable
    /// A heap type (spec 5.3.3).
    case heapType
    /// A vector of value types.
    case valueTypes
    /// A local index.
    case local
    /// A global index.
    case global
    /// A table index.
    case table
    /// Alignment exponent and offset; between them a memory index if bit 6 of the exponent is set.
    case memory
    /// A memory index.
    case memoryIndex
    /// Destination memory index, then source memory index.
    case twoMemories
    /// A data segment index, then a memory index.
    case dataAndMemory
    /// A data segment index.
    case data
    /// An element segment index.
    case element
    /// An element segment index, then a table index.
    case elementAndTable
    /// Destination table index, then source table index.
    case twoTables
    /// A signed LEB128 integer of 32 bits.
    case i32
    /// A signed LEB128 integer of 64 bits.
    case i64
    /// Four bytes.
    case f32
    /// Eight bytes.
    case f64
    /// Sixteen bytes.
    case vector
    /// A byte: the index of a lane.
    case lane
    /// Sixteen bytes: indices of lanes.
    case shuffle
    /// Alignment exponent, offset, and a byte: the index of a lane.
    case memoryAndLane
  }

  /// Set in the alignment's exponent of a load or store if a memory index follows it; else memory 0
  /// is meant.
  @inline(__always) public static var hasMemoryIndex: UInt32 { 0x40 }

  /// 0, or the byte before the code.
  public let prefix: UInt8
  /// The code.
  public let code: UInt16
  /// The name in the text format.
  public let mnemonic: String
  /// Operand types, a colon, result types, in letters: i = i32, l = i64, f = f32, d = f64,
  /// v = v128.
  ///
  /// Nil if the types depend on more than the code.
  public let signature: String?
  /// What follows the code.
  public let immediates: Immediates
  /// The exponent of the natural alignment of a memory access (spec 3.3.7).
  public let alignment: UInt8
  /// The number of lanes that an index can name; 0 for instructions without one.
  public let lanes: UInt8
  /// The proposal that added the instruction; empty for WebAssembly 1.0.
  public let feature: Features

  init(
    prefix: UInt8 = 0, _ code: UInt16, _ mnemonic: String, _ signature: String? = nil,
    then immediates: Immediates = .none, alignment: UInt8 = 0, lanes: UInt8 = 0,
    feature: Features = []
  ) {
    self.prefix = prefix
    self.code = code
    self.mnemonic = mnemonic
    self.signature = signature == "" ? ":" : signature
    self.immediates = immediates
    self.alignment = alignment
    self.lanes = lanes
    self.feature = feature
  }

  /// A vector instruction.
  init(
    vector code: UInt16, _ mnemonic: String, _ signature: String,
    then immediates: Immediates = .none, alignment: UInt8 = 0, lanes: UInt8 = 0,
    feature: Features = .simd
  ) {
    self.init(
      prefix: Opcode.prefixSIMD, code, mnemonic, signature, then: immediates,
      alignment: alignment, lanes: lanes, feature: feature)
  }
}

/// All instructions, the one place that knows them: a new one is one row.
public enum InstructionTable {
  /// The table, one row an instruction.
  public static let rows: [Instruction] = scalarRows + vectorRows

  /// The number of entries of a packed table: 256 plain codes, 64 behind 0xFC, 276 behind 0xFD.
  static let packedCount = 596
  /// The first of those behind 0xFD.
  static let vectorSlots = 320

  /// The row of an instruction, nil if there is none with this code.
  public static func instruction(prefix: UInt8, code: UInt32) -> Instruction? {
    guard let slot = slot(prefix: prefix, code: code) else { return nil }
    let row = rowOfSlot[slot]
    return row < 0 ? nil : rows[Int(row)]
  }

  /// Whether a one-byte code is an instruction or the prefix of some.
  static func isKnown(_ code: UInt8) -> Bool {
    code == Opcode.prefixFC || code == Opcode.prefixSIMD
      || instruction(prefix: 0, code: UInt32(code)) != nil
  }

  /// The feature that an instruction needs beyond `features`; nil if it is unknown or allowed.
  static func missingFeature(prefix: UInt8, code: UInt32, _ features: Features) -> Features? {
    let needed =
      instruction(prefix: prefix, code: code)?.feature ?? proposal(prefix: prefix, code: code)
    guard let needed, !features.isSuperset(of: needed) else { return nil }
    return needed
  }

  /// The proposal that owns a code without a row here.
  private static func proposal(prefix: UInt8, code: UInt32) -> Features? {
    guard prefix == 0 else { return nil }
    switch code {
    case 0xD3, 0xFB: return .garbageCollection
    case 0xFD: return .simd
    case 0xFE: return .threads
    default: return nil
    }
  }

  /// The place of an instruction in a packed table.
  static func slot(prefix: UInt8, code: UInt32) -> Int? {
    switch prefix {
    case 0: code < 256 ? Int(code) : nil
    case Opcode.prefixFC: code < 64 ? 256 + Int(code) : nil
    case Opcode.prefixSIMD: code < 276 ? vectorSlots + Int(code) : nil
    default: nil
    }
  }

  private static let rowOfSlot: [Int16] = {
    var result = [Int16](repeating: -1, count: packedCount)
    for (index, row) in rows.enumerated() {
      guard let slot = slot(prefix: row.prefix, code: UInt32(row.code)) else {
        preconditionFailure("\(row.mnemonic) has no slot")
      }
      precondition(result[slot] == -1, "\(row.mnemonic) has the code of another instruction")
      result[slot] = Int16(index)
    }
    return result
  }()
}
