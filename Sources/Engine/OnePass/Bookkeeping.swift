import CMachine

/// What must be true of the compiler's state between two instructions; for tests and fuzzing.
extension FunctionCompiler {
  /// Ends the process where the state contradicts itself, the module or the frame.
  @inline(never) mutating func checkBookkeeping() {
    if let expected = recorder.model?.height(at: instruction) {
      demand(height == expected, "another number of operands than the instructions leave")
    }
    demand(height <= summary.maximumOperandHeight, "more operands than walk 1 has seen")
    demand(canonical <= height, "canonical entries above the stack")
    demand(held == .empty, "registers held between instructions")
    checkEntries()
    checkLocals()
  }

  @inline(never) private func demand(_ isTrue: Bool, _ what: StaticString) {
    if !isTrue { Self.end(what, wasmOffset, height) }
  }
  @inline(never) private static func end(_ what: StaticString, _ offset: Int, _ height: Int) {
    fatalError("compiler at offset \(offset) with \(height) operands: \(what)")
  }

  /// Every register has at most one owner, and the sets say what the entries say.
  @inline(never) private func checkEntries() {
    var ownedNow = RegisterSet.empty
    var readers = InlineArray<32, Int32>(repeating: 0)
    var inMemory = 0
    for depth in 0..<height {
      let entry = stack[depth]
      checkForm(entry, at: depth)
      if entry.kind == .local && entry.base == .none { inMemory += 1 }
      // A local that is read may have ended its interval; its register then waits for its readers.
      if entry.base != .none {
        if entry.owned & 1 != 0 {
          checkOwner(entry.base, depth, ownedNow)
          ownedNow |= entry.base.bit
        } else {
          readers[Int(entry.base.number)] += 1
        }
      }
      if entry.index != .none {
        if entry.owned & 2 != 0 {
          checkOwner(entry.index, depth, ownedNow)
          ownedNow |= entry.index.bit
        } else {
          readers[Int(entry.index.number)] += 1
        }
      }
    }
    demand(ownedNow == owned, "owned registers without owner")
    demand(inMemory == memoryAliases, "a wrong number of operands that read homes")
    for r in 0..<32 {
      demand(aliases[r] == readers[r], "a wrong number of readers of a register")
      let isRead = readers[r] > 0
      demand(aliased.contains(Register(UInt8(r))) == isRead, "a wrong set of readers")
    }
    demand(owned & localBusy == .empty, "an operand owns a local's register")
    demand(owned & aliased == .empty, "an operand owns a register that others read")
  }

  @inline(never)
  private func checkOwner(_ register: Register, _ depth: Int, _ others: RegisterSet) {
    demand(!others.contains(register), "two operands own a register")
    demand(owner[Int(register.number)] == depth, "a register names another owner")
    demand(usable.contains(register), "an operand owns a register that is not for temporaries")
  }

  @inline(never) private func checkForm(_ entry: Entry, at depth: Int) {
    switch entry.kind {
    case .constant: demand(entry.registers == .empty, "a constant with a register")
    case .register: demand(entry.owned == 1 && entry.index == .none, "a register without owner")
    case .slot: demand(Int(entry.value) == depth, "a slot of another depth")
    case .flags: demand(depth == height - 1, "flags below the top")
    case .sum: demand(entry.registers != .empty && !entry.isFloat, "a sum of nothing")
    case .local:
      checkReader(entry)
      let isNear = entry.base != .none || height - depth <= Self.aliasWindow + 1
      demand(isNear, "an operand reads a home from too deep")
    }
    if depth < canonical {
      demand(entry.kind == .constant || entry.kind == .slot, "an operand is not canonical")
    }
  }

  /// An operand that equals a local reads it from where it lives.
  @inline(never) private func checkReader(_ entry: Entry) {
    let local = Int(entry.local)
    let register = places[local].register
    demand(register == entry.base, "an operand reads a local's old place")
    if register == .none { return }
    let isTaken = localBusy.contains(register)
    let owner = resident[Int(register.number)]
    if isTaken { demand(owner == local, "an operand reads another local's register") }
  }

  /// Registers with a local are those of the locals in them.
  @inline(never) private func checkLocals() {
    var busy = localBusy
    while !busy.isEmpty {
      let r = busy.first
      busy -= r.bit
      let local = resident[Int(r.number)]
      demand(local >= 0 && local < summary.localCount, "a register is taken by no local")
      demand(places[local].register == r, "a register is taken by a local that lives elsewhere")
      let isMortal = mortal.contains(r)
      demand(places[local].isReleased == isMortal, "an interval that ends, or does not")
    }
    demand(mortal - localBusy == .empty, "an interval ends without having begun")
  }

  /// Emits a comparison of the stack pointer with where the frame says that it is.
  ///
  /// rcx and the flags must be free.
  mutating func checkStackPointer() {
    guard config.switches.contains(.checksItself) else { return }
    asm.reserve(64)
    asm.rm(.lea, true, .rcx, Memory(.rsp, frameSize))
    asm.alu(.cmp, true, .rcx, .rbp)
    trap(if: .notEqual, VM_TRAP_UNREACHABLE)
  }
}
