import CCapstone

/// One machine instruction as text.
public struct DisassembledInstruction: Sendable {
  /// Offset in the bytes that were disassembled.
  public var offset: Int
  /// Bytes of the instruction.
  public var length: Int
  /// Mnemonic and operands in Intel syntax.
  public var text: String
}

/// Turns x86-64 machine code into Intel-syntax text, with Capstone.
public struct Disassembler: ~Copyable {
  private var handle: csh = 0

  /// Opens the library's disassembler; nil if it refuses.
  public init?() {
    guard cs_open(CS_ARCH_X86, CS_MODE_64, &handle) == CS_ERR_OK else { return nil }
  }

  deinit {
    var handle = handle
    cs_close(&handle)
  }

  /// The instructions of `code`, which seems to start at `address`.
  ///
  /// A byte that starts none becomes a `.byte` of its own.
  public func disassemble(_ code: UnsafeRawBufferPointer, address: UInt64 = 0)
    -> [DisassembledInstruction]
  {
    var result: [DisassembledInstruction] = []
    guard let instruction = cs_malloc(handle) else { return result }
    defer { cs_free(instruction, 1) }
    var cursor = code.bindMemory(to: UInt8.self).baseAddress
    var left = code.count
    var here = address
    while left > 0 {
      let offset = code.count - left
      if cs_disasm_iter(handle, &cursor, &left, &here, instruction) {
        result.append(
          DisassembledInstruction(
            offset: offset, length: Int(instruction.pointee.size),
            text: Self.text(of: instruction.pointee)))
      } else {
        result.append(
          DisassembledInstruction(
            offset: offset, length: 1, text: ".byte 0x" + String(code[offset], radix: 16)))
        cursor = cursor.map { $0 + 1 }
        left -= 1
        here += 1
      }
    }
    return result
  }

  private static func text(of instruction: cs_insn) -> String {
    func string<T>(_ characters: T) -> String {
      withUnsafeBytes(of: characters) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }
    let operands = string(instruction.op_str)
    return string(instruction.mnemonic) + (operands.isEmpty ? "" : " " + operands)
  }
}
