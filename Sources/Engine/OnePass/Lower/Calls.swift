import CMachine

/// Calls: direct, imported, indirect, and of builtins.
extension FunctionCompiler {
  /// What a call site jumps to.
  enum Callee {
    /// A function of this module: defined function index.
    case own(Int)
    /// An imported function: its index.
    case imported(Int)
    /// Through a table; the element index is on top of the operand stack.
    case indirect(table: Int)
    /// Through a reference, which is on top of the operand stack.
    case reference

    /// What finds the callee travels in a register that no argument uses.
    var operand: Register? {
      switch self {
      case .own, .imported: nil
      case .indirect: .rdx
      case .reference: .rax
      }
    }
  }

  mutating func lowerCall() {
    let index = Int(readU32(&pc))
    let type = flat.type(ofFunction: index).pointee
    let callee: Callee =
      index < flat.importedFunctionCount
      ? .imported(index) : .own(index - flat.importedFunctionCount)
    call(callee, type)
  }

  mutating func lowerCallIndirect() {
    let type = flat.types[Int(readU32(&pc))]
    let table = Int(readU32(&pc))
    call(.indirect(table: table), type)
  }

  mutating func lowerCallRef() {
    call(.reference, flat.types[Int(readU32(&pc))])
  }

  /// Passes the arguments, calls, and pushes the results.
  private mutating func call(_ callee: Callee, _ type: FlatType) {
    let parameterCount = Int(type.parameterCount)
    var operand: (Entry, Register)?
    if let target = callee.operand {
      let entry = pop()
      operand = (entry.kind == .sum ? .register(entry.type, ownedRegister(entry)) : entry, target)
    }
    let bottom = height - parameterCount
    canonicalise(upTo: bottom)
    let saved = saveLocals()
    recordMove(isCall: true)
    let stackBytes = passArguments(from: bottom, and: operand)
    emitCall(callee, type)
    recordCall()
    if stackBytes > 0 {
      // The callee has popped its stack arguments.
      asm.alu(.sub, true, .rsp, immediate: stackBytes)
    }
    checkStackPointer()
    restoreLocals(saved)
    held = .empty
    pushResults(type, isForeign: { if case .own = callee { false } else { true } }())
  }

  /// Takes the operands from depth `bottom` up and brings them where the convention wants them, and
  /// another entry to a register that is for no argument.
  ///
  /// Returns the bytes of stack arguments.
  mutating func passArguments(from bottom: Int, and other: (Entry, Register)? = nil) -> Int32 {
    // Stack arguments first: they may need a register on the way.
    var cursor = ArgumentCursor()
    var targets = other?.1.bit ?? .empty
    var stored = bottom
    for depth in bottom..<height {
      asm.reserve(96)
      switch cursor.next(stack[depth].type) {
      case .register(let r): targets |= r.bit
      case .stack(let offset):
        if depth >= stored { stored = storeArguments(from: depth, offset) }
      }
    }
    let stackBytes = Int32(truncatingIfNeeded: cursor.stackArgumentBytes)
    // A sum that reads a target could not be part of an exchange.
    for depth in bottom..<height {
      if stack[depth].kind == .sum && !(stack[depth].registers & targets).isEmpty {
        materialise(depth)
      }
    }
    cursor = ArgumentCursor()
    var moves = ParallelMove()
    for depth in bottom..<height {
      let entry = stack[depth]
      guard case .register(let target) = cursor.next(entry.type) else { continue }
      if !(entry.isInRegister && entry.base == target) { moves.append(to: target, entry) }
    }
    if let (entry, target) = other, !(entry.isInRegister && entry.base == target) {
      moves.append(to: target, entry)
    }
    perform(&moves, keepsFlags: false)
    truncate(to: bottom)
    return stackBytes
  }

  /// Turns the sum at `depth` into a register of its own.
  mutating func materialise(_ depth: Int) {
    asm.reserve(96)
    let entry = stack[depth]
    let before = held
    let r =
      entry.owned & 1 != 0
      ? entry.base : (entry.owned & 2 != 0 ? entry.index : allocate(false))
    // The register is the entry's, so that making room for the next one may spill it.
    held = before
    // Allocating may have spilled this very entry.
    if stack[depth].kind != .sum { return }
    move(r, entry)
    replace(depth, with: .register(entry.type, r))
  }

  /// Stores the operand at `depth` as a stack argument, and those behind it too if they all are of one
  /// type and in their slots; returns the depth of the first that is left.
  private mutating func storeArguments(from depth: Int, _ offset: Int32) -> Int {
    let type = stack[depth].type
    var end = depth
    while end < height && stack[end].kind == .slot && stack[end].type == type { end += 1 }
    if end - depth < Self.loopThreshold {
      storeArgument(depth, offset)
      return depth + 1
    }
    let before = held
    let (pointer, counter) = (allocate(false), allocate(false))
    let value = allocate(true)
    asm.rm(.lea, true, pointer, Memory(.rsp, offset))
    copySlotsInLoop(
      .fromSlots, depth: depth, count: end - depth, type: type, pointer: pointer, counter: counter,
      value: value)
    held = before
    for d in depth..<end { replace(d, with: .constant(type, 0)) }
    return end
  }

