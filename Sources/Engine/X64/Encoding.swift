/// The fixed part of an instruction form: mandatory prefix, opcode map and opcode byte.
///
/// One static member a form; ModRM, REX and VEX are added by the `Assembler`.
/// Source: Intel SDM volume 2, chapters 2 and 3 to 6.
struct Encoding {
  /// bits 0-7 opcode; 8-9 map (0 one-byte, 1 0F, 2 0F 38, 3 0F 3A); 10-11 prefix (0 none, 1 66,
  /// 2 F3, 3 F2); 12 REX.W always; 13 the register in `reg` is a byte register; 14 the one in `rm`.
  let bits: UInt32

  @inline(__always) private init(_ bits: UInt32) { self.bits = bits }

  @inline(__always) static func one(_ opcode: UInt8) -> Encoding { Encoding(UInt32(opcode)) }
  @inline(__always) static func two(_ prefix: Prefix, _ opcode: UInt8) -> Encoding {
    Encoding(UInt32(opcode) | 1 << 8 | UInt32(prefix.rawValue) << 10)
  }
  @inline(__always) static func map38(_ prefix: Prefix, _ opcode: UInt8) -> Encoding {
    Encoding(UInt32(opcode) | 2 << 8 | UInt32(prefix.rawValue) << 10)
  }
  @inline(__always) static func map3A(_ prefix: Prefix, _ opcode: UInt8) -> Encoding {
    Encoding(UInt32(opcode) | 3 << 8 | UInt32(prefix.rawValue) << 10)
  }
  /// The same form with a byte register in `reg`.
  @inline(__always) var byteRegister: Encoding { Encoding(bits | 1 << 13) }
  /// The same form with a byte register in `rm`.
  @inline(__always) var byteOperand: Encoding { Encoding(bits | 1 << 14) }

  /// A mandatory prefix, numbered as in VEX.pp.
  enum Prefix: UInt8 {
    case none
    case p66
    case pF3
    case pF2
  }

  @inline(__always) var opcode: UInt8 { UInt8(truncatingIfNeeded: bits) }
  @inline(__always) var map: UInt32 { (bits >> 8) & 3 }
  @inline(__always) var prefix: UInt32 { (bits >> 10) & 3 }
  @inline(__always) var hasByteRegister: Bool { bits & (1 << 13) != 0 }
  @inline(__always) var hasByteOperand: Bool { bits & (1 << 14) != 0 }

  // Moves.
  static var load: Encoding { one(0x8B) }
  static var store: Encoding { one(0x89) }
  static var store8: Encoding { one(0x88).byteRegister }
  static var movzx8: Encoding { two(.none, 0xB6).byteOperand }
  static var movzx16: Encoding { two(.none, 0xB7) }
  static var movsx8: Encoding { two(.none, 0xBE).byteOperand }
  static var movsx16: Encoding { two(.none, 0xBF) }
  static var movsxd: Encoding { one(0x63) }
  static var lea: Encoding { one(0x8D) }
  static var xchg: Encoding { one(0x87) }

  // Integer arithmetic.
  static var imul: Encoding { two(.none, 0xAF) }
  static var imulImmediate8: Encoding { one(0x6B) }
  static var imulImmediate32: Encoding { one(0x69) }
  static var test: Encoding { one(0x85) }
  /// Group 3: /0 test imm, /2 not, /3 neg, /4 mul, /5 imul, /6 div, /7 idiv.
  static var group3: Encoding { one(0xF7) }
  /// Group 5: /2 call, /4 jmp.
  static var group5: Encoding { one(0xFF) }
  static var shiftImmediate: Encoding { one(0xC1) }
  static var shiftCL: Encoding { one(0xD3) }
  static var bsr: Encoding { two(.none, 0xBD) }
  static var bsf: Encoding { two(.none, 0xBC) }
  static var lzcnt: Encoding { two(.pF3, 0xBD) }
  static var tzcnt: Encoding { two(.pF3, 0xBC) }
  static var bts: Encoding { two(.none, 0xAB) }
  static var btr: Encoding { two(.none, 0xB3) }
  static var btc: Encoding { two(.none, 0xBB) }
  static var popcnt: Encoding { two(.pF3, 0xB8) }
  static var shlx: Encoding { map38(.p66, 0xF7) }
  static var sarx: Encoding { map38(.pF3, 0xF7) }
  static var shrx: Encoding { map38(.pF2, 0xF7) }
  static var mulx: Encoding { map38(.pF2, 0xF6) }
  static var rorx: Encoding { map3A(.pF2, 0xF0) }

  // Scalar floats; `isDouble` selects the F2/66 form over F3/none.
  @inline(__always) static func scalar(_ opcode: UInt8, _ isDouble: Bool) -> Encoding {
    two(isDouble ? .pF2 : .pF3, opcode)
  }
  @inline(__always) static func packed(_ opcode: UInt8, _ isDouble: Bool) -> Encoding {
    two(isDouble ? .p66 : .none, opcode)
  }
  static var movaps: Encoding { two(.none, 0x28) }
  static var movups: Encoding { two(.none, 0x10) }
  static var movupsStore: Encoding { two(.none, 0x11) }
  static var pxor: Encoding { two(.p66, 0xEF) }
  /// movd / movq from a general register to xmm (REX.W selects).
  static var movToXMM: Encoding { two(.p66, 0x6E) }
  /// movd / movq from xmm (in `reg`) to a general register.
  static var movFromXMM: Encoding { two(.p66, 0x7E) }
  @inline(__always) static func round(_ isDouble: Bool) -> Encoding {
    map3A(.p66, isDouble ? 0x0B : 0x0A)
  }
}

/// The eight operations of the first ALU group, numbered as in the opcode.
enum ALU: UInt8 {
  case add = 0
  case or = 1
  case adc = 2
  case sbb = 3
  case and = 4
  case sub = 5
  case xor = 6
  case cmp = 7
}

/// The shifts and rotates, numbered as in the ModRM extension.
enum Shift: UInt8 {
  case rol = 0
  case ror = 1
  case shl = 4
  case shr = 5
  case sar = 7
}
