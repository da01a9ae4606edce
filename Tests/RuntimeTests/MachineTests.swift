import CMachine
import Foundation
import Runtime
import Testing

@Suite("Entering, leaving and calling the host", .serialized)
struct MachineCallTests {
  @Test("Arguments reach registers and stack, and results come back, for many signatures")
  func mixedArguments() {
    var state: UInt64 = 1
    func random(_ bound: UInt64) -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return (state >> 33) % bound
    }
    let echo: HostBody = { _, _, _ in 0 }
    for round in 0..<300 {
      let machine = MachineHarness()
      let types: [UInt8] = (0..<Int(random(round % 10 == 0 ? 400 : 24))).map { _ in
        [Type.i32, Type.i64, Type.f32, Type.f64][Int(random(4))]
      }
      // The host function leaves its arguments where they are: they are its results.
      machine.link(0, machine.host(types, types, echo))
      let integers = types.filter { $0 == Type.i32 || $0 == Type.i64 }.count
      let floats = types.count - integers
      let onStack = max(0, integers - 4) + max(0, floats - 8)
      var code = prologue
      for i in (0..<onStack).reversed() {
        code += [0xFF, 0xB5] + littleEndian(UInt32(16 + 8 * i))  // push [rbp+16+8i]
      }
      code += machine.callImport(0) + [0x5D]
      code += onStack == 0 ? [0xC3] : [0xC2] + littleEndian(UInt16(8 * onStack))
      let function = machine.function(types, types, code)
      let dirty = types.map { _ in random(1 << 31) << 33 | random(1 << 31) }
      let clean = zip(types, dirty).map { $0 == Type.i32 ? $1 & 0xFFFF_FFFF : $1 }
      // A call whose arguments are dirty above 32 bits: the entry makes them clean.
      let outcome = machine.call(function, dirty)
      #expect(outcome.kind == VM_TRAP_NONE)
      #expect(outcome.results == clean, "\(types)")
    }
  }

  @Test("A host call preserves the registers that compiled code keeps values in")
  func preservedRegisters() {
    let machine = MachineHarness()
    // A C function in machine code that spoils r10 r11 xmm13 xmm14 xmm15 and the argument registers.
    let spoiler = machine.place(
      [0x45, 0x31, 0xD2, 0x45, 0x31, 0xDB]  // xor r10d,r10d; xor r11d,r11d
        + [0x66, 0x45, 0x0F, 0xEF, 0xED]  // pxor xmm13,xmm13
        + [0x66, 0x45, 0x0F, 0xEF, 0xF6]  // pxor xmm14,xmm14
        + [0x66, 0x45, 0x0F, 0xEF, 0xFF]  // pxor xmm15,xmm15
        + [0x31, 0xC0, 0xC3])  // xor eax,eax; ret
    machine.link(0, machine.host(unsafeBitCast(spoiler, to: HostBody.self)))
    var code = prologue + [0x53, 0x41, 0x54, 0x41, 0x55]  // push rbx; push r12; push r13
    code += [0x48, 0xBB] + littleEndian(UInt64(0x1111_2222_3333_4444))  // mov rbx,imm64
    code += [0x49, 0xBA] + littleEndian(UInt64(0x2222_3333_4444_5555))  // mov r10,imm64
    code += [0x49, 0xBB] + littleEndian(UInt64(0x3333_4444_5555_6666))  // mov r11,imm64
    code += [0x49, 0xBC] + littleEndian(UInt64(0x4444_5555_6666_7777))  // mov r12,imm64
    code += [0x49, 0xBD] + littleEndian(UInt64(0x5555_6666_7777_8888))  // mov r13,imm64
    code += [0x66, 0x4D, 0x0F, 0x6E, 0xEA, 0x66, 0x45, 0x0F, 0x6C, 0xED]  // xmm13 = r10 r10
    code += [0x66, 0x4D, 0x0F, 0x6E, 0xF3, 0x66, 0x45, 0x0F, 0x6C, 0xF6]  // xmm14 = r11 r11
    code += [0x66, 0x4D, 0x0F, 0x6E, 0xFC, 0x66, 0x45, 0x0F, 0x6C, 0xFF]  // xmm15 = r12 r12
    code += machine.callImport(0)
    let results = MemoryLayout<vm_context>.offset(of: \.results) ?? 0
    code += [0x49, 0x8B, 0x46, UInt8(results)]  // mov rax,[r14+results]
    code += [0x48, 0x89, 0x18, 0x4C, 0x89, 0x50, 0x08]  // [rax]=rbx; [rax+8]=r10
    code += [0x4C, 0x89, 0x58, 0x10, 0x4C, 0x89, 0x60, 0x18]  // [rax+16]=r11; [rax+24]=r12
    code += [0x44, 0x0F, 0x11, 0x68, 0x20]  // movups [rax+32],xmm13
    code += [0x44, 0x0F, 0x11, 0x70, 0x30]  // movups [rax+48],xmm14
    code += [0x44, 0x0F, 0x11, 0x78, 0x40]  // movups [rax+64],xmm15
    code += [0x4C, 0x89, 0xE8]  // mov rax,r13
    code += [0x41, 0x5D, 0x41, 0x5C, 0x5B] + epilogue  // pop r13; pop r12; pop rbx
    let function = machine.function([], Array(repeating: Type.i64, count: 11), code)
    #expect(
      machine.call(function).results == [
        0x1111_2222_3333_4444, 0x2222_3333_4444_5555, 0x3333_4444_5555_6666,
        0x4444_5555_6666_7777, 0x2222_3333_4444_5555, 0x2222_3333_4444_5555,
        0x3333_4444_5555_6666, 0x3333_4444_5555_6666, 0x4444_5555_6666_7777,
        0x4444_5555_6666_7777, 0x5555_6666_7777_8888,
      ])
  }

  @Test("A call to another instance sees its context and pops stack arguments, then ours is back")
  func foreignCall() {
    let machine = MachineHarness()
    let other = machine.addContext()
    // sum of six: rdi + rsi + r8 + r9 + two from the stack + 1000 if the context is the other's.
    let types = Array(repeating: Type.i64, count: 6)
    var code = prologue
    code += [0x48, 0x8D, 0x04, 0x37, 0x4C, 0x01, 0xC0, 0x4C, 0x01, 0xC8]  // rax=rdi+rsi+r8+r9
    code += [0x48, 0x03, 0x45, 0x10, 0x48, 0x03, 0x45, 0x18]  // rax += [rbp+16], [rbp+24]
    code += [0x49, 0x03, 0x86] + littleEndian(UInt32(MachineHarness.importsOffset))  // + import 0
    code += [0x5D, 0xC2, 0x10, 0x00]
    let callee = machine.function(types, [Type.i64], in: other, code)
    UnsafeMutableRawPointer(other).storeBytes(
      of: 1000, toByteOffset: MachineHarness.importsOffset, as: UInt64.self)
    machine.link(0, callee)
    let caller = machine.function(
      types, [Type.i64],
      prologue + [0xFF, 0x75, 0x18, 0xFF, 0x75, 0x10] + machine.callImport(0)
        + [0x4C, 0x29, 0xF0]  // sub rax,r14: our context again
        + [0x5D, 0xC2, 0x10, 0x00])
    let outcome = machine.call(caller, [1, 2, 3, 4, 5, 6])
    #expect(outcome.kind == VM_TRAP_NONE)
    #expect(outcome.results == [1021 &- UInt64(UInt(bitPattern: machine.context))])
  }

  @Test("A host function that enters again nests to 200 and then exhausts the call stack")
  func nesting() {
    let machine = MachineHarness()
    let state = UnsafeMutablePointer<
      (UnsafeMutablePointer<vm_store>, UnsafeMutablePointer<vm_function>?, Int)
    >
    .allocate(capacity: 1)
    defer { state.deallocate() }
    state.initialize(to: (machine.store, nil, 0))
    let reenter = machine.host(data: state) { data, _, _ in
      let state = data!.assumingMemoryBound(
        to: (UnsafeMutablePointer<vm_store>, UnsafeMutablePointer<vm_function>?, Int).self)
      state.pointee.2 += 1
      var values: [UInt64] = [0, 0]
      return vm_call(state.pointee.0, state.pointee.1!, &values)
    }
    machine.link(0, reenter)
    let function = machine.function(prologue + machine.callImport(0) + epilogue)
    state.pointee.1 = function
    #expect(machine.call(function).kind == VM_TRAP_CALL_STACK_EXHAUSTED)
    #expect(state.pointee.2 == 200)
    #expect(machine.store.pointee.depth == 0)
    #expect(machine.store.pointee.activation == nil)
  }

  @Test("A host function's trap kind leaves with the frames of its callers")
  func hostTrap() {
    let machine = MachineHarness()
    machine.link(0, machine.host { _, _, _ in Int32(VM_TRAP_HOST.rawValue) })
    let inner = prologue + machine.callImport(0) + epilogue
    let outer = prologue + callRelative(0, from: inner.count + 4) + epilogue
    let function = machine.function(at: inner.count, inner + outer)
    #expect(machine.call(function).kind == VM_TRAP_HOST)
    let frames = StackWalk.framesOfTrap(in: machine.store)
    #expect(frames.count == 2)
    let base = UInt64(UInt(bitPattern: function.pointee.code)) - UInt64(inner.count)
    #expect(
      frames.map { Int($0.pc - base) } == [inner.count - 2, inner.count + outer.count - 2])
    #expect(frames.allSatisfy { $0.isReturnAddress })
  }

  @Test("A host function with another rounding mode finds it again, and wasm never sees it")
  func roundingMode() {
    let machine = MachineHarness()
    // stmxcsr [rsp-8]; mov eax,[rsp-8]
    let readControl: Code = [0x0F, 0xAE, 0x5C, 0x24, 0xF8, 0x8B, 0x44, 0x24, 0xF8]
    // mov dword [rsp-8],0x7F80 (round towards zero); ldmxcsr [rsp-8]
    let spoil: Code = [
      0xC7, 0x44, 0x24, 0xF8, 0x80, 0x7F, 0x00, 0x00, 0x0F, 0xAE, 0x54, 0x24, 0xF8,
    ]
    let host = machine.place(spoil + [0x31, 0xC0, 0xC3])
    machine.link(0, machine.host(unsafeBitCast(host, to: HostBody.self)))
    let function = machine.function(
      [], [Type.i32], prologue + machine.callImport(0) + readControl + epilogue)
    #expect(machine.call(function).results.map { $0 & 0xFFC0 } == [0x1F80])
  }

  @Test(
    "A host function that keeps the mode gets the host's, and wasm its own again",
    arguments: [0, 1] as [UInt8])
  func keptRoundingMode(keeps: UInt8) {
    let machine = MachineHarness()
    let readControl: Code = [0x0F, 0xAE, 0x5C, 0x24, 0xF8, 0x8B, 0x44, 0x24, 0xF8]
    // stmxcsr [rdx]; xor eax,eax; ret: the host's mode as the result
    let host = machine.place([0x0F, 0xAE, 0x1A, 0x31, 0xC0, 0xC3])
    let record = machine.host([], [Type.i32], unsafeBitCast(host, to: HostBody.self))
    record.pointee.keeps_mxcsr = keeps
    machine.link(0, record)
    let inHost = machine.function([], [Type.i32], prologue + machine.callImport(0) + epilogue)
    let inWasm = machine.function(
      [], [Type.i32], prologue + machine.callImport(0) + readControl + epilogue)
    fesetround(FE_TOWARDZERO)
    defer { fesetround(FE_TONEAREST) }
    #expect(machine.call(inHost).results.map { $0 & 0xFFC0 } == [0x7F80])
    #expect(machine.call(inWasm).results.map { $0 & 0xFFC0 } == [0x1F80])
  }

  @Test("Memory helpers copy, fill and grow, and trap before they write")
  func builtins() {
    let machine = MachineHarness(pages: 1, maximumPages: 3)
    let base = machine.memory.pointee.base!
    #expect((0..<65536).allSatisfy { base[$0] == 0 })
    func builtin(_ number: vm_builtin, _ arguments: [UInt64]) -> (vm_trap_kind, UInt64) {
      let function = machine.function(
        arguments.map { _ in Type.i32 }, [Type.i32],
        prologue + machine.callBuiltin(number) + epilogue)
      let outcome = machine.call(function, arguments)
      return (outcome.kind, outcome.results[0])
    }
    #expect(builtin(VM_MEMORY_FILL, [10, 0x1FF, 5, 0]).0 == VM_TRAP_NONE)
    #expect(
      Array(UnsafeBufferPointer(start: base + 9, count: 7)) == [0, 255, 255, 255, 255, 255, 0])
    #expect(builtin(VM_MEMORY_FILL, [65535, 1, 2, 0]).0 == VM_TRAP_MEMORY_OUT_OF_BOUNDS)
    #expect(machine.store.pointee.trap.fault_address == 65535)
    #expect(base[65535] == 0)
    #expect(builtin(VM_MEMORY_FILL, [65536, 1, 0, 0]).0 == VM_TRAP_NONE)
    #expect(builtin(VM_MEMORY_FILL, [65537, 1, 0, 0]).0 == VM_TRAP_MEMORY_OUT_OF_BOUNDS)
    #expect(builtin(VM_MEMORY_FILL, [1, 1, 0xFFFF_FFFF, 0]).0 == VM_TRAP_MEMORY_OUT_OF_BOUNDS)
    base[0] = 1
    #expect(builtin(VM_MEMORY_COPY, [1, 0, 3, 0]).0 == VM_TRAP_NONE)
    #expect(Array(UnsafeBufferPointer(start: base, count: 5)) == [1, 1, 0, 0, 0])
    #expect(builtin(VM_MEMORY_COPY, [0, 65535, 2, 0]).0 == VM_TRAP_MEMORY_OUT_OF_BOUNDS)
    #expect(builtin(VM_MEMORY_GROW, [0, 2]).1 == 1)
    #expect(machine.context.pointee.memory.length == 3 * 65536)
    #expect(base[3 * 65536 - 1] == 0)
    #expect(builtin(VM_MEMORY_GROW, [0, 1]).1 == 0xFFFF_FFFF)
    #expect(builtin(VM_MEMORY_GROW, [0, 0xFFFF_FFFF]).1 == 0xFFFF_FFFF)
    #expect(builtin(VM_MEMORY_GROW, [0, 0]).1 == 3)
  }

  @Test("A copy of many pieces equals memmove in both directions")
  func overlappingCopy() {
    let machine = MachineHarness(pages: 80)
    let base = machine.memory.pointee.base!
    let function = machine.function(
      [Type.i32, Type.i32, Type.i32], [],
      prologue + machine.callBuiltin(VM_MEMORY_COPY) + epilogue)
    let length = 3 << 20
    for (to, from) in [(4097, 12), (12, 4097)] {
      for i in 0..<(80 * 65536) { base[i] = UInt8(truncatingIfNeeded: i &* 31 &+ i >> 8) }
      let expected = Array(UnsafeBufferPointer(start: base + from, count: length))
      #expect(
        machine.call(function, [UInt64(to), UInt64(from), UInt64(length)]).kind == VM_TRAP_NONE)
      #expect(memcmp(base + to, expected, length) == 0)
    }
  }
}
