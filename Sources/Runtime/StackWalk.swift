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

  /// Writes a word `offset` bytes from a base, if it lies inside.
  func store(_ value: UInt64, at base: UInt64, _ offset: Int) {
    let address = base &+ UInt64(bitPattern: Int64(offset))
    guard word(at: address) != nil else { return }
    UnsafeMutableRawPointer(bitPattern: UInt(address))?.storeBytes(of: value, as: UInt64.self)
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
    guard let callers = CallerWalk(fromStubFrame: fp, context: context, stack) else { return false }
    return walk(callers)
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
    return walk(
      CallerWalk(
        fp: caller, returnAddress: returnAddress, previous: trap.sp, stub: nil, context: context,
        stack: stack))
  }

  /// Whether the jump of a tail call stands at `code`.
  private static func isTailCall(_ code: UnsafePointer<UInt8>) -> Bool {
    code[0] == 0x3E && (code[1] == 0xE9 || code[1] == 0xFF)
  }

  /// Whether `mov rbp,rsp` stands at `code`.
  private static func isFrameSetup(_ code: UnsafePointer<UInt8>) -> Bool {
    code[0] == 0x48 && code[1] == 0x89 && code[2] == 0xE5
  }

  /// Adds the callers; false if their chain is broken.
  private mutating func walk(_ callers: CallerWalk) -> Bool {
    var callers = callers
    while true {
      if frames.count >= StackWalk.frameLimit { return true }
      switch callers.next() {
      case .frame(let frame): frames.append(frame)
      case .end: return true
      case .broken: return false
      }
      context = callers.context
    }
  }
}

/// Goes up the frames of an activation from a callee, one by one.
struct CallerWalk {
  enum Step {
    /// A frame in a call.
    case frame(MachineFrame)
    /// There are no more: here the host has entered.
    case end
    /// The chain leads nowhere.
    case broken
  }

  /// The rbp to which the callee returns, and the address.
  var fp: UInt64
  var returnAddress: UInt64
  /// Where the callee's own links are.
  var previous: UInt64
  /// The callee's rbp if it is a stub towards the host.
  var stub: UInt64?
  /// Of the next frame.
  private(set) var context: UInt
  let stack: StackMemory

  init(
    fp: UInt64, returnAddress: UInt64, previous: UInt64, stub: UInt64?, context: UInt,
    stack: StackMemory
  ) {
    self.fp = fp
    self.returnAddress = returnAddress
    self.previous = previous
    self.stub = stub
    self.context = context
    self.stack = stack
  }

  /// Starts at a stub towards the host; nil if its frame lies outside of the stack.
  init?(fromStubFrame fp: UInt64, context: UInt, _ stack: StackMemory) {
    guard let caller = stack.word(at: fp), let returnAddress = stack.word(at: fp &+ 8) else {
      return nil
    }
    self.init(
      fp: caller, returnAddress: returnAddress, previous: fp, stub: fp, context: context,
      stack: stack)
  }

  /// The next older frame.
  mutating func next() -> Step {
    while vm_is_enter_return(returnAddress) == 0 {
      // Frames lie strictly upwards, so a damaged chain cannot loop.
      guard fp > previous, let caller = stack.word(at: fp), let next = stack.word(at: fp &+ 8)
      else { return .broken }
      let (here, pc) = (fp, returnAddress)
      (previous, fp, returnAddress) = (fp, caller, next)
      if vm_is_foreign_return(pc) != 0 {
        guard let outer = stack.word(at: here &- 8) else { return .broken }
        context = UInt(outer)
      } else if vm_code_contains(pc) != 0 {
        defer { stub = nil }
        return .frame(MachineFrame(pc: pc, kind: .call, context: context, fp: here, stub: stub))
      } else {
        return .broken
      }
    }
    return .end
  }
}

extension UnsafePointer {
  fileprivate func pointer<Field>(to path: KeyPath<Pointee, Field>) -> UnsafePointer<Field>? {
    MemoryLayout<Pointee>.offset(of: path).map {
      (UnsafeRawPointer(self) + $0).assumingMemoryBound(to: Field.self)
    }
  }
}
