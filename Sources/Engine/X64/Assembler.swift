import CMachine

/// Writes x86-64 instructions into a growing buffer.
///
/// `reserve` must be called before a run of instructions; the emitting methods do not check.
/// Operand width is `wide`: 64 bits if true, else 32.
struct Assembler: ~Copyable {
  private(set) var base: UnsafeMutablePointer<UInt8>
  private(set) var cursor: UnsafeMutablePointer<UInt8>
  private var limit: UnsafeMutablePointer<UInt8>
  private var buffer = vm_code_buffer()
  /// Whether no-ops keep jumps inside lines of 32 bytes.
  var padsJumps = false

  init(capacity: Int) {
    base = Self.resize(&buffer, capacity)
    cursor = base
    limit = base + capacity
  }

  deinit {
    var buffer = buffer
    vm_code_buffer_free(&buffer)
  }

  private static func resize(
    _ buffer: inout vm_code_buffer, _ count: Int
  ) -> UnsafeMutablePointer<UInt8> {
    guard vm_code_buffer_resize(&buffer, count) == 0, let bytes = buffer.bytes else {
      fatalError("no memory for \(count) bytes of code")
    }
    return bytes
  }

  /// Gives away what was written, sealed, and begins anew.
  mutating func takeCode() -> vm_code_buffer {
    var taken = buffer
    vm_code_buffer_seal(&taken, offset)
    buffer = vm_code_buffer()
    base = Self.resize(&buffer, 16)
    cursor = base
    limit = base + 16
    return taken
  }

  /// Bytes written so far.
  @inline(__always) var offset: Int { cursor - base }

  /// Makes room for `count` more bytes.
  @inline(__always) mutating func reserve(_ count: Int) {
    if limit - cursor < count { grow(count) }
  }

  @inline(never) private mutating func grow(_ count: Int) {
    let used = offset
    let capacity = max((limit - base) * 2, used + count)
    base = Self.resize(&buffer, capacity)
    cursor = base + used
    limit = base + capacity
  }

  /// Moves the code from `start` on up by `count` bytes; what comes before it is left as it is.
  mutating func makeGap(at start: Int, _ count: Int) {
    reserve(count + 16)
    UnsafeMutableRawPointer(base + start + count).copyMemory(
      from: base + start, byteCount: offset - start)
  }
  /// Goes on at `start`, over what is there.
  @inline(__always) mutating func rewind(to start: Int) { cursor = base + start }
  /// Leaves the next `count` bytes as they are.
  @inline(__always) mutating func advance(_ count: Int) { cursor += count }

  // MARK: Bytes

  @inline(__always) mutating func byte(_ value: UInt8) {
    cursor.pointee = value
    cursor += 1
  }
  @inline(__always) mutating func long(_ value: Int32) {
    UnsafeMutableRawPointer(cursor).storeBytes(of: value, as: Int32.self)
    cursor += 4
  }
  @inline(__always) mutating func quad(_ value: UInt64) {
    UnsafeMutableRawPointer(cursor).storeBytes(of: value, as: UInt64.self)
    cursor += 8
  }
  /// Reads back the 32-bit field at `offset`.
  @inline(__always) func long(at offset: Int) -> Int32 {
    UnsafeRawPointer(base + offset).loadUnaligned(as: Int32.self)
  }
  /// Overwrites the 32-bit field at `offset`.
  @inline(__always) func setLong(_ value: Int32, at offset: Int) {
    UnsafeMutableRawPointer(base + offset).storeBytes(of: value, as: Int32.self)
  }

  // MARK: Forms

  /// Prefix, REX, map and opcode (Intel 2.1, 2.2.1).
  ///
  /// `x` is the index register's high bit.
  @inline(__always)
  private mutating func lead(
    _ e: Encoding, _ wide: Bool, _ r: UInt8, _ x: UInt8, _ b: UInt8, _ force: Bool
  ) {
    switch e.prefix {
    case 1: byte(0x66)
    case 2: byte(0xF3)
    case 3: byte(0xF2)
    default: break
    }
    let rex = (wide ? 8 : 0) | (r & 8) >> 1 | (x & 8) >> 2 | (b & 8) >> 3
    if rex != 0 || force { byte(0x40 | rex) }
    switch e.map {
    case 1: byte(0x0F)
    case 2:
      byte(0x0F)
      byte(0x38)
    case 3:
      byte(0x0F)
      byte(0x3A)
    default: break
    }
    byte(e.opcode)
  }

