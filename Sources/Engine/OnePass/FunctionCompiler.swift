import CMachine

/// Walk 2: translates one validated function body to machine code, front to back, in one pass.
///
/// Frame, from high to low addresses:
///
///     [rbp + 16 + 8*i]   stack arguments (also the home of such a parameter)
///     [rbp + 8]          return address
///     [rbp]              caller's rbp
///     saved registers    general ones 8 bytes each, xmm ones 16
///     homes of locals    8 bytes each; those that must be zero before their first set come first
///     operand slots      8 bytes each; slot of depth 0 first; `extraSlots` more, for a
///                        builtin's constant arguments and to put a register aside
///     [rsp]              outgoing stack arguments
///
/// At every label the state is canonical: operands below the label's values are constants or in the
/// slots of their depth, the last value of the label is in rax or xmm0, the others in their slots;
/// locals are in their registers inside their intervals, else at home. Merging thus costs O(arity).
///
/// All working memory is in arenas that are reused from function to function.
struct FunctionCompiler<R: Recorder>: ~Copyable {
  let flat: FlatModule
  let layout: ContextLayout
  let config: CodegenConfig
  let hasAVX: Bool
  let explicitBounds: Bool
  let skipper = InstructionSkipper()
  private let code: CodeCopy
  /// Where file offset 0 would be; only the code section can be read.
  let bytes: UnsafePointer<UInt8>

  var asm = Assembler(capacity: 1 << 16)
  var recorder: R
  var allocation = LocalAllocation()

  // The instruction stream.
  var pc: UnsafePointer<UInt8>
  /// The first byte of the body, from which positions count.
  var body: UnsafePointer<UInt8>
  /// The opcode of the instruction at hand.
  var instruction: UnsafePointer<UInt8>

  /// The most bytes of code that all functions together may take.
  var codeLimit = Int(ImplementationLimits.codeBytes)

  // Per function.
  var functionStart = 0
  var summary: FunctionSummary
  var places: UnsafeMutablePointer<LocalPlace>
  var frameSize: Int32 = 0
  var slotBase: Int32 = 0
  var savedRegisters = RegisterSet.empty
  var incomingStackBytes = 0
  /// Registers that temporaries may use in this function.
  var usable = RegisterSet.empty
  /// Homes that must be zero from some point on; they come first.
  var zeroedHomes = PlainList<ZeroedHomes>()
  /// The next of them.
  var nextZeroedHomes = 0
  /// Number of the next block that is entered in live code.
  var nextBlock = 0

  // The abstract operand stack.
  var stack: UnsafeMutablePointer<Entry>
  private var stackArena = Arena<Entry>(capacity: 256)
  var height = 0
  /// Entries below this depth are constants or in their slots.
  var canonical = 0
  /// Number of entries that equal a local living in memory.
  var memoryAliases = 0

  // Registers.
  /// Registers of locals whose interval is open.
  var localBusy = RegisterSet.empty
  /// Those among them whose local goes home when its interval ends.
  var mortal = RegisterSet.empty
  /// Temporaries owned by an entry.
  var owned = RegisterSet.empty
  /// Registers of locals that an entry reads.
  var aliased = RegisterSet.empty
  /// Operands of the instruction at hand.
  var held = RegisterSet.empty
  /// Registers whose local has the same value in its home slot.
  var homeCurrent = RegisterSet.empty
  /// Per register: depth of the owning entry, number of reading entries, resident local.
  let owner: UnsafeMutablePointer<Int>
  let aliases: UnsafeMutablePointer<Int32>
  let resident: UnsafeMutablePointer<Int>

  // Control.
  var control: UnsafeMutablePointer<OpenFrame>
  private var controlArena = Arena<OpenFrame>(capacity: 64)
  var depth = 0

  // What is emitted after the function's code.
  var stubs = PlainList<Stub>()
  var exits = PlainList<Exit>()
  var exitStores = PlainList<ExitStore>()
  var literals = PlainList<Literal>()
  var literalUses = PlainList<LiteralUse>()
  /// Calls whose rel32 field waits for the callee's address; over all functions of the module.
  var calls = PlainList<CallFixup>()

