import CMachine
import Foundation
import Runtime
import Testing

/// Sends stop requests to a store from a thread of its own until told to end.
private final class Interrupter: @unchecked Sendable {
  private let thread: PlainThread<Int>
  private let ended = Flag()

  init(_ store: UnsafeMutablePointer<vm_store>, after delay: Double, every interval: Double) {
    let address = UInt(bitPattern: store)
    let ended = ended
    thread = PlainThread {
      let store = UnsafeMutablePointer<vm_store>(bitPattern: address)!
      var sent = 0
      Thread.sleep(forTimeInterval: delay)
      while !ended.isSet {
        vm_store_interrupt(store, vm_store_sequence(store))
        sent += 1
        var pause = timespec(tv_sec: 0, tv_nsec: Int(interval * 1e9))
        nanosleep(&pause, nil)
      }
      return sent
    }
  }

  /// Ends the thread; the number of requests it made.
  func end() -> Int {
    ended.set()
    return thread.join()
  }
}

final class Flag: @unchecked Sendable {
  private let lock = NSLock()
  private var value = false
  var isSet: Bool { lock.withLock { value } }
  func set() { lock.withLock { value = true } }
}

@Suite("Stopping compiled code", .serialized)
struct StopTests {
  @Test("An endless loop without any instruction of ours is stopped, with its frame")
  func endlessLoop() {
    let machine = MachineHarness()
    let function = machine.function(prologue + jumpSelf)
    let interrupter = Interrupter(machine.store, after: 0.05, every: 0.001)
    #expect(machine.call(function).kind == VM_TRAP_INTERRUPTED)
    _ = interrupter.end()
    let frames = StackWalk.framesOfTrap(in: machine.store)
    #expect(frames.map(\.pc) == [UInt64(UInt(bitPattern: function.pointee.code)) + 4])
  }

  @Test("A loop that is mostly in a host function is stopped too, by the stub")
  func hostLoop() {
    let machine = MachineHarness()
    machine.link(
      0,
      machine.host { _, _, _ in
        usleep(2000)
        return 0
      })
    let call = machine.callImport(0)
    let back = [0xEB, UInt8(truncatingIfNeeded: -(call.count + 2))]
    let function = machine.function(prologue + call + back.map { UInt8($0) })
    let interrupter = Interrupter(machine.store, after: 0.05, every: 0.001)
    #expect(machine.call(function).kind == VM_TRAP_INTERRUPTED)
    _ = interrupter.end()
    #expect(StackWalk.framesOfTrap(in: machine.store).count == 1)
  }

  @Test("A fill of a whole memory stops between its pieces")
  func bulkFill() {
    let machine = MachineHarness(pages: 16384)
    let fill = machine.callBuiltin(VM_MEMORY_FILL)
    // xor edi,edi; mov esi,1; xor r9d,r9d; mov r8d,1 GiB
    let function = machine.function(
      prologue + [0x31, 0xFF, 0xBE, 1, 0, 0, 0, 0x45, 0x31, 0xC9, 0x41, 0xB8]
        + littleEndian(UInt32(1 << 30)) + fill + epilogue)
    machine.store.pointee.stop_request = 1  // as if asked at once, without the signal
    #expect(machine.call(function).kind == VM_TRAP_INTERRUPTED)
    let base = machine.memory.pointee.base!
    #expect(base[(1 << 20) - 1] == 1 && base[1 << 20] == 0)
  }

  @Test("A request for a call that has ended leaves the next one alone")
  func lateRequest() {
    let machine = MachineHarness()
    let function = machine.function([], [Type.i32], prologue + [0xB8, 5, 0, 0, 0] + epilogue)
    machine.call(function)
    vm_store_interrupt(machine.store, 1)
    #expect(machine.call(function).results == [5])
    vm_store_interrupt(machine.store, vm_store_sequence(machine.store))
    #expect(machine.call(function).results == [5])
  }

  @Test("A storm of ten thousand stops a second gives complete backtraces and no crash")
  func storm() {
    let machine = MachineHarness()
    let other = machine.addContext()
    machine.link(0, machine.host([Type.i32, Type.f64], [Type.i32, Type.f64]) { _, _, _ in 0 })
    let leaf = prologue + epilogue
    machine.link(1, machine.function(in: other, leaf))
    // Prologues, epilogues, a host call, another instance, a helper, around and around.
    var body = leaf
    let entry = body.count
    body += prologue
    let loop = body.count
    for _ in 0..<3 { body += callRelative(0, from: body.count) }
    body += machine.callImport(0) + machine.callImport(1)
    body += [0x31, 0xFF, 0x31, 0xF6, 0x45, 0x31, 0xC0, 0x45, 0x31, 0xC9]
    body += machine.callBuiltin(VM_MEMORY_FILL)
    body += [0xE9] + littleEndian(Int32(loop - (body.count + 5)))
    let function = machine.function(at: entry, body)
    let quick = machine.function([], [Type.i32], prologue + [0xB8, 5, 0, 0, 0] + epilogue)
    let interrupter = Interrupter(machine.store, after: 0, every: 0.00002)
    let deadline = Date().addingTimeInterval(2)
    var stops = 0
    var depths: [Int: Int] = [:]
    while Date() < deadline {
      #expect(machine.call(function).kind == VM_TRAP_INTERRUPTED)
      let frames = StackWalk.framesOfTrap(in: machine.store)
      // 0: asked before the first instruction ran. The oldest frame is always the loop's.
      depths[frames.count, default: 0] += 1
      if let oldest = frames.last {
        let offset = Int(oldest.pc) - Int(bitPattern: function.pointee.code)
        #expect((0...(body.count - entry)).contains(offset))
        #expect(oldest.context == UInt(bitPattern: machine.context))
      }
      stops += 1
      for _ in 0..<20 {
        let outcome = machine.call(quick)
        #expect(outcome.kind == VM_TRAP_INTERRUPTED || outcome.results == [5])
      }
    }
    let sent = interrupter.end()
    #expect(sent > 10_000)
    #expect(stops > 1000)
    #expect(depths.keys.allSatisfy { (1...2).contains($0) }, "\(depths)")
    #expect(machine.call(quick).results == [5])
  }
}