  /// `reg` and a register operand.
  @inline(__always)
  mutating func rr(_ e: Encoding, _ wide: Bool, _ reg: Register, _ operand: Register) {
    let r = reg.number & 15
    let b = operand.number & 15
    lead(e, wide, r, 0, b, (e.hasByteRegister && r >= 4) || (e.hasByteOperand && b >= 4))
    byte(0xC0 | (r & 7) << 3 | b & 7)
  }

  /// `reg` and a memory operand.
  @inline(__always)
  mutating func rm(_ e: Encoding, _ wide: Bool, _ reg: Register, _ operand: Memory) {
    let r = reg.number & 15
    let x = operand.index == .none ? 0 : operand.index.number
    let b = operand.base == .none ? 0 : operand.base.number
    lead(e, wide, r, x, b, e.hasByteRegister && r >= 4)
    modRM(r, operand)
  }

  /// A form whose `reg` field is an opcode extension, with a register operand.
  @inline(__always)
  mutating func xr(_ e: Encoding, _ wide: Bool, _ extension_: UInt8, _ operand: Register) {
    rr(e, wide, Register(extension_), operand)
  }
  /// A form whose `reg` field is an opcode extension, with a memory operand.
  @inline(__always)
  mutating func xm(_ e: Encoding, _ wide: Bool, _ extension_: UInt8, _ operand: Memory) {
    rm(e, wide, Register(extension_), operand)
  }

  /// ModRM, SIB and displacement (Intel 2.1.5).
  ///
  /// rsp and r12 as base need a SIB byte, rbp and r13 a displacement.
  @inline(__always) private mutating func modRM(_ reg: UInt8, _ m: Memory) {
    let field = (reg & 7) << 3
    let d = m.displacement
    if m.base == .none {
      // [index * scale + disp32], or [disp32] with index none.
      byte(field | 4)
      byte(m.scale << 6 | ((m.index == .none ? 4 : m.index.number) & 7) << 3 | 5)
      long(d)
      return
    }
    let b = m.base.number & 7
    let mode: UInt8 = d == 0 && b != 5 ? 0 : (d == Int32(Int8(truncatingIfNeeded: d)) ? 0x40 : 0x80)
    if m.index == .none && b != 4 {
      byte(mode | field | b)
    } else {
      byte(mode | field | 4)
      byte(m.scale << 6 | ((m.index == .none ? 4 : m.index.number) & 7) << 3 | b)
    }
    if mode == 0x40 {
      byte(UInt8(truncatingIfNeeded: d))
    } else if mode == 0x80 {
      long(d)
    }
  }

  /// `reg` and a rip-relative operand whose displacement is filled in later.
  ///
  /// Returns the offset of the 32-bit field; no immediate may follow.
  @inline(__always)
  mutating func rip(_ e: Encoding, _ wide: Bool, _ reg: Register) -> Int {
    let r = reg.number & 15
    lead(e, wide, r, 0, 0, false)
    byte((r & 7) << 3 | 5)
    long(0)
    return offset - 4
  }

  // MARK: VEX (Intel 2.3.5)

  @inline(__always)
  private mutating func vex(
    _ e: Encoding, _ wide: Bool, _ r: UInt8, _ v: UInt8, _ x: UInt8, _ b: UInt8
  ) {
    // A missing second source is encoded like register 0.
    let pp = UInt8(truncatingIfNeeded: e.prefix)
    let tail = (~v & 15) << 3 | pp
    if !wide && e.map == 1 && x < 8 && b < 8 {
      byte(0xC5)
      byte((r < 8 ? 0x80 : 0) | tail)
    } else {
      byte(0xC4)
      byte((r < 8 ? 0x80 : 0) | (x < 8 ? 0x40 : 0) | (b < 8 ? 0x20 : 0) | UInt8(e.map))
      byte((wide ? 0x80 : 0) | tail)
    }
    byte(e.opcode)
  }