  /// `module` must outlive the compiler.
  init(_ module: Module, config: CodegenConfig, layout: ContextLayout, recorder: R) {
    flat = module.flat
    self.layout = layout
    self.config = config
    hasAVX = config.features.contains(.avx)
    explicitBounds = config.bounds == .explicit
    code = module.code
    bytes = code.fileStart
    self.recorder = recorder
    pc = bytes
    body = bytes
    instruction = bytes
    summary = .empty
    places = allocation.places
    stack = stackArena.base
    control = controlArena.base
    owner = .allocate(capacity: 32)
    aliases = .allocate(capacity: 32)
    resident = .allocate(capacity: 32)
    owner.initialize(repeating: -1, count: 32)
    aliases.initialize(repeating: 0, count: 32)
    resident.initialize(repeating: -1, count: 32)
  }

  deinit {
    owner.deallocate()
    aliases.deallocate()
    resident.deallocate()
  }

  /// Position of the instruction at hand, as walk 1 counts.
  @inline(__always) var position: UInt32 { UInt32(truncatingIfNeeded: instruction - body) }
  /// File offset of the instruction at hand.
  @inline(__always) var wasmOffset: Int { instruction - bytes }
  /// Code offset from the function's start.
  @inline(__always) var codeOffset: Int { asm.offset - functionStart }

  /// Whether the code of all functions so far exceeds the limit, far below what a jump reaches.
  @inline(__always) var isCodeTooLarge: Bool { asm.offset > codeLimit }

  // MARK: One function

  /// Compiles defined function `index`, whose body starts at file offset `bodyOffset`, as walk 1
  /// has summarised it.
  ///
  /// The code is appended to the assembler's buffer, 16-byte aligned; it is incomplete if
  /// `isCodeTooLarge` is then set.
  mutating func compile(_ summary: FunctionSummary, defined index: Int, bodyOffset: Int) {
    let type = flat.type(ofFunction: flat.importedFunctionCount + index).pointee
    asm.align(16)
    functionStart = asm.offset
    self.summary = summary
    body = bytes + bodyOffset
    pc = bytes + summary.codeStart
    instruction = pc
    prepareArenas()
    layOutFrame()
    emitPrologue(type)
    pushFrame(
      OpenFrame(
        kind: .function, height: 0, parameterCount: 0, resultCount: Int(type.resultCount),
        parameters: type.parameters, results: type.results,
        extent: BlockExtent(start: 0, alternative: 0, end: 0, outerLoop: 0)))
    compileBody()
    emitEpilogue(type)
    emitExits()
    emitStubs()
    emitLiterals()
  }

  private mutating func prepareArenas() {
    stackArena.ensure(summary.maximumOperandHeight + Self.extraSlots)
    stack = stackArena.base
    controlArena.ensure(summary.maximumControlDepth + 1)
    control = controlArena.base
    height = 0
    canonical = 0
    memoryAliases = 0
    depth = 0
    localBusy = .empty
    mortal = .empty
    nextBlock = 0
    owned = .empty
    aliased = .empty
    held = .empty
    homeCurrent = .empty
    for r in 0..<32 {
      aliases[r] = 0
      resident[r] = -1
    }
    stubs.removeAll()
    exits.removeAll()
    exitStores.removeAll()
    literals.removeAll()
    literalUses.removeAll()
  }

  // MARK: Frame

  static var extraSlots: Int { 4 }

  private mutating func layOutFrame() {
    allocation.assign(summary, config)
    places = allocation.places
    savedRegisters = allocation.used & RegisterRoles.calleeSaved
    usable = RegisterRoles.temporaries | RegisterRoles.callerSaved | savedRegisters
    var offset: Int32 = 0
    var saved = savedRegisters
    while !saved.isEmpty {
      offset += saved.first.isXMM ? 16 : 8
      saved -= saved.first.bit
    }
    offset = layOutHomes(below: offset)
    slotBase = offset
    let total =
      Int(offset) + 8 * (summary.maximumOperandHeight + Self.extraSlots)
      + summary.maximumStackArgumentBytes
    frameSize = Int32(truncatingIfNeeded: (total + 15) & ~15)
  }

