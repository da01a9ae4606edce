/// The walk over a body's instructions.
extension FunctionValidator {
  /// Validates the instructions from `cursor` to the end of the body.
  mutating func walk(_ cursor: inout UnsafePointer<UInt8>) throws(ValidationError) {
    var next = cursor
    while true {
      instruction = next
      guard next < bodyEnd else { throw failure(.unexpectedEnd) }
      let opcode = next[0]
      next += 1
      switch opcode {
      case Opcode.localGet:
        let index = try readIndex(&next, of: .local, count: localCount)
        let type = localTypes.base[index]
        if type.isUnset { throw failure(.localUnset(index: UInt32(truncatingIfNeeded: index))) }
        if isLive { access(index, isSet: false) }
        try push(type)
      case Opcode.localSet:
        let index = try readIndex(&next, of: .local, count: localCount)
        if isLive { access(index, isSet: true) }
        if localTypes.base[index].isUnset { noteSet(index) }
        try pop(localTypes.base[index])
      case Opcode.localTee:
        let index = try readIndex(&next, of: .local, count: localCount)
        if isLive { access(index, isSet: true) }
        if localTypes.base[index].isUnset { noteSet(index) }
        try pop(localTypes.base[index])
        try push(localTypes.base[index])
      case Opcode.i32Const:
        constant = instruction
        try skipS32(&next)
        try push(.i32)
      case Opcode.i64Const:
        try skipS64(&next)
        try push(.i64)
      case Opcode.f32Const:
        next += 4
        try push(.f32)
      case Opcode.f64Const:
        next += 8
        try push(.f64)
      case Opcode.end:
        try popFrame()
        if depth == 0 {
          guard next == bodyEnd else {
            instruction = next
            throw failure(next > bodyEnd ? .unexpectedEnd : .bodySizeMismatch)
          }
          cursor = next
          return
        }
      case Opcode.block, Opcode.loop, Opcode.if:
        let type = try readBlockType(&next)
        if opcode == Opcode.if { try pop(.i32) }
        let kind: ControlFrame.Kind =
          opcode == Opcode.block ? .block : opcode == Opcode.loop ? .loop : .if
        try pushFrame(kind, blockType: type, position: position)
      case Opcode.brIf:
        let types = labelTypes(try frame(label: try readU32(&next)))
        try pop(.i32)
        if types.count > 0 {
          try pop(types)
          try push(types)
        }
      case Opcode.call:
        let index = try readIndex(&next, of: .function, count: flat.functionCount)
        try call(flat.type(ofFunction: index))
      case Opcode.globalGet:
        let index = try readIndex(&next, of: .global, count: flat.globalCount)
        let type = flat.globals[index].valueType
        if type == .v128 { usesVectors = true }
        try push(type)
      case Opcode.drop:
        _ = try popAny()
      default:
        let entry = instructions[Int(opcode)]
        if entry.isSimple {
          try validateSimple(entry, &next)
        } else {
          try validateRare(opcode, &next)
        }
      }
    }
  }

  /// An instruction whose types the table knows.
  @inline(__always)
  private mutating func validateSimple(
    _ entry: PackedInstruction, _ next: inout UnsafePointer<UInt8>
  ) throws(ValidationError) {
    var operands = entry.bits & 0x1FF
    if entry.hasMemoryArgument, try readMemoryArgument(&next, natural: entry.alignment) {
      operands = Self.withWideAddress(operands)
    }
    while operands != 0 {
      try pop(ValueType(bits: 0x80 &- (operands & 7)))
      operands &>>= 3
    }
    let result = entry.bits &>> 9 & 7
    if result != 0 { try push(ValueType(bits: 0x80 &- result)) }
  }

  /// The operands of a memory access whose address, the one popped last, is an i64.
  static func withWideAddress(_ operands: UInt32) -> UInt32 {
    operands &+ (operands < 8 ? 1 : operands < 64 ? 8 : 64)
  }