  /// VEX form: `reg`, second source `v`, register operand.
  @inline(__always)
  mutating func vrr(
    _ e: Encoding, _ wide: Bool, _ reg: Register, _ v: Register, _ operand: Register
  ) {
    let r = reg.number & 15
    let b = operand.number & 15
    vex(e, wide, r, v.low, 0, b)
    byte(0xC0 | (r & 7) << 3 | b & 7)
  }
  /// VEX form: `reg`, second source `v`, memory operand.
  @inline(__always)
  mutating func vrm(_ e: Encoding, _ wide: Bool, _ reg: Register, _ v: Register, _ operand: Memory)
  {
    let r = reg.number & 15
    let x = operand.index == .none ? 0 : operand.index.number
    let b = operand.base == .none ? 0 : operand.base.number
    vex(e, wide, r, v.low, x, b)
    modRM(r, operand)
  }
  /// VEX form with a rip-relative operand; see `rip`.
  @inline(__always)
  mutating func vrip(_ e: Encoding, _ wide: Bool, _ reg: Register, _ v: Register) -> Int {
    let r = reg.number & 15
    vex(e, wide, r, v.low, 0, 0)
    byte((r & 7) << 3 | 5)
    long(0)
    return offset - 4
  }

  // MARK: Integer instructions

  @inline(__always) mutating func mov(_ wide: Bool, _ to: Register, _ from: Register) {
    rr(.load, wide, to, from)
  }
  @inline(__always) mutating func load(_ wide: Bool, _ to: Register, _ from: Memory) {
    rm(.load, wide, to, from)
  }
  @inline(__always) mutating func store(_ wide: Bool, _ to: Memory, _ from: Register) {
    rm(.store, wide, from, to)
  }

  /// Loads a constant in the shortest form that leaves the flags alone.
  @inline(__always) mutating func mov(_ to: Register, immediate value: UInt64) {
    let low = to.number & 7
    if value <= 0xFFFF_FFFF {
      if to.number >= 8 { byte(0x41) }
      byte(0xB8 | low)
      long(Int32(truncatingIfNeeded: value))
    } else if Int64(bitPattern: value) == Int64(Int32(truncatingIfNeeded: value)) {
      byte(to.number >= 8 ? 0x49 : 0x48)
      byte(0xC7)
      byte(0xC0 | low)
      long(Int32(truncatingIfNeeded: value))
    } else {
      byte(to.number >= 8 ? 0x49 : 0x48)
      byte(0xB8 | low)
      quad(value)
    }
  }
  /// Stores a sign-extended 32-bit constant to a 4- or 8-byte place.
  @inline(__always)
  mutating func store(_ wide: Bool, _ to: Memory, immediate value: Int32) {
    xm(.one(0xC7), wide, 0, to)
    long(value)
  }

  @inline(__always)
  mutating func alu(_ op: ALU, _ wide: Bool, _ to: Register, _ from: Register) {
    rr(.one(op.rawValue << 3 | 3), wide, to, from)
  }
  @inline(__always)
  mutating func alu(_ op: ALU, _ wide: Bool, _ to: Register, _ from: Memory) {
    rm(.one(op.rawValue << 3 | 3), wide, to, from)
  }
  @inline(__always)
  mutating func alu(_ op: ALU, _ wide: Bool, _ to: Register, immediate value: Int32) {
    if value == Int32(Int8(truncatingIfNeeded: value)) {
      xr(.one(0x83), wide, op.rawValue, to)
      byte(UInt8(truncatingIfNeeded: value))
    } else {
      xr(.one(0x81), wide, op.rawValue, to)
      long(value)
    }
  }
  @inline(__always)
  mutating func alu(_ op: ALU, _ wide: Bool, _ to: Memory, immediate value: Int32) {
    if value == Int32(Int8(truncatingIfNeeded: value)) {
      xm(.one(0x83), wide, op.rawValue, to)
      byte(UInt8(truncatingIfNeeded: value))
    } else {
      xm(.one(0x81), wide, op.rawValue, to)
      long(value)
    }
  }
  @inline(__always)
  mutating func imul(_ wide: Bool, _ to: Register, _ from: Register, immediate value: Int32) {
    if value == Int32(Int8(truncatingIfNeeded: value)) {
      rr(.imulImmediate8, wide, to, from)
      byte(UInt8(truncatingIfNeeded: value))
    } else {
      rr(.imulImmediate32, wide, to, from)
      long(value)
    }
  }
  /// Tests bits; only the zero flag counts.
  @inline(__always)
  mutating func test(_ wide: Bool, _ a: Register, mask: Int32) {
    if mask >= 0 && mask <= 0xFF {
      xr(.one(0xF6).byteOperand, false, 0, a)
      byte(UInt8(truncatingIfNeeded: mask))
    } else {
      xr(.group3, wide, 0, a)
      long(mask)
    }
  }
  @inline(__always)
  mutating func shift(_ op: Shift, _ wide: Bool, _ to: Register, immediate count: UInt8) {
    xr(.shiftImmediate, wide, op.rawValue, to)
    byte(count)
  }
  @inline(__always) mutating func set(_ condition: Condition, _ to: Register) {
    rr(.two(.none, 0x90 | condition.code).byteOperand, false, Register(0), to)
  }
  @inline(__always)
  mutating func cmov(_ condition: Condition, _ wide: Bool, _ to: Register, _ from: Register) {
    rr(.two(.none, 0x40 | condition.code), wide, to, from)
  }

