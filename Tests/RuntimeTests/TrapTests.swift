import CMachine
import Foundation
import Runtime
import Testing

/// The code `mov eax,[r15+rdi]; pop rbp; ret`.
private let loadCode: Code = prologue + [0x41, 0x8B, 0x04, 0x3F] + epilogue

/// Calls itself until the stack check of its prologue fails.
private let recursionCode: Code =
  prologue + [0x49, 0x3B, 0x66, UInt8(MemoryLayout<vm_context>.offset(of: \.stack_limit) ?? 0)]
  + [0x72, 0x07]  // cmp rsp,[r14+stack_limit]; jb trap
  + callRelative(0, from: 10) + epilogue + ud2(VM_TRAP_CALL_STACK_EXHAUSTED)

@Suite("Traps from machine code", .serialized)
struct TrapTests {
  @Test(
    "A load in the guard is an out-of-bounds trap with its address; the last word is not",
    arguments: [VM_CODE_DUAL_MAPPING, VM_CODE_FLIP])
  func fault(mode: vm_code_mode) {
    let machine = MachineHarness(mode: mode)
    let load = machine.function([Type.i32], [Type.i32], loadCode)
    #expect(machine.call(load, [65532]).results == [0])
    for address: UInt64 in [65533, 65536, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF] {
      #expect(machine.call(load, [address]).kind == VM_TRAP_MEMORY_OUT_OF_BOUNDS)
      let trap = machine.store.pointee.trap
      #expect(trap.has_address == 1)
      #expect(trap.fault_address == max(address, 65536))
      #expect(trap.registers.15 != 0)
      let frames = StackWalk.framesOfTrap(in: machine.store)
      #expect(frames.map(\.pc) == [UInt64(UInt(bitPattern: load.pointee.code)) + 4])
      #expect(frames.map(\.isReturnAddress) == [false])
      #expect(frames.map(\.context) == [UInt(bitPattern: machine.context)])
    }
    #expect(machine.call(load, [0]).kind == VM_TRAP_NONE)
  }