  /// Returns whether the address has 64 bits.
  @inline(__always)
  mutating func readMemoryArgument(
    _ next: inout UnsafePointer<UInt8>, natural: UInt32
  ) throws(ValidationError) -> Bool {
    let alignment = try readU32(&next)
    if alignment & Instruction.hasMemoryIndex != 0 || flat.hasWideMemory {
      return try readLongMemoryArgument(alignment, &next, natural: natural)
    }
    _ = try readU32(&next)
    try requireMemory()
    guard alignment <= natural else { throw failure(.alignmentTooLarge(alignment)) }
    return false
  }

  @inline(never)
  private mutating func readLongMemoryArgument(
    _ flags: UInt32, _ next: inout UnsafePointer<UInt8>, natural: UInt32
  ) throws(ValidationError) -> Bool {
    let alignment = flags & ~Instruction.hasMemoryIndex
    guard alignment <= natural, alignment == flags || features.contains(.multiMemory) else {
      throw failure(.alignmentTooLarge(flags))
    }
    let memory =
      alignment == flags ? 0 : try readIndex(&next, of: .memory, count: flat.memoryCount)
    let isWide = flat.memoryAddresses[memory] == ValueType.i64.code
    if isWide { try skipU64(&next) } else { _ = try readU32(&next) }
    return isWide
  }

  /// The instructions that are neither frequent nor simple.
  @inline(never)
  private mutating func validateRare(
    _ opcode: UInt8, _ next: inout UnsafePointer<UInt8>
  ) throws(ValidationError) {
    let i32 = ValueType.i32
    if opcode == Opcode.prefixFC { return try validateFC(&next) }
    if opcode == Opcode.prefixSIMD { return try validateVector(&next) }
    guard instructions[Int(opcode)].isKnown else { throw unknown(prefix: 0, UInt32(opcode)) }
    switch opcode {
    case Opcode.unreachable:
      markUnreachable()
    case Opcode.else:
      try switchArm()
    case Opcode.br:
      try check(labelTypes(try frame(label: try readU32(&next))))
      markUnreachable()
    case Opcode.brTable:
      try branchTable(&next)
    case Opcode.return:
      try check(results(control.base[0].blockType))
      markUnreachable()
    case Opcode.callIndirect:
      let type = try readIndex(&next, of: .type, count: flat.typeCount)
      let table = try readTable(&next)
      try require(table.element, asSubtypeOf: .funcref)
      try pop(table.addressType)
      try call(flat.types + type)
    case Opcode.callRef:
      let type = try readIndex(&next, of: .type, count: flat.typeCount)
      try pop(try reference(toType: type))
      try call(flat.types + type)
    case Opcode.returnCallRef:
      let type = try readIndex(&next, of: .type, count: flat.typeCount)
      try pop(try reference(toType: type))
      try returnCall(flat.types + type)
    case Opcode.throw:
      try pop(try tagParameters(&next))
      noteCall()
      markUnreachable()
    case Opcode.throwRef:
      try pop(.exnref)
      noteCall()
      markUnreachable()
    case Opcode.tryTable:
      let type = try readBlockType(&next)
      try checkCatches(&next)
      hasCatches = true
      try pushFrame(.block, blockType: type, position: position)
    case Opcode.returnCall:
      let index = try readIndex(&next, of: .function, count: flat.functionCount)
      try returnCall(flat.type(ofFunction: index))
    case Opcode.returnCallIndirect:
      let type = try readIndex(&next, of: .type, count: flat.typeCount)
      let table = try readTable(&next)
      try require(table.element, asSubtypeOf: .funcref)
      try pop(table.addressType)
      try returnCall(flat.types + type)
    case Opcode.select:
      try selectUntyped()
    case Opcode.selectTyped:
      let count = try readU32(&next)
      guard count == 1 else { throw failure(.resultArity(count)) }
      let type = try readValueType(&next)
      try pop(i32)
      try pop(type)
      try pop(type)
      try push(type)
    case Opcode.globalSet:
      let index = try readIndex(&next, of: .global, count: flat.globalCount)
      let global = flat.globals[index]
      guard global.mutable != 0 else {
        throw failure(.globalImmutable(index: UInt32(truncatingIfNeeded: index)))
      }
      try pop(global.valueType)
    case Opcode.memorySize:
      try push(try readMemory(&next))
    case Opcode.memoryGrow:
      let address = try readMemory(&next)
      try pop(address)
      try push(address)
      noteCall()
    default:
      try validateReference(opcode, &next)
    }
  }

