import Engine

/// Prints wasm instructions in the text format's words, one a line (spec 6.5).
public enum InstructionPrinter {
  /// The instruction at file offset `offset` of `bytes`; its bytes in hexadecimal if it has no name.
  public static func text(of bytes: [UInt8], at offset: Int) -> String {
    var reader = Reader(bytes: bytes, offset: offset)
    let first = reader.byte()
    let isPrefixed = first == Opcode.prefixFC
    let code = isPrefixed ? reader.unsigned() : UInt64(first)
    guard let code = UInt32(exactly: code),
      let row = InstructionTable.instruction(prefix: isPrefixed ? first : 0, code: code)
    else { return "0x" + String(first, radix: 16) }
    let operands = reader.operands(row.immediates)
    return operands.isEmpty ? row.mnemonic : row.mnemonic + " " + operands
  }

  /// Reads immediates; what lies past the end reads as zero.
  private struct Reader {
    let bytes: [UInt8]
    var offset: Int

    mutating func byte() -> UInt8 {
      defer { offset += 1 }
      return bytes.indices.contains(offset) ? bytes[offset] : 0
    }
    mutating func unsigned() -> UInt64 { UInt64(bitPattern: leb(isSigned: false)) }
    mutating func signed() -> Int64 { leb(isSigned: true) }
    private mutating func leb(isSigned: Bool) -> Int64 {
      var result: Int64 = 0
      var shift: Int64 = 0
      while shift < 70 {
        let next = byte()
        if shift < 64 { result |= Int64(next & 0x7F) << shift }
        shift += 7
        if next < 0x80 {
          return isSigned && shift < 64 && next & 0x40 != 0 ? result | (-1 << shift) : result
        }
      }
      return result
    }
    mutating func little(_ count: Int) -> UInt64 {
      (0..<count).reduce(0) { $0 | UInt64(byte()) << UInt64(8 * $1) }
    }

    mutating func operands(_ immediates: Instruction.Immediates) -> String {
      switch immediates {
      case .none: return ""
      case .blockType:
        let type = signed()
        if type == -64 { return "" }
        return type < 0
          ? "(result \(ValueType(rawValue: UInt8(type & 0x7F)).map { "\($0)" } ?? "?"))"
          : "(type \(type))"
      case .label, .function, .local, .global, .table, .data, .element: return "\(unsigned())"
      case .labels:
        let count = min(unsigned(), UInt64(bytes.count))
        return (0...count).map { _ in "\(unsigned())" }.joined(separator: " ")
      case .typeAndTable:
        let type = unsigned()
        let table = unsigned()
        return (table == 0 ? "" : "\(table) ") + "(type \(type))"
      case .referenceType:
        return byte() == ValueType.externref.rawValue ? "extern" : "func"
      case .valueTypes:
        let count = min(unsigned(), UInt64(bytes.count))
        let types = (0..<count).map { _ in ValueType(rawValue: byte()).map { "\($0)" } ?? "?" }
        return "(result \(types.joined(separator: " ")))"
      case .memory:
        let alignment = unsigned()
        let offset = unsigned()
        return (offset == 0 ? "" : "offset=\(offset) ") + "align=\(1 << min(alignment, 32))"
      case .zeroByte, .twoZeroBytes: return ""
      case .dataAndZeroByte: return "\(unsigned())"
      case .elementAndTable:
        let segment = unsigned()
        return "\(unsigned()) \(segment)"
      case .twoTables: return "\(unsigned()) \(unsigned())"
      case .i32, .i64: return "\(signed())"
      case .f32: return "\(Float(bitPattern: UInt32(little(4))))"
      case .f64: return "\(Double(bitPattern: little(8)))"
      }
    }
  }
}
