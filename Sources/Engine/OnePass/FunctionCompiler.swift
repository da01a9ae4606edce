import CMachine

/// Walk 2: translates one validated function body to machine code, front to back, in one pass.
///
/// Frame, from high to low addresses:
///
///     [rbp + 16 + 8*i]   stack arguments (also the home of such a parameter)
///     [rbp + 8]          return address
///     [rbp]              caller's rbp
///     saved registers    general ones 8 bytes each, xmm ones 16
///     homes of locals    8 bytes each, 16 for a v128; those that must be zero before their first set come first
///     operand slots      8 bytes each, 16 if the function has vectors; slot of depth 0 first;
///                        `extraSlots` more, for a builtin's constant arguments and to put
///                        a register aside
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
  let measures: SpeedMeasures
  /// Whether values may stay unevaluated, or where they are, until an instruction takes them.
  let folds: Bool
  let skipper = InstructionSkipper()
  /// Where file offset 0 would be; only the body can be read.
  var bytes: UnsafePointer<UInt8>

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

  /// The memory that the load or store at hand means.
  var memory = 0

  // Per function.
  var functionStart = 0
  var summary: FunctionSummary
  var places: UnsafeMutablePointer<LocalPlace>
  var frameSize: Int32 = 0
  var slotBase: Int32 = 0
  /// The binary logarithm of an operand slot's bytes.
  var slotBytesShift: Int32 = 3
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
  /// Those among them that it has allocated.
  var scratch = RegisterSet.empty
  /// Registers whose local has the same value in its home slot.
  var homeCurrent = RegisterSet.empty
  /// Per register: depth of the owning entry, number of reading entries, resident local.
  let owner: UnsafeMutablePointer<Int>
  let aliases: UnsafeMutablePointer<Int32>
  let resident: UnsafeMutablePointer<Int>

  /// What the zero flag tells.
  var zeroFlag = ZeroFlag()
  /// Locals that equal others.
  var copies = LocalCopies()

  // Control.
  var control: UnsafeMutablePointer<OpenFrame>
  private var controlArena = Arena<OpenFrame>(capacity: 64)
  var depth = 0
  /// Where branches bring the values of the open frames that name places.
  var labelPlaces = PlainList<LabelPlace>()

  /// Jumps forward that have a field of one byte.
  var shortJumps = PlainList<ShortJump>()
  /// So many bytes of wasm away, and nearer, a label is taken to be within reach of such a jump.
  var shortReach: UInt32 = 0
  /// Whether one of them did not reach its label.
  var isOutOfReach = false

  // What is emitted after the function's code.
  var stubs = PlainList<Stub>()
  var exits = PlainList<Exit>()
  var jumpTables = PlainList<JumpTable>()
  var foreignCallees = PlainList<ForeignCallee>()
  var exitStores = PlainList<ExitStore>()
  var literals = PlainList<Literal>()
  var literalUses = PlainList<LiteralUse>()
  var vectorLiterals = PlainList<VectorLiteral>()
  var vectorLiteralUses = PlainList<VectorLiteralUse>()
  /// Calls whose rel32 field waits for the callee's address.
  var calls = PlainList<CallFixup>()

  /// A compiler for functions of the module that `flat` describes and outlives it.
  init(_ flat: FlatModule, config: CodegenConfig, layout: ContextLayout, recorder: R) {
    self.flat = flat
    self.layout = layout
    self.config = config
    hasAVX = config.features.contains(.avx)
    explicitBounds = config.bounds == .explicit
    measures = config.measures
    folds = config.folds
    bytes = FunctionSummary.empty.fileStart
    self.recorder = recorder
    asm.padsJumps = config.measures.contains(.placement)
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

  /// Compiles defined function `index` as walk 1 has summarised it.
  ///
  /// The code is appended to the assembler's buffer, aligned to a line; it is incomplete if
  /// `isCodeTooLarge` is then set.
  mutating func compile(_ summary: FunctionSummary, defined index: Int) {
    asm.align(Assembler.line)
    functionStart = asm.offset
    self.summary = summary
    let fresh = recorder
    shortReach = measures.contains(.shortJumps) ? Self.likelyReach : 0
    compile(defined: index)
    guard isOutOfReach else { return }
    // Once more, with long jumps alone.
    recorder = fresh
    asm.rewind(to: functionStart)
    shortReach = 0
    compile(defined: index)
  }

  private mutating func compile(defined index: Int) {
    let type = flat.type(ofFunction: flat.importedFunctionCount + index).pointee
    bytes = summary.fileStart
    body = bytes + summary.bodyOffset
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
    relateJumpTables()
    emitForeignCallees()
    emitStubs()
    emitVectorLiterals()
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
    scratch = .empty
    homeCurrent = .empty
    for r in 0..<32 {
      aliases[r] = 0
      resident[r] = -1
    }
    labelPlaces.removeAll()
    shortJumps.removeAll()
    isOutOfReach = false
    copies.forget()
    stubs.removeAll()
    exits.removeAll()
    calls.removeAll()
    jumpTables.removeAll()
    foreignCallees.removeAll()
    exitStores.removeAll()
    literals.removeAll()
    literalUses.removeAll()
    vectorLiterals.removeAll()
    vectorLiteralUses.removeAll()
  }
}
