/// memory.copy and memory.fill of a small constant length as moves, where guard regions check bounds:
/// in memory 0, if its addresses have 32 bits.
///
/// A copy loads all before it stores anything, and stores the last piece first: if that does not
/// trap, nothing below it does, and if it does, nothing has been written.
extension FunctionCompiler {
  /// The length on top, if it is a constant of which moves can be made.
  private var movedLength: Int? {
    let length = stack[height - 1]
    guard !flat.hasWideMemory, length.kind == .constant, length.value >= 0, length.value < 64,
      config.movedLengths >> UInt64(length.value) & 1 != 0
    else { return nil }
    return Int(length.value)
  }

  /// Pieces of a range: their size, and where the one of the given number starts.
  ///
  /// The last ends with the range and may overlap the one before.
  private struct Pieces {
    let length: Int
    let size: Int
    let count: Int

    init(_ length: Int) {
      self.length = length
      size = length >= 16 ? 16 : (length >= 8 ? 8 : (length >= 4 ? 4 : length))
      count = (length + size - 1) / size
    }
    func start(_ number: Int) -> Int32 {
      Int32(truncatingIfNeeded: min(number * size, length - size))
    }
  }

  /// Copies if the length allows; false if the builtin must.
  mutating func copyInline() -> Bool {
    guard let length = movedLength else { return false }
    memory = 0
    let pieces = Pieces(length)
    let count = pop()
    let source = settled(pop())
    let target = settled(pop())
    let from = address(source, 0, size: UInt64(length))
    let to = address(target, 0, size: UInt64(length))
    var registers = InlineArray<3, Register>(repeating: .none)
    for i in 0..<pieces.count {
      registers[i] = allocate(pieces.size >= 4)
      recordTrap(target, source, count)
      movePiece(registers[i], from.advanced(by: pieces.start(i)), pieces.size, isStore: false)
    }
    for i in (0..<pieces.count).reversed() {
      recordTrap(target, source, count)
      movePiece(registers[i], to.advanced(by: pieces.start(i)), pieces.size, isStore: true)
    }
    return true
  }

  /// Fills if length and value are constants that allow it; false if the builtin must.
  mutating func fillInline() -> Bool {
    guard let length = movedLength, stack[height - 2].kind == .constant else {
      return false
    }
    memory = 0
    let pieces = Pieces(length)
    let count = pop()
    let value = pop()
    let target = settled(pop())
    let to = address(target, 0, size: UInt64(length))
    let byte = UInt64(value.value & 0xFF)
    let r = allocate(pieces.size >= 4)
    if !r.isXMM {
      asm.mov(r, immediate: byte * 0x0101)
    } else if byte == 0 {
      zero(r)
    } else {
      let bits = UInt128(byte) &* (UInt128.max / 0xFF)
      use(bits, at: hasAVX ? asm.vrip(.movaps, false, r, .none) : asm.rip(.movaps, false, r))
    }
    for i in (0..<pieces.count).reversed() {
      recordTrap(target, value, count)
      movePiece(r, to.advanced(by: pieces.start(i)), pieces.size, isStore: true)
    }
    return true
  }

  private mutating func movePiece(_ r: Register, _ place: Memory, _ size: Int, isStore: Bool) {
    asm.reserve(32)
    switch (size, isStore) {
    case (16, false): loadVector(r, place)
    case (16, true): storeVector(place, r)
    case (4, false), (8, false): moveFloat(r, place, isDouble: size == 8)
    case (4, true), (8, true): storeFloat(place, r, isDouble: size == 8)
    case (2, false): asm.rm(.movzx16, false, r, place)
    case (2, true):
      asm.byte(0x66)
      asm.rm(.store, false, r, place)
    case (_, false): asm.rm(.movzx8, false, r, place)
    default: asm.rm(.store8, false, r, place)
    }
  }
}

extension Memory {
  /// The operand `count` bytes further on.
  fileprivate func advanced(by count: Int32) -> Memory {
    Memory(base, index: index, scale: scale, displacement &+ count)
  }
}
