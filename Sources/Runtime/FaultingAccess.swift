import CMachine
import Engine

/// What a load or store that has trapped wanted, found from its machine code, the saved registers
/// and its wasm instruction.
///
/// Compiled code carries nothing for this.
struct FaultingAccess {
  /// Wasm address of the first byte.
  var address: UInt64
  /// Bytes, if the wasm instruction is a load or store.
  var size: Int?
  /// Index of the memory.
  var memory: Int

  /// The access that left `trap`, whose youngest frame is `frame`; nil if its address is unknown.
  init?(_ trap: vm_trap_record, in frame: TrapFrame?) {
    size = frame.flatMap { Self.size(of: $0) }
    memory = frame.flatMap { Self.memoryIndex(of: $0) } ?? 0
    if trap.has_address == 0 {
      guard let size, let end = Self.endRegister(trap) else { return nil }
      address = end &- UInt64(size)
      return
    }
    // The first byte that faulted need not be the first of the access.
    address = trap.fault_address
    guard let operand = Self.operandAddress(trap), let context = trap.context,
      let base = vm_context_memory(context, UInt64(memory)).pointee.base
    else { return }
    let index = operand &- UInt64(UInt(bitPattern: base))
    if address &- index < 16 { address = index }
  }

  // MARK: The wasm instruction

  /// Bytes that a load or store at the frame's offset accesses (spec 5.4.6).
  private static func size(of frame: TrapFrame) -> Int? {
    let bytes = frame.module.module.bytes
    guard bytes.indices.contains(frame.offset) else { return nil }
    switch bytes[frame.offset] {
    case 0x2C, 0x2D, 0x30, 0x31, 0x3A, 0x3C: return 1
    case 0x2E, 0x2F, 0x32, 0x33, 0x3B, 0x3D: return 2
    case 0x28, 0x2A, 0x34, 0x35, 0x36, 0x38, 0x3E: return 4
    case 0x29, 0x2B, 0x37, 0x39: return 8
    case 0xFD: return sizeOfVectorAccess(bytes, frame.offset + 1)
    default: return nil
    }
  }

  /// The memory that a load or store at the frame's offset names.
  private static func memoryIndex(of frame: TrapFrame) -> Int? {
    let module = frame.module.module
    guard module.bytes.indices.contains(frame.offset) else { return nil }
    var reader = ByteReader(module.bytes, in: frame.offset + 1..<module.bytes.count)
    if module.bytes[frame.offset] == Opcode.prefixSIMD { _ = try? reader.unsigned32() }
    guard let flags = try? reader.unsigned32(), flags & Instruction.hasMemoryIndex != 0,
      let index = try? reader.unsigned32(), index < module.memories.count
    else { return nil }
    return Int(index)
  }

  /// Bytes that the vector instruction whose code is at `offset` accesses.
  private static func sizeOfVectorAccess(_ bytes: [UInt8], _ offset: Int) -> Int? {
    var reader = ByteReader(bytes, in: min(offset, bytes.count)..<bytes.count)
    guard let code = try? reader.unsigned32() else { return nil }
    switch code {
    case 0x07, 0x54, 0x58: return 1
    case 0x08, 0x55, 0x59: return 2
    case 0x09, 0x56, 0x5A, 0x5C: return 4
    case 0x01...0x06, 0x0A, 0x57, 0x5B, 0x5D: return 8
    case 0x00, 0x0B: return 16
    default: return nil
    }
  }

  // MARK: The machine instruction

  /// The end of the access that an explicit bounds check refused: the register that the byte after
  /// `ud2` names.
  private static func endRegister(_ trap: vm_trap_record) -> UInt64? {
    guard let code = UnsafePointer<UInt8>(bitPattern: UInt(trap.pc)), code[0] == 0x0F,
      code[1] == 0x0B, UInt32(code[2] & 15) == VM_TRAP_MEMORY_OUT_OF_BOUNDS.rawValue
    else { return nil }
    return trap.register(code[2] >> 4)
  }

  /// The address of the memory operand of the instruction at the trap's pc (Intel SDM volume 2,
  /// 2.1): base, scaled index and displacement.
  private static func operandAddress(_ trap: vm_trap_record) -> UInt64? {
    guard var code = UnsafePointer<UInt8>(bitPattern: UInt(trap.pc)) else { return nil }
    func next() -> UInt8 {
      defer { code += 1 }
      return code[0]
    }
    var extensions: UInt8 = 0  // REX.B in bit 0, REX.X in bit 1
    var byte = next()
    while byte == 0x66 || byte == 0xF2 || byte == 0xF3 { byte = next() }
    if byte & 0xF0 == 0x40 {
      extensions = byte
      byte = next()
    }
    switch byte {
    case 0xC5:  // two-byte VEX, then the opcode
      code += 2
    case 0xC4:  // three-byte VEX: X and B inverted in bits 6 and 5 of its second byte
      let inverted = ~next()
      extensions = (inverted >> 5) & 1 | (inverted >> 5) & 2
      code += 2
    case 0x0F:
      let second = next()
      if second == 0x38 || second == 0x3A { code += 1 }
    default: break
    }
    let modRM = next()
    let mode = modRM >> 6
    var base = modRM & 7
    var address: UInt64 = 0
    guard mode != 3 else { return nil }
    if base == 4 {
      let sib = next()
      let index = sib >> 3 & 7 | (extensions & 2) << 2
      if index != 4 { address = trap.register(index) &<< UInt64(sib >> 6) }
      base = sib & 7
    }
    // Without a base there is no index register of ours in it either.
    guard mode != 0 || base != 5 else { return nil }
    address &+= trap.register(base | (extensions & 1) << 3)
    switch mode {
    case 1: address &+= UInt64(bitPattern: Int64(Int8(bitPattern: code[0])))
    case 2:
      let displacement = UnsafeRawPointer(code).loadUnaligned(as: Int32.self)
      address &+= UInt64(bitPattern: Int64(displacement))
    default: break
    }
    return address
  }
}
