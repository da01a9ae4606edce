/// Steps over instructions of a validated body, for code that walk 2 does not emit.
///
/// Trivial; the table behind it is shared by the process.
public struct InstructionSkipper: BitwiseCopyable, @unchecked Sendable {
  private let instructions: UnsafePointer<PackedInstruction>

  /// Creates a skipper.
  public init() { instructions = PackedInstruction.table(.default) }

  /// Moves `cursor` from the code of an instruction to the next instruction's.
  ///
  /// Returns the first byte of the code. The body must be valid: nothing is checked.
  @inline(__always)
  public func skip(_ cursor: inout UnsafePointer<UInt8>) -> UInt8 {
    let opcode = cursor[0]
    cursor += 1
    skipImmediates(opcode, &cursor)
    return opcode
  }

  @inline(never)
  private func skipImmediates(_ opcode: UInt8, _ cursor: inout UnsafePointer<UInt8>) {
    var entry = instructions[Int(opcode)]
    if opcode == Opcode.prefixFC {
      // The codes are below 64, but may be encoded in more bytes than one.
      entry = instructions[256 + Int(truncatingIfNeeded: readU64(&cursor) & 63)]
    } else if opcode == Opcode.prefixSIMD {
      let code = Int(truncatingIfNeeded: readU64(&cursor) & 511)
      entry = instructions[InstructionTable.vectorSlots + code]
    }
    switch entry.immediates {
    case .none: break
    case .label, .tag, .function, .type, .local, .global, .table, .memoryIndex, .data, .element,
      .i32, .i64, .heapType:
      skipInteger(&cursor)
    case .blockType: skipType(&cursor)
    case .typeAndTable, .elementAndTable, .twoTables, .twoMemories, .dataAndMemory:
      skipInteger(&cursor)
      skipInteger(&cursor)
    case .memory: skipMemoryArgument(&cursor)
    case .labels:
      for _ in 0...readU64(&cursor) { skipInteger(&cursor) }
    case .catches:
      skipType(&cursor)
      for _ in 0..<readU64(&cursor) { _ = CatchClause(reading: &cursor) }
    case .valueTypes:
      for _ in 0..<readU64(&cursor) { skipType(&cursor) }
    case .f32: cursor += 4
    case .f64: cursor += 8
    case .vector, .shuffle: cursor += 16
    case .lane: cursor += 1
    case .memoryAndLane:
      skipMemoryArgument(&cursor)
      cursor += 1
    }
  }

  /// Moves behind a value type or block type.
  private func skipType(_ cursor: inout UnsafePointer<UInt8>) {
    if ValueType.hasHeapType(cursor[0]) { cursor += 1 }
    skipInteger(&cursor)
  }

  private func skipMemoryArgument(_ cursor: inout UnsafePointer<UInt8>) {
    if readU64(&cursor) & UInt64(Instruction.hasMemoryIndex) != 0 { skipInteger(&cursor) }
    skipInteger(&cursor)
  }

  @inline(__always)
  private func skipInteger(_ cursor: inout UnsafePointer<UInt8>) {
    while cursor[0] >= 0x80 { cursor += 1 }
    cursor += 1
  }
}