  /// Stores the operand at `depth` as a stack argument; the entry is done with and keeps its type.
  private mutating func storeArgument(_ depth: Int, _ offset: Int32) {
    let entry = stack[depth]
    let place = Memory(.rsp, offset)
    if entry.kind == .constant {
      storeConstant(place, entry)
      // An i32 is zero-extended.
      if entry.type == Code.i32 { asm.store(false, Memory(.rsp, offset + 4), immediate: 0) }
      return
    }
    let before = held
    let r = entry.isInRegister ? entry.base : allocate(entry.isFloat)
    if !entry.isInRegister { move(r, stack[depth]) }
    store(place, r, entry.type == Code.i32 ? Code.i64 : entry.type)
    held = before
    replace(depth, with: .constant(entry.type, 0))
  }

  private mutating func emitCall(_ callee: Callee, _ type: FlatType) {
    asm.reserve(128)
    switch callee {
    case .own(let function):
      calls.append(CallFixup(field: asm.call(), function: function))
    case .imported(let index):
      asm.load(
        true, .rax, Memory(.r14, Int32(truncatingIfNeeded: layout.importedFunction(index))))
      asm.call(Memory(.rax, Int32(MemoryLayout<vm_function>.offset(of: \.foreign) ?? 0)))
    case .indirect(let table): emitIndirectCall(table, type)
    case .reference:
      // A null reference faults here: the trap handler knows the load by its form.
      recordCall(of: type, through: Code.funcref, in: .rax)
      emitCallOfRecord()
    }
  }

  /// The element index is in rdx and stays there until nothing can trap any more: bounds, null,
  /// signature, then the call, through the foreign entry if the function belongs to another
  /// instance.
  private mutating func emitIndirectCall(_ table: Int, _ type: FlatType) {
    let index = flat.tables[table].address
    asm.load(true, .rcx, Memory(.r14, Int32(truncatingIfNeeded: layout.table(table))))
    asm.alu(
      .cmp, true, .rdx, Memory(.rcx, Int32(MemoryLayout<vm_table>.offset(of: \.length) ?? 0)))
    recordCall(of: type, through: index, in: .rdx)
    trap(if: .aboveOrEqual, VM_TRAP_TABLE_OUT_OF_BOUNDS)
    asm.load(
      true, .rcx, Memory(.rcx, Int32(MemoryLayout<vm_table>.offset(of: \.elements) ?? 0)))
    asm.load(true, .rax, Memory(.rcx, index: .rdx, scale: 3))
    // A null reference faults here: the trap handler knows the instruction by its form.
    recordCall(of: type, through: index, in: .rdx)
    compareSignature(type)
    recordCall(of: type, through: index, in: .rdx)
    trap(if: .notEqual, VM_TRAP_INDIRECT_CALL)
    emitCallOfRecord()
  }

  /// Leaves in the flags whether the function whose record is in rax has the type, or a subtype if
  /// there can be one: then the type is the one at its depth among the function's ancestors.
  ///
  /// May change rcx.
  mutating func compareSignature(_ type: FlatType) {
    var place = Memory(.rax, Int32(MemoryLayout<vm_function>.offset(of: \.signature) ?? 0))
    if type.openDepth >= 0 {
      asm.load(
        true, .rcx, Memory(.rax, Int32(MemoryLayout<vm_function>.offset(of: \.ancestors) ?? 0)))
      place = Memory(.rcx, 4 * Int32(type.openDepth))
    }
    asm.alu(.cmp, false, place, immediate: Int32(bitPattern: type.signature))
  }

  /// Calls the function whose record is in rax.
  private mutating func emitCallOfRecord() {
    // Both entries are code addresses in the record. A foreign one is fetched out of line.
    asm.load(true, .rcx, Memory(.rax, Int32(MemoryLayout<vm_function>.offset(of: \.code) ?? 0)))
    asm.alu(
      .cmp, true, .r14, Memory(.rax, Int32(MemoryLayout<vm_function>.offset(of: \.context) ?? 0)))
    let origin = codeOffset
    let field = asm.jcc(.notEqual, isPadded: false)
    foreignCallees.append(
      ForeignCallee(field: field, back: asm.offset, wasmOffset: wasmOffset, origin: origin))
    asm.call(.rcx)
  }

  /// Emits the out-of-line parts of indirect calls: the callee's foreign entry, then back.
  mutating func emitForeignCallees() {
    for i in 0..<foreignCallees.count {
      let callee = foreignCallees[i]
      asm.reserve(32)
      recorder.outOfLine(
        wasmOffset: callee.wasmOffset, codeOffset: codeOffset, origin: callee.origin)
      asm.patch(callee.field, to: asm.offset)
      asm.load(
        true, .rcx, Memory(.rax, Int32(MemoryLayout<vm_function>.offset(of: \.foreign) ?? 0)))
      asm.jump(back: callee.back, nil)
    }
  }