  /// Gives homes to the locals that need one; returns the offset below them.
  private mutating func layOutHomes(below start: Int32) -> Int32 {
    var offset = layOutZeroedHomes(below: start)
    for k in 0..<summary.accessedCount {
      let i = Int(summary.accessedLocals[k])
      guard i >= summary.parameterCount, places[i].home == 0, needsHome(i) else { continue }
      offset += 8
      places[i].home = -offset
    }
    // A stack argument keeps its place.
    var arguments = ArgumentCursor()
    for i in 0..<summary.parameterCount {
      let argument = arguments.next(summary.localTypes[i])
      if case .stack(let place) = argument { places[i].home = 16 + place }
      guard case .register(let incoming) = argument else { continue }
      if isAccessed(i) {
        guard needsHome(i) else { continue }
      } else {
        guard config.recordingRules.contains(.unusedParameters) else { continue }
        // It stays in its register if nothing else comes there.
        if summary.callCount == 0, !allocation.used.contains(incoming), !config.spillEverything {
          places[i].register = incoming
          continue
        }
      }
      offset += 8
      places[i].home = -offset
    }
    incomingStackBytes = arguments.stackArgumentBytes
    return offset
  }

  /// Gives homes to those that must be zero: at the function's entry, or at the head of a loop that
  /// all later code passes.
  ///
  /// Locals come in the order of their first access, so those of one such loop lie together.
  private mutating func layOutZeroedHomes(below start: Int32) -> Int32 {
    var offset = start
    zeroedHomes.removeAll()
    nextZeroedHomes = 0
    for atLoops in [false, true] {
      for k in 0..<summary.accessedCount {
        let i = Int(summary.accessedLocals[k])
        let loop = zeroingLoop(i)
        guard i >= summary.parameterCount, (loop != 0) == atLoops, startsAtHome(i) else {
          continue
        }
        var group = ZeroedHomes(loop: loop, top: offset, count: 0)
        let last = zeroedHomes.count - 1
        if last >= 0 && zeroedHomes[last].loop == loop {
          group = zeroedHomes[last]
        } else {
          zeroedHomes.append(group)
        }
        group.count += 1
        zeroedHomes[zeroedHomes.count - 1] = group
        offset += 8
        places[i].home = -offset
      }
    }
    return offset
  }

  /// One more than the number of the loop before which a nested local certainly is unset, and which
  /// all later code passes; 0 for the function's entry.
  @inline(__always) func zeroingLoop(_ i: Int) -> UInt32 {
    let local = summary.locals[i]
    return local.flags & LocalSummary.loopIsCertain != 0 ? local.outermostLoop : 0
  }

  /// Whether a declared local's home must be zero before its first set.
  private func startsAtHome(_ i: Int) -> Bool {
    let place = places[i]
    let flags = summary.locals[i].flags
    if flags & LocalSummary.needsZero != 0 { return place.register == .none }
    guard flags & LocalSummary.isNested != 0, config.recordingRules.contains(.unsetLocals) else {
      return false
    }
    if place.register == .none { return true }
    // An interval that opens at the loop itself begins with a register of zero.
    return place.isReleased && keepsDeadValues
      && (place.loop == 0 || place.loop != zeroingLoop(i))
  }

  private func needsHome(_ i: Int) -> Bool {
    let place = places[i]
    return place.register == .none || (place.isReleased && keepsDeadValues)
      || (RegisterRoles.callerSaved.contains(place.register)
        && LocalAllocation.crossesCall(summary, place))
  }

  @inline(__always) var keepsDeadValues: Bool { config.recordingRules.contains(.deadValues) }

