import CMachine
import Engine

/// A frame of compiled code as the machine has it.
public struct MachineFrame: Sendable {
  /// The instruction that stopped, or the return address of a call.
  public var pc: UInt64
  /// How the frame came to be at `pc`; all but the youngest one of a trap are in a call.
  public var kind: CodeSite.Kind
  /// Address of the `vm_context` of the instance that runs in this frame.
  public var context: UInt
  /// The frame's rbp; nil if the frame is not made yet or gone again, and rbp still the caller's.
  public var fp: UInt64?
  /// The rbp of the stub towards the host that the frame has called, if it has.
  ///
  /// Otherwise a frame in a call is the caller of the next younger one.
  public var stub: UInt64?

  /// Whether `pc` is the instruction after a call.
  public var isReturnAddress: Bool { kind == .call }
}

/// The part of a store's wasm stack that may be read.
struct StackMemory: Sendable {
  private var low: UInt64 = 0
  private var high: UInt64 = 0

  /// Nothing.
  init() {}

  init(of store: UnsafeMutablePointer<vm_store>) {
    // The slack below the limit is used by leaf functions and stubs.
    low = UInt64(UInt(bitPattern: store.pointee.stack_limit)) - 65536
    high = UInt64(UInt(bitPattern: store.pointee.stack_top))
  }

  /// A word of the stack, or nil outside of it.
  func word(at address: UInt64) -> UInt64? {
    guard address >= low, high &- address >= 8, address < high else { return nil }
    return UnsafeRawPointer(bitPattern: UInt(address))?.loadUnaligned(as: UInt64.self)
  }

  /// The word `offset` bytes from a base.
  func word(at base: UInt64, _ offset: Int) -> UInt64? {
    word(at: base &+ UInt64(bitPattern: Int64(offset)))
  }
}

/// Walks the frames of compiled code by the rbp chain, through the stubs and through nested
/// activations.
///
/// It reads nothing outside the mappings of the wasm stacks and gives complete lists or none: a
/// chain that does not end at an entry is not shown in part.
public enum StackWalk {
  /// Deeper stacks are cut here.
  public static let frameLimit = 100_000

  /// The frames of the store's last trap, youngest first, down to the outermost entry on this
  /// thread; empty if the trap has none or the chain is broken.
  ///
  /// Call it on the thread that trapped, before the store is entered again.
  public static func framesOfTrap(in store: UnsafeMutablePointer<vm_store>) -> [MachineFrame] {
    var walker = Walker()
    let trap = UnsafePointer(store).pointer(to: \.trap)!
    if let context = trap.pointee.context {
      walker.context = UInt(bitPattern: context)
      walker.stack = StackMemory(of: store)
      let isComplete =
        trap.pointee.pc != 0
        ? walker.walk(fromSignalOf: trap.pointee)
        : walker.walk(fromStubFrame: trap.pointee.fp)
      guard isComplete else { return [] }
    }
    return walker.walkActivations(from: vm_current_activation())
  }

  /// The frames of the calls that are in progress on this thread, as a host function sees them.
  public static func framesOfHostCall() -> [MachineFrame] {
    var walker = Walker()
    return walker.walkActivations(from: vm_current_activation())
  }
}

private struct Walker {
  var frames: [MachineFrame] = []
  var context: UInt = 0
  var stack = StackMemory()

  mutating func walkActivations(
    from innermost: UnsafeMutablePointer<vm_activation>?
  ) -> [MachineFrame] {
    var next = innermost
    while let activation = next {
      next = activation.pointee.outer
      // An activation that is not in a host call has no frames below: it was being entered.
      guard let caller = activation.pointee.wasm_context else { continue }
      context = UInt(bitPattern: caller)
      stack = StackMemory(of: activation.pointee.store)
      guard walk(fromStubFrame: activation.pointee.wasm_fp) else { return [] }
    }
    return frames
  }

