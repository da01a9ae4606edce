import Listing
import Testing

@testable import Engine

/// Every form of the encoder, disassembled by an independent library.
@Suite struct EncoderTests {
  static let names64 = [
    "rax", "rcx", "rdx", "rbx", "rsp", "rbp", "rsi", "rdi", "r8", "r9", "r10", "r11", "r12", "r13",
    "r14", "r15",
  ]
  static let names32 = [
    "eax", "ecx", "edx", "ebx", "esp", "ebp", "esi", "edi", "r8d", "r9d", "r10d", "r11d", "r12d",
    "r13d", "r14d", "r15d",
  ]
  static let names8 = [
    "al", "cl", "dl", "bl", "spl", "bpl", "sil", "dil", "r8b", "r9b", "r10b", "r11b", "r12b",
    "r13b",
    "r14b", "r15b",
  ]
  static let names16 = [
    "ax", "cx", "dx", "bx", "sp", "bp", "si", "di", "r8w", "r9w", "r10w", "r11w", "r12w", "r13w",
    "r14w", "r15w",
  ]

  private func name(_ r: Register, _ wide: Bool) -> String {
    r.isXMM ? "xmm\(r.number - 16)" : (wide ? Self.names64 : Self.names32)[Int(r.number)]
  }

  /// Emits with `body` and returns what the disassembler makes of it.
  private func disassembled(_ body: (inout Assembler) -> Void) -> String {
    var asm = Assembler(capacity: 256)
    body(&asm)
    guard let disassembler = Disassembler() else { return "no disassembler" }
    let lines = disassembler.disassemble(
      UnsafeRawBufferPointer(start: asm.base, count: asm.offset))
    return lines.map(\.text).joined(separator: "; ")
  }

  /// A memory operand in the disassembler's words.
  private func text(_ m: Memory, _ size: String) -> String {
    var parts: [String] = []
    if m.base != .none { parts.append(Self.names64[Int(m.base.number)]) }
    if m.index != .none {
      let index = Self.names64[Int(m.index.number)]
      parts.append(m.scale == 0 && m.base != .none ? index : "\(index)*\(1 << m.scale)")
    }
    var text = parts.joined(separator: " + ")
    let d = Int(m.displacement)
    func number(_ n: Int) -> String { n < 10 ? "\(n)" : "0x" + String(n, radix: 16) }
    if d > 0 { text += " + " + number(d) }
    if d < 0 { text += " - " + number(-d) }
    return "\(size) ptr [\(text)]"
  }

  static let addresses: [Memory] = {
    var list: [Memory] = []
    for base in 0..<16 as Range<UInt8> {
      for displacement in [0, 1, -8, 127, 128, -129, 0x12345, Int32.max, Int32.min + 1] as [Int32] {
        list.append(Memory(Register(base), displacement))
        for index in [0, 1, 5, 7, 8, 12, 13, 15] as [UInt8] {
          list.append(
            Memory(
              Register(base), index: Register(index), scale: UInt8((base &+ index) & 3),
              displacement))
        }
      }
    }
    for index in [0, 3, 5, 12, 13] as [UInt8] {
      list.append(Memory(.none, index: Register(index), scale: 2, 64))
    }
    return list
  }()

