/// Walk 1: validates function bodies and summarises them for walk 2.
///
/// The algorithm is the one of the specification's appendix (spec 7.3): a stack of operand types
/// and a stack of control frames, with operands of unknown type in code after an unconditional
/// branch. All state lies in arenas that are reused from body to body; nothing is counted,
/// boxed or checked twice on the way. Time and memory are linear in the size of a body.
///
/// Code is *live* unless it follows an unconditional branch in its own or an enclosing block;
/// after the `end` or `else` of a block that was entered live, code is live again. Dead code is
/// validated but left out of the summary.
public struct FunctionValidator: ~Copyable {
  let flat: FlatModule
  let features: Features
  private var copy = BodyCopy()
  let instructions: UnsafePointer<PackedInstruction>

  // The operand stack.
  var operands = Arena<ValueType>(capacity: 1024)
  /// After the youngest operand.
  var top: UnsafeMutablePointer<ValueType>
  /// The oldest operand of the innermost control frame.
  var floor: UnsafeMutablePointer<ValueType>
  /// The largest `top` so far.
  var highWater: UnsafeMutablePointer<ValueType>

  // The control stack.
  var control = Arena<ControlFrame>(capacity: 64)
  var depth = 0
  var maximumDepth = 0
  var frameCount: UInt32 = 0
  /// Whether unknown operands lie under `floor`.
  var isPolymorphic = false
  /// Whether the code can be reached, see above.
  var isLive = true
  /// The lowest control stack index of an open frame, not the function's, whose end an earlier
  /// branch leads to, or of an open `if`: the code at hand may be left out.
  var firstSkipped = Int.max
  /// 8^min(loop depth, 6).
  var weight: UInt32 = 1
  var openLoops = Arena<OpenLoop>(capacity: 16)
  var openLoopCount = 0
  var loopEnds = Arena<UInt32>(capacity: 64)
  var loopCount = 0
  var blocks = Arena<BlockExtent>(capacity: 64)
  var blockCount = 0

  // The locals.
  var localTypes = Arena<ValueType>(capacity: 64)
  /// Locals that got their first value in an open block.
  var setLocals = Arena<SetLocal>(capacity: 16)
  var setLocalCount = 0
  var locals = Arena<LocalSummary>(capacity: 64)
  var tracking = Arena<LocalTracking>(capacity: 64)
  var accessedLocals = Arena<UInt32>(capacity: 64)
  var accessedCount = 0
  var localCount = 0
  var parameterCount = 0

  // The calls.
  var calls = Arena<CallSite>(capacity: 64)
  var callCount = 0
  var maximumStackArgumentBytes: UInt32 = 0
  /// Constant lengths, a bit each, of which a memory.copy is no call, because it is made of moves.
  public var movedLengths: UInt64 = 0
  /// The last i32.const.
  var constant: UnsafePointer<UInt8>
  /// Whether a v128 may be among locals or operands.
  var usesVectors = false
  /// As in `FunctionSummary`.
  var hasCatches = false
  /// As in `FunctionSummary`.
  var hasLoops = false

  /// Type i has code i: one-element type lists for block types.
  let identity: UnsafeMutablePointer<ValueType>
  /// The same for types that are more than a code.
  var refinedResults = Arena<ValueType>(capacity: 16)
  var refinedResultCount = 0

  // The body.
  var bodyStart: UnsafePointer<UInt8>
  var bodyEnd: UnsafePointer<UInt8>
  /// The instruction being validated.
  var instruction: UnsafePointer<UInt8>
  var functionIndex = 0

  /// Creates a validator for bodies of the module that `flat` describes and outlives it.
  public init(_ flat: FlatModule, _ features: Features) {
    self.flat = flat
    self.features = features
    instructions = PackedInstruction.table(features)
    top = operands.base
    floor = operands.base
    highWater = operands.base
    identity = .allocate(capacity: 128)
    for code in 0..<128 { (identity + code).initialize(to: ValueType(bits: UInt32(code))) }
    bodyStart = copy.fileStart
    bodyEnd = bodyStart
    instruction = bodyStart
    constant = bodyStart
  }

  deinit {
    identity.deallocate()
    PackedInstruction.free(instructions)
  }

  /// Validates the body of the defined function `index` (0 = first body), which is in `file`.
  ///
  /// The summary is valid until the next call.
  public mutating func validate(
    _ body: FunctionBody, ofFunction index: Int, in file: [UInt8]
  ) throws(ValidationError) -> FunctionSummary {
    copy.load(body, of: file)
    bodyStart = copy.fileStart + body.bodyOffset
    bodyEnd = bodyStart + body.size
    instruction = bodyStart
    constant = bodyStart
    functionIndex = flat.importedFunctionCount + index
    reset()
    var cursor = bodyStart
    try declareLocals(&cursor)
    let codeStart = body.bodyOffset + (cursor - bodyStart)
    let type = UInt32(truncatingIfNeeded: flat.typeIndex(ofFunction: functionIndex))
    try pushFrame(.function, blockType: type << 8, position: 0)
    try walk(&cursor)
    closeIntervals()
    return FunctionSummary(
      locals: locals.base, localTypes: LocalCodes(types: localTypes.base), localCount: localCount,
      parameterCount: parameterCount, accessedLocals: UnsafePointer(accessedLocals.base),
      accessedCount: accessedCount, calls: calls.base, callCount: callCount,
      blocks: UnsafePointer(blocks.base), blockCount: blockCount,
      maximumOperandHeight: highWater - operands.base, maximumControlDepth: maximumDepth,
      maximumStackArgumentBytes: Int(maximumStackArgumentBytes), usesVectors: usesVectors,
      hasCatches: hasCatches, hasLoops: hasLoops, fileStart: copy.fileStart,
      bodyOffset: body.bodyOffset,
      codeStart: codeStart,
      end: body.bodyOffset + body.size)
  }

  private mutating func reset() {
    top = operands.base
    floor = top
    highWater = top
    depth = 0
    maximumDepth = 0
    frameCount = 0
    isPolymorphic = false
    isLive = true
    firstSkipped = .max
    weight = 1
    openLoopCount = 0
    loopCount = 0
    blockCount = 0
    callCount = 0
    maximumStackArgumentBytes = 0
    usesVectors = false
    hasCatches = false
    hasLoops = false
    setLocalCount = 0
    refinedResultCount = 0
    forgetLocals()
  }

  /// Whether all later code of the body is reached by passing the code at hand only.
  ///
  /// To come past it one must take an earlier branch to the end of a frame that is open here, or be
  /// in the other arm of an `if`.
  @inline(__always) var isCertain: Bool { firstSkipped == .max }

  /// The position of the instruction, in bytes from the body's start.
  @inline(__always) var position: UInt32 {
    UInt32(truncatingIfNeeded: instruction - bodyStart)
  }

  /// An error at the current instruction.
  @inline(never)
  func failure(_ kind: ModuleFault) -> ValidationError {
    ValidationError(
      kind, at: instruction - copy.fileStart, functionIndex: functionIndex)
  }
}

extension Module {
  /// Validates all function bodies (spec 3.4.1); the rest was validated by decoding.
  public func validateBodies() throws(ValidationError) {
    var validator = FunctionValidator(flat, features)
    for (index, body) in bodies.enumerated() {
      _ = try validator.validate(body, ofFunction: index, in: bytes)
    }
  }
}