  /// Whether any reachable instruction reads or writes local `index`.
  @inline(__always) func isAccessed(_ index: Int) -> Bool {
    summary.locals[index].flags & LocalSummary.accessed != 0
  }

  /// The frame slot of operand depth `depth`.
  @inline(__always) func slot(_ depth: Int) -> Memory {
    Memory(.rbp, -slotBase &- 8 &* Int32(truncatingIfNeeded: depth &+ 1))
  }
  /// The home slot of a local.
  @inline(__always) func home(_ local: Int) -> Memory { Memory(.rbp, places[local].home) }

  /// Saves (or restores) the preserved registers that the function uses.
  private mutating func moveSavedRegisters(restore: Bool) {
    var offset: Int32 = 0
    var saved = savedRegisters
    while !saved.isEmpty {
      let r = saved.first
      saved -= r.bit
      offset += r.isXMM ? 16 : 8
      let place = Memory(.rbp, -offset)
      switch (r.isXMM, restore) {
      case (false, false): asm.store(true, place, r)
      case (false, true): asm.load(true, r, place)
      case (true, false): asm.rm(.movupsStore, false, r, place)
      case (true, true): asm.rm(.movups, false, r, place)
      }
    }
  }

  private mutating func emitPrologue(_ type: FlatType) {
    asm.reserve(512)
    asm.byte(0x55)  // push rbp
    asm.byte(0x48)  // mov rbp, rsp in the form that the stack walk knows
    asm.byte(0x89)
    asm.byte(0xE5)
    if frameSize > 0 {
      asm.xr(.one(0x81), true, ALU.sub.rawValue, .rsp)
      asm.long(frameSize)
    }
    // A leaf with a small frame lives on the slack below the limit.
    if summary.callCount > 0 || frameSize >= 4096 {
      asm.alu(.cmp, true, .rsp, Memory(.r14, ContextLayout.stackLimit))
      recordEntry()
      trap(if: .below, VM_TRAP_CALL_STACK_EXHAUSTED)
    }
    moveSavedRegisters(restore: false)
    recorder.frameIsMade(codeOffset: codeOffset)
    moveParameters(type)
    zeroLocals()
  }

  /// Moves each parameter from where the convention delivers it to where it lives.
  private mutating func moveParameters(_ type: FlatType) {
    var arguments = ArgumentCursor()
    var moves = ParallelMove()
    for i in 0..<summary.parameterCount {
      asm.reserve(64)
      let argument = arguments.next(summary.localTypes[i])
      let place = places[i]
      if place.register == .none && place.home == 0 { continue }
      let type = place.type
      if place.register != .none { openInterval(i) }
      guard case .register(let incoming) = argument else { continue }
      if place.register != .none {
        if place.register != incoming {
          moves.append(to: place.register, Entry(kind: .local, type: type, base: incoming))
        }
      } else {
        store(Memory(.rbp, place.home), incoming, type)
      }
    }
    perform(&moves)
    arguments = ArgumentCursor()
    for i in 0..<summary.parameterCount {
      asm.reserve(64)
      guard case .stack(let offset) = arguments.next(summary.localTypes[i]),
        places[i].register != .none
      else { continue }
      load(places[i].register, Memory(.rbp, 16 + offset), places[i].type)
      homeCurrent |= places[i].register.bit
    }
  }

  private mutating func zeroLocals() {
    for k in 0..<summary.accessedCount {
      let i = Int(summary.accessedLocals[k])
      let place = places[i]
      guard i >= summary.parameterCount, place.register != .none, startsInRegister(i) else {
        continue
      }
      asm.reserve(64)
      openInterval(i)
      if place.register.isXMM {
        zero(place.register)
      } else {
        asm.alu(.xor, false, place.register, place.register)
      }
    }
    zeroHomes(at: 0)
  }