  mutating func walk(fromStubFrame fp: UInt64) -> Bool {
    guard let caller = stack.word(at: fp), let returnAddress = stack.word(at: fp &+ 8) else {
      return false
    }
    return walk(callers: caller, returnAddress: returnAddress, above: fp, stub: fp)
  }

  mutating func walk(fromSignalOf trap: vm_trap_record) -> Bool {
    guard let code = UnsafePointer<UInt8>(bitPattern: UInt(trap.pc)) else { return false }
    // Where the frame is not made yet or gone again, the bytes at pc tell: compiled code has
    // `push rbp; mov rbp,rsp` only at function starts, and `ret` and jumps with the prefix 3E only
    // behind the frame's end.
    let hasFrame: Bool
    let caller: UInt64?
    let returnAddress: UInt64?
    if code[0] == 0xC3 || code[0] == 0xC2 || Self.isTailCall(code)
      || (code[0] == 0x55 && Self.isFrameSetup(code + 1))
    {
      hasFrame = false
      caller = trap.fp
      returnAddress = stack.word(at: trap.sp)
    } else if Self.isFrameSetup(code) && code[-1] == 0x55 {
      hasFrame = false
      caller = stack.word(at: trap.sp)
      returnAddress = stack.word(at: trap.sp &+ 8)
    } else {
      hasFrame = true
      caller = stack.word(at: trap.fp)
      returnAddress = stack.word(at: trap.fp &+ 8)
    }
    frames.append(
      MachineFrame(
        pc: trap.pc, kind: trap.kind == Int32(VM_TRAP_INTERRUPTED.rawValue) ? .stop : .trap,
        context: context, fp: hasFrame ? trap.fp : nil, stub: nil))
    guard let caller, let returnAddress else { return false }
    return walk(callers: caller, returnAddress: returnAddress, above: trap.sp, stub: nil)
  }

  /// Whether the jump of a tail call stands at `code`.
  private static func isTailCall(_ code: UnsafePointer<UInt8>) -> Bool {
    code[0] == 0x3E && (code[1] == 0xE9 || code[1] == 0xFF)
  }

  /// Whether `mov rbp,rsp` stands at `code`.
  private static func isFrameSetup(_ code: UnsafePointer<UInt8>) -> Bool {
    code[0] == 0x48 && code[1] == 0x89 && code[2] == 0xE5
  }

  /// Goes up from a callee that returns to `returnAddress` in the frame at `fp`.
  ///
  /// `stub` is the callee's rbp if the callee is a stub towards the host.
  private mutating func walk(
    callers fp: UInt64, returnAddress: UInt64, above: UInt64, stub: UInt64?
  ) -> Bool {
    var (fp, returnAddress, previous, stub) = (fp, returnAddress, above, stub)
    while vm_is_enter_return(returnAddress) == 0 {
      if frames.count >= StackWalk.frameLimit { return true }
      // Frames lie strictly upwards, so a damaged chain cannot loop.
      guard fp > previous else { return false }
      if vm_is_foreign_return(returnAddress) != 0 {
        guard let caller = stack.word(at: fp &- 8) else { return false }
        context = UInt(caller)
      } else if vm_code_contains(returnAddress) != 0 {
        frames.append(
          MachineFrame(pc: returnAddress, kind: .call, context: context, fp: fp, stub: stub))
        stub = nil
      } else {
        return false
      }
      guard let caller = stack.word(at: fp), let next = stack.word(at: fp &+ 8) else {
        return false
      }
      (previous, fp, returnAddress) = (fp, caller, next)
    }
    return true
  }
}

extension UnsafePointer {
  fileprivate func pointer<Field>(to path: KeyPath<Pointee, Field>) -> UnsafePointer<Field>? {
    MemoryLayout<Pointee>.offset(of: path).map {
      (UnsafeRawPointer(self) + $0).assumingMemoryBound(to: Field.self)
    }
  }
}
