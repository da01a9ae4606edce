import Engine

/// Steps over the instructions of valid code (spec 5.4).
public struct InstructionScanner {
  private let code: UnsafePointer<UInt8>
  /// The offset of the next byte.
  public private(set) var offset: Int

  /// Reads from `offset` on.
  public init(_ code: UnsafePointer<UInt8>, at offset: Int) {
    self.code = code
    self.offset = offset
  }

  /// Reads the instructions of a function body, which starts with its locals.
  public init(_ code: UnsafePointer<UInt8>, atBody offset: Int) {
    self.init(code, at: offset)
    for _ in 0..<unsigned() {
      _ = unsigned()
      _ = valueType()
    }
  }

  /// Reads a value type (spec 5.3.5): the kind of its values.
  public mutating func valueType() -> ValueType {
    let code = byte()
    return code == 0x63 || code == 0x64 ? heapType() : ValueType(code: code) ?? Self.kind(code)
  }

  /// Reads a heap type (spec 5.3.3): the kind of references to it.
  public mutating func heapType() -> ValueType {
    let first = code[offset]
    _ = signed()
    return Self.kind(first)
  }

  private static func kind(_ code: UInt8) -> ValueType {
    switch code {
    case 0x6F, 0x72: .externref
    case 0x69, 0x74: .exnref
    default: .funcref
    }
  }

  /// Reads a block type.
  private mutating func blockType() {
    if code[offset] == 0x63 || code[offset] == 0x64 { _ = byte() }
    _ = signed()
  }

  /// Reads a byte.
  public mutating func byte() -> UInt8 {
    offset += 1
    return code[offset - 1]
  }

  /// Reads an unsigned LEB128 integer.
  public mutating func unsigned() -> Int {
    var result = 0
    var shift = 0
    while true {
      let byte = byte()
      result |= Int(byte & 0x7F) << shift
      if byte < 0x80 { return result }
      shift += 7
    }
  }

  /// Reads an unsigned LEB128 integer of 64 bits; those beyond 2^60 are equal.
  public mutating func address() -> Int {
    var result: UInt64 = 0
    var shift: UInt64 = 0
    while true {
      let byte = byte()
      result |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return Int(min(result, 1 << 60)) }
      shift += 7
    }
  }

  /// Reads a signed LEB128 integer.
  public mutating func signed() -> Int64 {
    var result: Int64 = 0
    var shift: Int64 = 0
    while true {
      let byte = byte()
      result |= Int64(byte & 0x7F) &<< shift
      shift += 7
      if byte < 0x80 { return byte & 0x40 != 0 && shift < 64 ? result | -1 << shift : result }
    }
  }

  /// Skips an instruction; returns the first byte of its code.
  public mutating func skip() -> UInt8 {
    let opcode = byte()
    switch opcode {
    case 0x02...0x04: blockType()
    case 0x1F:
      blockType()
      for _ in 0..<unsigned() { skipIntegers(byte() < 2 ? 2 : 1) }
    case 0x08, 0x0C, 0x0D, 0x10, 0x12, 0x14, 0x15, 0x20...0x26, 0x3F, 0x40, 0x41, 0x42, 0xD2, 0xD5,
      0xD6:
      skipIntegers(1)
    case 0x0E: skipIntegers(unsigned() + 1)
    case 0x11, 0x13: skipIntegers(2)
    case 0x28...0x3E: skipMemoryArgument()
    case 0x1C: for _ in 0..<unsigned() { _ = valueType() }
    case 0xD0: _ = heapType()
    case 0x43: offset += 4
    case 0x44: offset += 8
    case 0xFC:
      switch unsigned() {
      case 8, 10, 12, 14: skipIntegers(2)
      case 9, 11, 13, 15, 16, 17: skipIntegers(1)
      default: break
      }
    case 0xFD:
      switch unsigned() {
      case 0x00...0x0B, 0x5C, 0x5D: skipMemoryArgument()
      case 0x0C, 0x0D: offset += 16
      case 0x15...0x22: offset += 1
      case 0x54...0x5B:
        skipMemoryArgument()
        offset += 1
      default: break
      }
    default: break
    }
    return opcode
  }

  private mutating func skipMemoryArgument() {
    skipIntegers(unsigned() & 0x40 == 0 ? 1 : 2)
  }

  private mutating func skipIntegers(_ count: Int) {
    for _ in 0..<count { while byte() >= 0x80 {} }
  }
}
