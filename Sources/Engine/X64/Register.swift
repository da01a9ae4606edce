/// A general-purpose or SSE register: 0...15 are rax...r15, 16...31 are xmm0...xmm15.
public struct Register: Equatable, Sendable, BitwiseCopyable {
  /// The number: the manual's register number, plus 16 for an xmm register.
  public let number: UInt8

  /// Makes a register from its number, 0...31.
  @inline(__always) public init(_ number: UInt8) { self.number = number }

  static var rax: Register { Register(0) }
  static var rcx: Register { Register(1) }
  static var rdx: Register { Register(2) }
  static var rbx: Register { Register(3) }
  static var rsp: Register { Register(4) }
  static var rbp: Register { Register(5) }
  static var rsi: Register { Register(6) }
  static var rdi: Register { Register(7) }
  static var r8: Register { Register(8) }
  static var r9: Register { Register(9) }
  static var r10: Register { Register(10) }
  static var r11: Register { Register(11) }
  static var r12: Register { Register(12) }
  static var r13: Register { Register(13) }
  static var r14: Register { Register(14) }
  static var r15: Register { Register(15) }
  static var xmm0: Register { Register(16) }
  static var xmm1: Register { Register(17) }
  static var xmm2: Register { Register(18) }
  /// No register.
  static var none: Register { Register(0xFF) }

  /// Whether this is an xmm register.
  @inline(__always) var isXMM: Bool { number >= 16 && number < 32 }
  /// The number within its file; 0 for none.
  @inline(__always) var low: UInt8 { number == 0xFF ? 0 : number & 15 }
  /// The set that holds just this register.
  @inline(__always) var bit: RegisterSet { RegisterSet(1 &<< UInt32(number & 31)) }
}

/// A set of registers, one bit each.
struct RegisterSet: Equatable {
  var bits: UInt32
  @inline(__always) init(_ bits: UInt32) { self.bits = bits }

  static var empty: RegisterSet { RegisterSet(0) }
  /// All general-purpose registers.
  static var general: RegisterSet { RegisterSet(0x0000_FFFF) }
  /// All xmm registers.
  static var xmm: RegisterSet { RegisterSet(0xFFFF_0000) }

  @inline(__always) var isEmpty: Bool { bits == 0 }
  @inline(__always) var count: Int { bits.nonzeroBitCount }
  /// The register with the lowest number; the set must not be empty.
  @inline(__always) var first: Register {
    Register(UInt8(truncatingIfNeeded: bits.trailingZeroBitCount))
  }
  @inline(__always) func contains(_ register: Register) -> Bool { !(self & register.bit).isEmpty }
  @inline(__always) static func | (a: RegisterSet, b: RegisterSet) -> RegisterSet {
    RegisterSet(a.bits | b.bits)
  }
  @inline(__always) static func & (a: RegisterSet, b: RegisterSet) -> RegisterSet {
    RegisterSet(a.bits & b.bits)
  }
  @inline(__always) static func - (a: RegisterSet, b: RegisterSet) -> RegisterSet {
    RegisterSet(a.bits & ~b.bits)
  }
  @inline(__always) static func |= (a: inout RegisterSet, b: RegisterSet) { a.bits |= b.bits }
  @inline(__always) static func -= (a: inout RegisterSet, b: RegisterSet) { a.bits &= ~b.bits }
}

/// A memory operand: base + index * 2^scale + displacement.
struct Memory: Equatable {
  var base: Register
  var index: Register
  var scale: UInt8
  var displacement: Int32

  /// The operand `[base + displacement]`.
  @inline(__always) init(_ base: Register, _ displacement: Int32 = 0) {
    self.init(base, index: .none, scale: 0, displacement)
  }
  /// The operand `[base + index * 2^scale + displacement]`.
  ///
  /// `base` may be none, `index` may not be rsp.
  @inline(__always)
  init(_ base: Register, index: Register, scale: UInt8 = 0, _ displacement: Int32 = 0) {
    self.base = base
    self.index = index
    self.scale = scale
    self.displacement = displacement
  }
}

/// A condition code, numbered as in the manual's `Jcc`; the two last need two instructions.
struct Condition: Equatable {
  let code: UInt8
  @inline(__always) init(_ code: UInt8) { self.code = code }

  static var overflow: Condition { Condition(0) }
  static var below: Condition { Condition(2) }
  static var aboveOrEqual: Condition { Condition(3) }
  static var equal: Condition { Condition(4) }
  static var notEqual: Condition { Condition(5) }
  static var belowOrEqual: Condition { Condition(6) }
  static var above: Condition { Condition(7) }
  static var sign: Condition { Condition(8) }
  static var parity: Condition { Condition(10) }
  static var notParity: Condition { Condition(11) }
  static var less: Condition { Condition(12) }
  static var greaterOrEqual: Condition { Condition(13) }
  static var lessOrEqual: Condition { Condition(14) }
  static var greater: Condition { Condition(15) }
  /// After ucomis: equal and ordered (ZF = 1 and PF = 0).
  static var floatEqual: Condition { Condition(16) }
  /// After ucomis: not equal or unordered.
  static var floatNotEqual: Condition { Condition(17) }

  /// The opposite condition.
  @inline(__always) var inverse: Condition { Condition(code ^ 1) }
}