  /// Pushes the results of a call.
  private mutating func pushResults(_ type: FlatType, isForeign: Bool) {
    let count = Int(type.resultCount)
    if count == 0 { return }
    let last = type.results[count - 1]
    if count > 1 {
      held |= Register.rax.bit | Register.xmm0.bit
      fetchResults(type)
    }
    if isFloatCode(last) {
      push(last, .xmm0)
    } else {
      // A host's i32 is not trusted to be zero-extended.
      if isForeign && last == Code.i32 { asm.mov(false, .rax, .rax) }
      push(last, .rax)
    }
  }

  /// Copies all results but the last from the results buffer to slots, and pushes them.
  private mutating func fetchResults(_ type: FlatType) {
    let count = Int(type.resultCount) - 1
    asm.load(true, .rdx, Memory(.r14, ContextLayout.results))
    var offset: Int32 = 0
    var k = 0
    while k < count {
      asm.reserve(64)
      let code = type.results[k]
      let run = loopLength(type.results + k, upTo: count - k, .toSlots)
      if run > 0 {
        asm.alu(.add, true, .rdx, immediate: offset)
        offset = 0
        copySlotsInLoop(
          .toSlots, depth: height, count: run, type: code, pointer: .rdx, counter: .rcx,
          value: .xmm1)
        for i in k..<k + run { push(.slot(type.results[i], height)) }
        k += run
        continue
      }
      let place = Memory(.rdx, offset)
      offset += slotBytes(code)
      if code == Code.v128 {
        loadVector(.xmm1, place)
        storeVector(slot(height), .xmm1)
      } else {
        asm.load(true, .rcx, place)
        asm.store(true, slot(height), .rcx)
      }
      push(.slot(code, height))
      k += 1
    }
  }

  // MARK: Locals over calls

  /// Stores the locals that live on after the call but whose registers it destroys to their homes.
  ///
  /// Returns those registers.
  mutating func saveLocals() -> RegisterSet {
    let here = position
    var saved = RegisterSet.empty
    var busy = localBusy & RegisterRoles.callerSaved
    asm.reserve(512)
    while !busy.isEmpty {
      let r = busy.first
      busy -= r.bit
      let local = resident[Int(r.number)]
      if mortal.contains(r) && places[local].last <= here {
        release(r)
        continue
      }
      if !homeCurrent.contains(r) { store(home(local), r, places[local].type) }
      saved |= r.bit
    }
    homeCurrent |= saved
    return saved
  }

  private mutating func restoreLocals(_ saved: RegisterSet) {
    var set = saved
    asm.reserve(512)
    while !set.isEmpty {
      let r = set.first
      set -= r.bit
      let local = resident[Int(r.number)]
      load(r, home(local), places[local].type)
    }
  }

  // MARK: Builtins

  /// Puts an entry below the operands from depth `bottom` on, which move up.
  private mutating func insert(_ entry: Entry, at bottom: Int) {
    var moved = InlineArray<4, Entry>(repeating: entry)
    var count = 0
    while height > bottom {
      moved[count] = pop()
      count += 1
    }
    push(entry)
    while count > 0 {
      count -= 1
      push(moved[count])
    }
    held = .empty
  }

  /// Passes the arguments; returns the types of the `operands` among them.
  private mutating func passBuiltinArguments(
    from bottom: Int, first: Int, operands: Int
  ) -> InlineArray<4, UInt8> {
    var types = InlineArray<4, UInt8>(repeating: Code.i64)
    for i in 0..<operands { types[i] = stack[bottom + first + i].type }
    _ = passArguments(from: bottom)
    return types
  }

  /// Calls a builtin whose arguments are a constant, the top operands, and another constant.
  mutating func callBuiltin(
    _ builtin: vm_builtin, first: Int64? = nil, operands: Int, last: Int64? = nil, result: UInt8?
  ) {
    let bottom = height - operands
    canonicalise(upTo: bottom)
    if let first { insert(.constant(Code.i64, first), at: bottom) }
    if let last { push(.constant(Code.i64, last)) }
    let saved = saveLocals()
    recordMove(isCall: true)
    let types = passBuiltinArguments(from: bottom, first: first == nil ? 0 : 1, operands: operands)
    asm.reserve(128)
    asm.call(Memory(.r14, ContextLayout.builtin(builtin)))
    recordBuiltinCall(types, first: first == nil ? 0 : 1, operands: operands)
    checkStackPointer()
    restoreLocals(saved)
    held = .empty
    if let result {
      if result == Code.i32 { asm.mov(false, .rax, .rax) }
      push(result, .rax)
    }
  }
}