  /// `call` and its kin.
  @inline(__always)
  private mutating func call(_ type: UnsafePointer<FlatType>) throws(ValidationError) {
    noteCall()
    maximumStackArgumentBytes = max(maximumStackArgumentBytes, type.pointee.stackArgumentBytes)
    if type.pointee.hasVectors { usesVectors = true }
    try pop(parameters(of: type))
    try push(results(of: type))
  }

  /// `return_call` and its kin: the callee's results are the function's own (spec 3.3.8).
  ///
  /// Nothing lives on in the frame, so that it does not count as a call.
  private mutating func returnCall(
    _ type: UnsafePointer<FlatType>
  ) throws(ValidationError) {
    maximumStackArgumentBytes = max(maximumStackArgumentBytes, type.pointee.stackArgumentBytes)
    if type.pointee.hasVectors { usesVectors = true }
    try pop(parameters(of: type))
    let (wanted, found) = (results(control.base[0].blockType), results(of: type))
    guard wanted.count == found.count else { throw failure(.resultsDiffer) }
    for index in 0..<wanted.count {
      try require(found.types[index], asSubtypeOf: wanted.types[index])
    }
    markUnreachable()
  }

  private mutating func branchTable(
    _ next: inout UnsafePointer<UInt8>
  ) throws(ValidationError) {
    let count = try readU32(&next)
    guard Int(count) < bodyEnd - next else { throw failure(.unexpectedEnd) }
    guard UInt64(count) <= ImplementationLimits.branchTargets else {
      throw failure(
        .limitExceeded(
          .branchTarget, count: UInt64(count), limit: ImplementationLimits.branchTargets))
    }
    try pop(.i32)
    var arity = -1
    for _ in 0...count {
      guard next < bodyEnd else { throw failure(.unexpectedEnd) }
      let label = try readU32(&next)
      let types = labelTypes(try frame(label: label))
      guard arity < 0 || arity == types.count else { throw failure(.labelArityMismatch) }
      arity = types.count
      // A label is checked once, however often it is a target.
      let frame = control.base + (depth - 1 - Int(label))
      if arity > 0, frame.pointee.fittingTable != position {
        try check(types)
        frame.pointee.fittingTable = position
      }
    }
    markUnreachable()
  }

  /// `select` without types: two operands of the same numeric type (spec 3.3.4).
  private mutating func selectUntyped() throws(ValidationError) {
    try pop(.i32)
    let second = try popAny()
    let first = try popAny()
    try refuseReference(first)
    try refuseReference(second)
    guard first == second || first == Self.unknown || second == Self.unknown else {
      throw failure(
        .typeMismatch(expected: known(first), found: known(second)))
    }
    try push(first == Self.unknown ? second : first)
  }

  private func refuseReference(_ type: ValueType) throws(ValidationError) {
    if type.isReference { throw failure(.numberExpected(found: type)) }
  }

  /// The error for a code that is no instruction, or one of a feature that is off.
  func unknown(prefix: UInt8, _ code: UInt32) -> ValidationError {
    if let feature = InstructionTable.missingFeature(
      prefix: prefix, code: code, features)
    {
      return failure(.featureMissing(feature))
    }
    return failure(.illegalInstruction(prefix: prefix, code: code))
  }
}