  @Test("Each kind behind ud2 is told", arguments: 1...9 as ClosedRange<UInt32>)
  func illegalInstruction(kind: UInt32) {
    let machine = MachineHarness()
    #expect(
      machine.call(machine.function(prologue + ud2(vm_trap_kind(kind)))).kind == vm_trap_kind(kind))
  }

  @Test("A failed indirect call is null or a mismatch by the record in rax")
  func indirectCall() {
    let machine = MachineHarness()
    let function = machine.function(
      [Type.i64], [], prologue + [0x48, 0x89, 0xF8] + ud2(VM_TRAP_INDIRECT_CALL))
    #expect(machine.call(function, [0]).kind == VM_TRAP_INDIRECT_CALL_TO_NULL)
    #expect(machine.call(function, [64]).kind == VM_TRAP_INDIRECT_CALL_TYPE_MISMATCH)
  }

  @Test("Divisions trap by zero or by overflow, told by the divisor's width and register")
  func division() {
    let machine = MachineHarness()
    let divide32: [Code] = [
      [0x89, 0xF8, 0x99, 0xF7, 0xFE],  // mov eax,edi; cdq; idiv esi
      [0x89, 0xF8, 0x99, 0x41, 0x89, 0xF3, 0x41, 0xF7, 0xFB],  // the same by r11d
    ]
    for code in divide32 {
      let function = machine.function([Type.i32, Type.i32], [Type.i32], prologue + code + epilogue)
      #expect(machine.call(function, [7, 2]).results[0] == 3)
      #expect(machine.call(function, [7, 0]).kind == VM_TRAP_INTEGER_DIVIDE_BY_ZERO)
      #expect(machine.call(function, [0x8000_0000, 0xFFFF_FFFF]).kind == VM_TRAP_INTEGER_OVERFLOW)
    }
    let function = machine.function(
      [Type.i64, Type.i64], [Type.i64],
      prologue + [0x48, 0x89, 0xF8, 0x48, 0x99, 0x48, 0xF7, 0xFE] + epilogue)
    #expect(machine.call(function, [7, 0]).kind == VM_TRAP_INTEGER_DIVIDE_BY_ZERO)
    #expect(machine.call(function, [7, 1 << 40]).results == [0])
    #expect(machine.call(function, [1 << 63, UInt64.max]).kind == VM_TRAP_INTEGER_OVERFLOW)
  }

  @Test("Endless recursion exhausts the wasm stack; its frames are all there")
  func recursion() {
    let machine = MachineHarness()
    let function = machine.function(recursionCode)
    for _ in 0..<3 {
      #expect(machine.call(function).kind == VM_TRAP_CALL_STACK_EXHAUSTED)
      let frames = StackWalk.framesOfTrap(in: machine.store)
      #expect((65_000...65_600).contains(frames.count))
      #expect(Set(frames.dropFirst().map(\.pc)).count == 2 - 1)
    }
  }

  @Test("A trap in the innermost of nested calls lists the frames of all of them")
  func nestedTrap() {
    let machine = MachineHarness()
    typealias Pair = (UnsafeMutablePointer<vm_store>, UnsafeMutablePointer<vm_function>)
    let pair = UnsafeMutablePointer<Pair>.allocate(capacity: 1)
    defer { pair.deallocate() }
    let other = machine.addContext()
    pair.initialize(
      to: (machine.store, machine.function(in: other, prologue + ud2(VM_TRAP_UNREACHABLE))))
    let host = machine.host(data: pair) { data, _, _ in
      let pair = data!.assumingMemoryBound(to: Pair.self).pointee
      var values: [UInt64] = [0, 0]
      return vm_call(pair.0, pair.1, &values)
    }
    machine.link(0, host, in: other)
    // first instance -> second instance -> host -> second instance
    machine.link(0, machine.function(in: other, prologue + machine.callImport(0) + epilogue))
    let outer = machine.function(prologue + machine.callImport(0) + epilogue)
    #expect(machine.call(outer).kind == VM_TRAP_UNREACHABLE)
    // The innermost trap record is overwritten by each outer one as it passes.
    let frames = StackWalk.framesOfTrap(in: machine.store)
    #expect(frames.map(\.context) == [UInt(bitPattern: other), UInt(bitPattern: machine.context)])
  }

  @Test("A hundred thousand traps leave nothing behind")
  func manyTraps() {
    let machine = MachineHarness()
    let load = machine.function([Type.i32], [Type.i32], loadCode)
    var before = residentBytes()
    for round in 0..<100_000 {
      #expect(machine.call(load, [0x1_0000]).kind == VM_TRAP_MEMORY_OUT_OF_BOUNDS)
      if round == 1000 { before = residentBytes() }
    }
    #expect(residentBytes() - before < 4 << 20)
  }

  @Test("Traps on several threads at once keep apart")
  func threads() {
    let threads = (0..<4).map { number in
      PlainThread {
        let machine = MachineHarness()
        let load = machine.function([Type.i32], [Type.i32], loadCode)
        return (0..<2000).allSatisfy { round in
          let address = UInt64(65536 + number * 4096 + round)
          return machine.call(load, [address]).kind == VM_TRAP_MEMORY_OUT_OF_BOUNDS
            && machine.store.pointee.trap.fault_address == address
        }
      }
    }
    #expect(threads.allSatisfy { $0.join() })
  }

  @Test("A host function's null dereference is a crash, not a trap")
  func hostBug() async {
    await #expect(processExitsWith: .signal(SIGSEGV)) {
      let machine = MachineHarness()
      machine.link(
        0,
        machine.host { _, _, _ in
          UnsafeMutablePointer<UInt8>(bitPattern: 8)!.pointee = 1
          return 0
        })
      machine.call(machine.function(prologue + machine.callImport(0) + epilogue))
    }
  }

  @Test("A fault of compiled code outside every memory is a crash, not a trap")
  func strayFault() async {
    await #expect(processExitsWith: .signal(SIGSEGV)) {
      let machine = MachineHarness()
      // mov eax,[0x1000]
      machine.call(
        machine.function(prologue + [0x8B, 0x04, 0x25, 0x00, 0x10, 0x00, 0x00] + epilogue))
    }
  }

  @Test("A signal that somebody sends still kills")
  func sentSignal() async {
    await #expect(processExitsWith: .signal(SIGUSR2)) {
      let machine = MachineHarness()
      machine.call(machine.function(prologue + epilogue))
      kill(getpid(), SIGUSR2)
      sleep(5)
    }
  }

  @Test(
    "Where the address space is limited, memory is smaller, bounds are explicit, code still runs")
  func limitedAddressSpace() async {
    await #expect(processExitsWith: .success) {
      var limit = rlimit(rlim_cur: 2 << 30, rlim_max: 2 << 30)
      #expect(setrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit) == 0)
      #expect(vm_memory_guard_available() == 0)
      let store = vm_store_create(1 << 20)!
      var memory = vm_memory()
      #expect(vm_memory_create(store, 1, 65536, VM_BOUNDS_GUARD_REGION, &memory) != 0)
      #expect(vm_memory_create(store, 1, 65536, VM_BOUNDS_EXPLICIT, &memory) == 0)
      #expect(memory.growable_bytes >= 256 << 20)
      #expect(vm_memory_grow(&memory, 100) == 1)
      #expect(vm_memory_grow(&memory, 65536 - 101) == -1)
      let machine = MachineHarness(bounds: VM_BOUNDS_EXPLICIT)
      let load = machine.function([Type.i32], [Type.i32], loadCode)
      #expect(machine.call(load, [8]).results == [0])
      #expect(
        machine.call(machine.function(prologue + ud2(VM_TRAP_UNREACHABLE))).kind
          == VM_TRAP_UNREACHABLE)
    }
  }
}

/// Memory of this process in RAM.
func residentBytes() -> Int {
  let text = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8)) ?? ""
  return (Int(text.split(separator: " ").dropFirst().first ?? "") ?? 0) * 4096
}

/// A thread of the kind that carts run on: 8 MiB of stack, nobody's pool.
final class PlainThread<Result: Sendable>: @unchecked Sendable {
  private let finished = DispatchSemaphore(value: 0)
  private var result: Result?

  init(stackSize: Int = 8 << 20, _ body: @escaping @Sendable () -> Result) {
    let thread = Thread { [self] in
      result = body()
      finished.signal()
    }
    thread.stackSize = stackSize
    thread.start()
  }

  func join() -> Result {
    finished.wait()
    return result!
  }
}
