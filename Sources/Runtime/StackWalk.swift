import CMachine

/// A frame of compiled code as the machine has it.
public struct MachineFrame: Sendable, Hashable {
  /// The instruction that stopped, or the return address of a call.
  public var pc: UInt64
  /// Whether `pc` is the instruction after a call.
  public var isReturnAddress: Bool
  /// Address of the `vm_context` of the instance that runs in this frame.
  public var context: UInt
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
      walker.enter(stackOf: store)
      let isComplete =
        trap.pointee.pc != 0
        ? walker.walk(fromSignalAt: trap.pointee.pc, sp: trap.pointee.sp, fp: trap.pointee.fp)
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
  private var low: UInt64 = 0
  private var high: UInt64 = 0

  mutating func enter(stackOf store: UnsafeMutablePointer<vm_store>) {
    low = UInt64(UInt(bitPattern: store.pointee.stack_limit)) - 65536
    high = UInt64(UInt(bitPattern: store.pointee.stack_top))
  }

  mutating func walkActivations(
    from innermost: UnsafeMutablePointer<vm_activation>?
  ) -> [MachineFrame] {
    var next = innermost
    while let activation = next {
      next = activation.pointee.outer
      // An activation that is not in a host call has no frames below: it was being entered.
      guard let caller = activation.pointee.wasm_context else { continue }
      context = UInt(bitPattern: caller)
      enter(stackOf: activation.pointee.store)
      guard walk(fromStubFrame: activation.pointee.wasm_fp) else { return [] }
    }
    return frames
  }

  /// A word of the stack, or nil outside of it.
  private func word(at address: UInt64) -> UInt64? {
    guard address >= low, high &- address >= 8, address < high else { return nil }
    return UnsafeRawPointer(bitPattern: UInt(address))?.loadUnaligned(as: UInt64.self)
  }

  mutating func walk(fromStubFrame fp: UInt64) -> Bool {
    guard let caller = word(at: fp), let returnAddress = word(at: fp &+ 8) else { return false }
    return walk(callers: caller, returnAddress: returnAddress, above: fp)
  }

  mutating func walk(fromSignalAt pc: UInt64, sp: UInt64, fp: UInt64) -> Bool {
    frames.append(MachineFrame(pc: pc, isReturnAddress: false, context: context))
    guard let code = UnsafePointer<UInt8>(bitPattern: UInt(pc)) else { return false }
    let caller: UInt64?
    let returnAddress: UInt64?
    // Where the frame is not made yet or gone again, the bytes at pc tell: compiled code has
    // `push rbp; mov rbp,rsp` only at function starts, and `ret` only behind the frame's end.
    if code[0] == 0xC3 || code[0] == 0xC2 || (code[0] == 0x55 && Self.isFrameSetup(code + 1)) {
      caller = fp
      returnAddress = word(at: sp)
    } else if Self.isFrameSetup(code) && code[-1] == 0x55 {
      caller = word(at: sp)
      returnAddress = word(at: sp &+ 8)
    } else {
      caller = word(at: fp)
      returnAddress = word(at: fp &+ 8)
    }
    guard let caller, let returnAddress else { return false }
    return walk(callers: caller, returnAddress: returnAddress, above: sp)
  }

  /// Whether `mov rbp,rsp` stands at `code`.
  private static func isFrameSetup(_ code: UnsafePointer<UInt8>) -> Bool {
    code[0] == 0x48 && code[1] == 0x89 && code[2] == 0xE5
  }

  /// Goes up from a callee that returns to `returnAddress` in the frame at `fp`.
  private mutating func walk(callers fp: UInt64, returnAddress: UInt64, above: UInt64) -> Bool {
    var (fp, returnAddress, previous) = (fp, returnAddress, above)
    while vm_is_enter_return(returnAddress) == 0 {
      if frames.count >= StackWalk.frameLimit { return true }
      // Frames lie strictly upwards, so a damaged chain cannot loop.
      guard fp > previous else { return false }
      if vm_is_foreign_return(returnAddress) != 0 {
        guard let caller = word(at: fp &- 8) else { return false }
        context = UInt(caller)
      } else if vm_code_contains(returnAddress) != 0 {
        frames.append(MachineFrame(pc: returnAddress, isReturnAddress: true, context: context))
      } else {
        return false
      }
      guard let caller = word(at: fp), let next = word(at: fp &+ 8) else { return false }
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