  // MARK: Branches

  /// `jmp rel32`; returns the offset of the field.
  @inline(__always) mutating func jmp() -> Int {
    pad(jump: 5)
    byte(0xE9)
    long(0)
    return offset - 4
  }
  /// `jcc rel32`; returns the offset of the field.
  ///
  /// Without padding where the offset of the instruction has been taken down already.
  @inline(__always)
  mutating func jcc(_ condition: Condition, isPadded: Bool = true) -> Int {
    if isPadded { pad(jump: 6) }
    byte(0x0F)
    byte(0x80 | condition.code)
    long(0)
    return offset - 4
  }
  /// A backward jump in its shortest form; `condition` nil for an unconditional one.
  @inline(__always) mutating func jump(back target: Int, _ condition: Condition?) {
    pad(jump: 2)
    let short = target - (offset + 2)
    if short >= -128 {
      byte(condition.map { 0x70 | $0.code } ?? 0xEB)
      byte(UInt8(truncatingIfNeeded: short))
    } else {
      let field = condition.map { jcc($0) } ?? jmp()
      patch(field, to: target)
    }
  }
  /// A forward jump over a few bytes: `jcc rel8`; returns the offset of the 8-bit field.
  @inline(__always) mutating func shortJump(_ condition: Condition?) -> Int {
    pad(jump: 2)
    byte(condition.map { 0x70 | $0.code } ?? 0xEB)
    byte(0)
    return offset - 1
  }
  /// Lets the short jump whose field is at `field` land here.
  @inline(__always) func bindShort(_ field: Int) {
    base[field] = UInt8(truncatingIfNeeded: offset - field - 1)
  }
  /// Fills the rel32 field at `field` so that it reaches `target`.
  @inline(__always) func patch(_ field: Int, to target: Int) {
    setLong(Int32(truncatingIfNeeded: target - field - 4), at: field)
  }
  /// `call rel32`; returns the offset of the field.
  @inline(__always) mutating func call() -> Int {
    pad(jump: 5)
    byte(0xE8)
    long(0)
    return offset - 4
  }
  @inline(__always) mutating func call(_ target: Memory) {
    pad(jump: 7)
    xm(.group5, false, 2, target)
  }
  @inline(__always) mutating func call(_ target: Register) {
    pad(jump: 3)
    xr(.group5, false, 2, target)
  }
  @inline(__always) mutating func jmp(_ target: Register) {
    pad(jump: 3)
    xr(.group5, false, 4, target)
  }
  /// `ret`, taking `count` bytes of arguments off the stack.
  mutating func ret(_ count: Int) {
    if count == 0 { return byte(0xC3) }
    byte(0xC2)
    byte(UInt8(truncatingIfNeeded: count))
    byte(UInt8(truncatingIfNeeded: count >> 8))
  }
  /// `ud2` and the byte that tells why.
  @inline(__always) mutating func trap(_ kind: UInt8) {
    byte(0x0F)
    byte(0x0B)
    byte(kind)
  }
}
