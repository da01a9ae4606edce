import CMachine
import Engine

/// The registers as they are in one frame, as far as they can be known.
///
/// Numbers are the machine's: 0...15 general, 16...31 xmm0...15. Going from
/// a frame to its caller keeps what the convention preserves (`vm_context.h`) and forgets the rest.
struct RegisterFile: Sendable {
  private var words = InlineArray<32, UInt64>(repeating: 0)
  /// The upper halves of the xmm registers.
  private var upperHalves = InlineArray<16, UInt64>(repeating: 0)
  /// One bit a register.
  private var known: UInt32 = 0
  /// RFLAGS, if known.
  private(set) var flags: UInt64?

  /// Nothing is known.
  init() {}

  /// The registers that a signal has saved.
  init(savedIn trap: vm_trap_record) {
    for number: UInt8 in 0..<16 { self[number] = trap.register(number) }
    withUnsafeBytes(of: trap.fxsave) {
      // XMM0 of the FXSAVE image (Intel SDM volume 1, 10.5.1).
      for i in 0..<16 {
        self[UInt8(16 + i)] = $0.load(fromByteOffset: 160 + 16 * i, as: UInt64.self)
        upperHalves[i] = $0.load(fromByteOffset: 168 + 16 * i, as: UInt64.self)
      }
    }
    flags = UInt64(bitPattern: trap.registers.17)
  }

  /// The registers that the stub whose rbp is `fp` found.
  init(stubFrame fp: UInt64, in stack: StackMemory) {
    for (number, offset) in Self.preserved {
      self[number] = stack.word(at: fp, offset)
      if number >= 16 { setUpperHalf(of: number, stack.word(at: fp, offset + 8)) }
    }
  }

  /// The registers that the convention preserves, with their places in a stub's frame from its rbp.
  private static let preserved: [(number: UInt8, offset: Int)] = [
    (3, offset(\.rbx)), (10, offset(\.r10)), (11, offset(\.r11)), (12, offset(\.r12)),
    (13, offset(\.r13)), (29, offset(\.xmm13)), (30, offset(\.xmm14)), (31, offset(\.xmm15)),
  ]
  private static let preservedMask = preserved.reduce(0 as UInt32) { $0 | 1 << $1.number }

  /// Place of integer argument 0 in a stub's frame, from its rbp.
  static let argumentOffset = offset(\.integers)

  private static func offset<Field>(_ field: KeyPath<vm_stub_frame, Field>) -> Int {
    (MemoryLayout<vm_stub_frame>.offset(of: field) ?? 0)
      - (MemoryLayout<vm_stub_frame>.offset(of: \.caller_fp) ?? 0)
  }

  /// The upper half of an xmm register; nil if it is not known.
  func upperHalf(of number: UInt8) -> UInt64? {
    self[number] == nil ? nil : upperHalves[Int(number & 15)]
  }

  /// Sets the upper half of an xmm register whose lower half is set.
  mutating func setUpperHalf(of number: UInt8, _ word: UInt64?) {
    if let word { upperHalves[Int(number & 15)] = word } else { self[number] = nil }
  }

  /// A register, the lower half of an xmm register; nil if it is not known.
  subscript(number: UInt8) -> UInt64? {
    get { known >> UInt32(number & 31) & 1 == 0 ? nil : words[Int(number & 31)] }
    set {
      words[Int(number & 31)] = newValue ?? 0
      let bit = UInt32(1) << UInt32(number & 31)
      known = newValue == nil ? known & ~bit : known | bit
    }
  }

  /// Takes back what the prologue of the frame at `fp` has saved.
  mutating func restore(
    _ saved: [FunctionRecording.SavedRegister], from fp: UInt64, in stack: StackMemory
  ) {
    for place in saved {
      self[place.register] = stack.word(at: fp, Int(place.offset))
      if place.register >= 16 {
        setUpperHalf(of: place.register, stack.word(at: fp, Int(place.offset) + 8))
      }
    }
  }

  /// Goes from a callee, whose saved registers are in the file again, to its caller.
  mutating func enterCaller() {
    known &= Self.preservedMask
    flags = nil
  }

  /// Whether the flags fulfil a condition; nil if they are not known.
  ///
  /// 0...15 as in Intel SDM volume 2, appendix B.1.4.7; 16 is equal and ordered, 17 its opposite.
  func fulfils(_ condition: UInt8) -> Bool? {
    guard let flags, condition < 18 else { return nil }
    func flag(_ bit: UInt64) -> Bool { flags >> bit & 1 == 1 }
    let (carry, parity, zero, sign, overflow) = (flag(0), flag(2), flag(6), flag(7), flag(11))
    let isTrue =
      switch condition >> 1 {
      case 0: overflow
      case 1: carry
      case 2: zero
      case 3: carry || zero
      case 4: sign
      case 5: parity
      case 6: sign != overflow
      case 7: zero || sign != overflow
      default: zero && !parity
      }
    return isTrue != (condition & 1 == 1)
  }
}

extension vm_trap_record {
  /// Where the kernel's gregset_t has the general register of each machine number.
  private static let places = [13, 14, 12, 11, 15, 10, 9, 8, 0, 1, 2, 3, 4, 5, 6, 7]

  /// The general register with a machine number, 0...15.
  func register(_ number: UInt8) -> UInt64 {
    withUnsafeBytes(of: registers) {
      $0.load(fromByteOffset: 8 * Self.places[Int(number & 15)], as: UInt64.self)
    }
  }
}