  /// Whether a declared local's register must be zero at entry.
  private func startsInRegister(_ i: Int) -> Bool {
    let flags = summary.locals[i].flags
    if flags & LocalSummary.needsZero != 0 { return true }
    return flags & LocalSummary.isNested != 0 && !places[i].isReleased && places[i].loop == 0
      && config.recordingRules.contains(.unsetLocals)
  }

  /// Zeroes the homes that must be zero from here on: the function's entry, or a loop (one more than
  /// its number).
  ///
  /// xmm0 must be free.
  mutating func zeroHomes(at loop: UInt32) {
    guard nextZeroedHomes < zeroedHomes.count, zeroedHomes[nextZeroedHomes].loop == loop else {
      return
    }
    let group = zeroedHomes[nextZeroedHomes]
    nextZeroedHomes += 1
    var left = group.count
    if left > 1 { zero(.xmm0) }
    while left > 0 {
      asm.reserve(64)
      let place = Memory(.rbp, -group.top - Int32(truncatingIfNeeded: 8 * left))
      if left > 1 {
        if hasAVX {
          asm.vrm(.movupsStore, false, .xmm0, .none, place)
        } else {
          asm.rm(.movupsStore, false, .xmm0, place)
        }
        left -= 2
      } else {
        asm.store(true, place, immediate: 0)
        left -= 1
      }
    }
  }

  private mutating func emitEpilogue(_ type: FlatType) {
    asm.reserve(512)
    recorder.instruction(wasmOffset: wasmOffset, codeOffset: codeOffset)
    recorder.frameIsLeft(codeOffset: codeOffset)
    // All results but the last go from their slots to the results buffer.
    if type.resultCount > 1 {
      asm.load(true, .rcx, Memory(.r14, ContextLayout.results))
      for k in 0..<Int(type.resultCount) - 1 {
        asm.reserve(64)
        asm.load(isWideCode(type.results[k]), .rdx, slot(k))
        asm.store(true, Memory(.rcx, Int32(8 * k)), .rdx)
      }
    }
    moveSavedRegisters(restore: true)
    asm.byte(0xC9)  // leave
    if incomingStackBytes == 0 {
      asm.byte(0xC3)
    } else {
      asm.byte(0xC2)
      asm.byte(UInt8(truncatingIfNeeded: incomingStackBytes))
      asm.byte(UInt8(truncatingIfNeeded: incomingStackBytes >> 8))
    }
  }

  // MARK: Locals

  /// Marks the register of local `index` as taken from here on.
  @inline(__always) mutating func openInterval(_ index: Int) {
    let r = places[index].register
    localBusy |= r.bit
    resident[Int(r.number)] = index
    if places[index].isReleased { mortal |= r.bit } else { mortal -= r.bit }
  }

  /// Frees the registers of locals whose last access lies behind, and sends their values home.
  ///
  /// Leaves the flags alone.
  @inline(__always) mutating func closeIntervals() {
    if !mortal.isEmpty { closeIntervalsSlowly() }
  }
  @inline(never) private mutating func closeIntervalsSlowly() {
    var candidates = mortal
    let here = position
    while !candidates.isEmpty {
      let r = candidates.first
      candidates -= r.bit
      if places[resident[Int(r.number)]].last < here { release(r) }
    }
  }

  /// Ends the interval of the local in `r`, whose value goes home.
  ///
  /// Leaves the flags alone.
  mutating func release(_ r: Register) {
    let local = resident[Int(r.number)]
    if keepsDeadValues && !homeCurrent.contains(r) {
      asm.reserve(64)
      store(home(local), r, places[local].type)
    }
    localBusy -= r.bit
    mortal -= r.bit
    homeCurrent -= r.bit
    recordMove()
  }

  /// At a label that is not reached from above: the intervals that ended before it are over, and
  /// the branches to it have sent the values home.
  mutating func forgetIntervals() {
    var candidates = mortal
    let here = position
    while !candidates.isEmpty {
      let r = candidates.first
      candidates -= r.bit
      if places[resident[Int(r.number)]].last < here {
        localBusy -= r.bit
        mortal -= r.bit
      }
    }
  }
}