  @Test(arguments: [false, true])
  func `register moves and ALU operations name the registers they were given`(wide: Bool) {
    let operations: [(ALU, String)] = [
      (.add, "add"), (.or, "or"), (.adc, "adc"), (.sbb, "sbb"), (.and, "and"), (.sub, "sub"),
      (.xor, "xor"), (.cmp, "cmp"),
    ]
    for a in 0..<16 as Range<UInt8> {
      for b in 0..<16 as Range<UInt8> {
        let (x, y) = (Register(a), Register(b))
        let operands = "\(name(x, wide)), \(name(y, wide))"
        #expect(disassembled { $0.mov(wide, x, y) } == "mov \(operands)")
        for (op, mnemonic) in operations {
          #expect(disassembled { $0.alu(op, wide, x, y) } == "\(mnemonic) \(operands)")
        }
        #expect(disassembled { $0.rr(.imul, wide, x, y) } == "imul \(operands)")
        #expect(disassembled { $0.rr(.popcnt, wide, x, y) } == "popcnt \(operands)")
        #expect(disassembled { $0.rr(.btc, wide, y, x) } == "btc \(operands)")
        #expect(disassembled { $0.rr(.btr, wide, y, x) } == "btr \(operands)")
        #expect(disassembled { $0.rr(.bts, wide, y, x) } == "bts \(operands)")
        #expect(disassembled { $0.rr(.lzcnt, wide, x, y) } == "lzcnt \(operands)")
        #expect(disassembled { $0.rr(.tzcnt, wide, x, y) } == "tzcnt \(operands)")
        #expect(disassembled { $0.rr(.bsr, wide, x, y) } == "bsr \(operands)")
        #expect(disassembled { $0.rr(.bsf, wide, x, y) } == "bsf \(operands)")
        #expect(disassembled { $0.cmov(.less, wide, x, y) } == "cmovl \(operands)")
        #expect(
          disassembled { $0.rr(.movzx8, wide, x, y) }
            == "movzx \(name(x, wide)), \(Self.names8[Int(b)])")
        #expect(
          disassembled { $0.rr(.movsx16, wide, x, y) }
            == "movsx \(name(x, wide)), \(Self.names16[Int(b)])")
        #expect(
          disassembled { $0.rr(.movsxd, true, x, y) }
            == "movsxd \(name(x, true)), \(name(y, false))")
        for c in [0, 5, 8, 15] as [UInt8] {
          let z = Register(c)
          let three = "\(name(x, wide)), \(name(z, wide)), \(name(y, wide))"
          #expect(disassembled { $0.vrr(.shlx, wide, x, y, z) } == "shlx \(three)")
          #expect(disassembled { $0.vrr(.sarx, wide, x, y, z) } == "sarx \(three)")
          #expect(disassembled { $0.vrr(.shrx, wide, x, y, z) } == "shrx \(three)")
          #expect(disassembled { $0.vrr(.mulx, wide, x, z, y) } == "mulx \(three)")
        }
        #expect(
          disassembled {
            $0.vrr(.rorx, wide, x, .none, y)
            $0.byte(7)
          } == "rorx \(operands), 7")
      }
    }
  }

  @Test(arguments: [false, true])
  func `memory operands come out as base, index, scale and displacement`(wide: Bool) {
    let size = wide ? "qword" : "dword"
    for (i, m) in Self.addresses.enumerated() where m.index != .rsp {
      let r = Register(UInt8(i & 15))
      let x = Register(16 + UInt8(i & 15))
      #expect(disassembled { $0.load(wide, r, m) } == "mov \(name(r, wide)), \(text(m, size))")
      #expect(disassembled { $0.store(wide, m, r) } == "mov \(text(m, size)), \(name(r, wide))")
      #expect(
        disassembled { $0.rm(.store8, false, r, m) }
          == "mov \(text(m, "byte")), \(Self.names8[i & 15])")
      #expect(
        disassembled { $0.rm(.movsx8, wide, r, m) }
          == "movsx \(name(r, wide)), \(text(m, "byte"))")
      #expect(
        disassembled { $0.alu(.cmp, wide, r, m) } == "cmp \(name(r, wide)), \(text(m, size))")
      #expect(
        disassembled { $0.rm(.scalar(0x10, wide), false, x, m) }
          == "\(wide ? "movsd" : "movss") \(name(x, false)), \(text(m, size))")
      #expect(
        disassembled { $0.vrm(.scalar(0x10, wide), false, x, .none, m) }
          == "\(wide ? "vmovsd" : "vmovss") \(name(x, false)), \(text(m, size))")
      #expect(
        disassembled { $0.vrm(.scalar(0x58, wide), false, x, .xmm2, m) }
          == "\(wide ? "vaddsd" : "vaddss") \(name(x, false)), xmm2, \(text(m, size))")
    }
  }

  @Test func `float forms name both registers`() {
    for a in 16..<32 as Range<UInt8> {
      for b in 16..<32 as Range<UInt8> {
        let (x, y) = (Register(a), Register(b))
        let operands = "\(name(x, false)), \(name(y, false))"
        for (opcode, mnemonic) in [
          (0x58, "add"), (0x59, "mul"), (0x5C, "sub"), (0x5D, "min"), (0x5E, "div"), (0x5F, "max"),
          (0x51, "sqrt"),
        ] as [(UInt8, String)] {
          #expect(
            disassembled { $0.rr(.scalar(opcode, true), false, x, y) }
              == "\(mnemonic)sd \(operands)")
          #expect(
            disassembled { $0.vrr(.scalar(opcode, false), false, x, .xmm1, y) }
              == "v\(mnemonic)ss \(name(x, false)), xmm1, \(name(y, false))")
        }
        #expect(
          disassembled { $0.rr(.packed(0x2E, true), false, x, y) } == "ucomisd \(operands)")
        #expect(disassembled { $0.rr(.movaps, false, x, y) } == "movaps \(operands)")
        #expect(disassembled { $0.vrr(.movaps, false, x, .none, y) } == "vmovaps \(operands)")
        #expect(disassembled { $0.rr(.pxor, false, x, y) } == "pxor \(operands)")
        #expect(
          disassembled {
            $0.rr(.round(true), false, x, y)
            $0.byte(9)
          } == "roundsd \(operands), 9")
        let g = Register(b - 16)
        #expect(
          disassembled { $0.rr(.scalar(0x2A, true), true, x, g) }
            == "cvtsi2sd \(name(x, false)), \(name(g, true))")
        #expect(
          disassembled { $0.rr(.scalar(0x2C, false), true, g, x) }
            == "cvttss2si \(name(g, true)), \(name(x, false))")
        #expect(
          disassembled { $0.rr(.movToXMM, true, x, g) }
            == "movq \(name(x, false)), \(name(g, true))")
        #expect(
          disassembled { $0.rr(.movFromXMM, false, x, g) }
            == "movd \(name(g, false)), \(name(x, false))")
      }
    }
  }

  @Test func `immediates take the short form when they fit`() {
    for a in 0..<16 as Range<UInt8> {
      let r = Register(a)
      #expect(disassembled { $0.mov(r, immediate: 5) } == "mov \(name(r, false)), 5")
      #expect(
        disassembled { $0.mov(r, immediate: 0xFFFF_FFFF) } == "mov \(name(r, false)), 0xffffffff")
      #expect(
        disassembled { $0.mov(r, immediate: UInt64.max - 1) }
          == "mov \(name(r, true)), -2")
      #expect(
        disassembled { $0.mov(r, immediate: 0x1234_5678_9ABC_DEF0) }
          == "movabs \(name(r, true)), 0x123456789abcdef0")
      #expect(disassembled { $0.alu(.add, true, r, immediate: 8) } == "add \(name(r, true)), 8")
      #expect(
        disassembled { $0.alu(.cmp, false, r, immediate: 4096) } == "cmp \(name(r, false)), 0x1000")
      #expect(
        disassembled { $0.imul(false, r, .rcx, immediate: 100) }
          == "imul \(name(r, false)), ecx, 0x64")
      #expect(
        disassembled { $0.imul(true, r, .r9, immediate: 1000) }
          == "imul \(name(r, true)), r9, 0x3e8")
      #expect(
        disassembled { $0.shift(.sar, true, r, immediate: 3) } == "sar \(name(r, true)), 3")
      #expect(disassembled { $0.set(.below, r) } == "setb \(Self.names8[Int(a)])")
      #expect(
        disassembled { $0.test(true, r, mask: 255) } == "test \(Self.names8[Int(a)]), 0xff")
      #expect(
        disassembled { $0.test(false, r, mask: 256) } == "test \(name(r, false)), 0x100")
      #expect(disassembled { $0.xr(.group3, true, 7, r) } == "idiv \(name(r, true))")
      #expect(disassembled { $0.xr(.group3, false, 4, r) } == "mul \(name(r, false))")
      #expect(disassembled { $0.xr(.shiftCL, false, 0, r) } == "rol \(name(r, false)), cl")
    }
    #expect(
      disassembled { $0.store(false, Memory(.rbp, -16), immediate: 7) }
        == "mov dword ptr [rbp - 0x10], 7")
  }

  @Test func `padding is made of no-ops only`() {
    for start in 1..<16 {
      var asm = Assembler(capacity: 64)
      for _ in 0..<start { asm.byte(0x90) }
      asm.align(16)
      #expect(asm.offset == 16)
      let lines = Disassembler()?.disassemble(
        UnsafeRawBufferPointer(start: asm.base, count: asm.offset))
      #expect(lines?.allSatisfy { $0.text.hasPrefix("nop") || $0.text == "xchg ax, ax" } == true)
    }
  }

  @Test func `no jump crosses or touches the end of a line, nor does a comparison kept with it`() {
    for start in 0..<2 * Assembler.line {
      var asm = Assembler(capacity: 256)
      asm.padsJumps = true
      for _ in 0..<start { asm.byte(0x90) }
      let comparison = asm.offset
      asm.alu(.cmp, false, .r12, immediate: 1000)
      asm.keepTogether(from: comparison, andJump: 6)
      _ = asm.jcc(.less)
      _ = asm.jmp()
      asm.jump(back: 0, .equal)
      _ = asm.call()
      asm.call(Memory(.r14, 0x28))
      _ = asm.shortJump(nil)
      let lines =
        Disassembler()?.disassemble(
          UnsafeRawBufferPointer(start: asm.base, count: asm.offset)) ?? []
      var first = 0
      var jumps = 0
      for (line, next) in zip(lines, lines.map(\.offset).dropFirst() + [asm.offset]) {
        let isJump = line.text.hasPrefix("j") || line.text.hasPrefix("call")
        jumps += isJump ? 1 : 0
        // What is fused with a jump begins at the comparison.
        let from = line.text.hasPrefix("jl") ? first : line.offset
        #expect(
          !isJump || from / Assembler.line == next / Assembler.line, "\(line.text) at \(start)")
        if line.text.hasPrefix("cmp") { first = line.offset }
        #expect(!line.text.hasPrefix("jl") || line.offset == first + 7)
      }
      #expect(jumps == 6)
    }
  }
}
