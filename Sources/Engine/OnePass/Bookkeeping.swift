import CMachine

/// What must be true of the compiler's state between two instructions; for tests and fuzzing.
extension FunctionCompiler {
  /// Ends the process where the state contradicts itself, the module or the frame.
  @inline(never) mutating func checkBookkeeping() {
    if let expected = recorder.model?.height(at: instruction) {
      demand(height == expected, "operand height \(height), expected \(expected)")
    }
    demand(height <= summary.maximumOperandHeight, "more operands than walk 1 has seen")
    demand(canonical <= height, "canonical entries above the stack")
    demand(held == .empty, "registers held between instructions")
    checkEntries()
    checkLocals()
  }

  private func demand(_ isTrue: Bool, _ what: @autoclosure () -> String) {
    if !isTrue { fatalError("compiler at offset \(wasmOffset): \(what())") }
  }

  /// Every register has at most one owner, and the sets say what the entries say.
  private func checkEntries() {
    var ownedNow = RegisterSet.empty
    var readers = [Int32](repeating: 0, count: 32)
    var inMemory = 0
    for depth in 0..<height {
      let entry = stack[depth]
      for (r, isOwned) in [(entry.base, entry.owned & 1 != 0), (entry.index, entry.owned & 2 != 0)]
      where r != .none {
        guard isOwned else {
          // The interval of the local may have ended; the register then waits for its readers.
          readers[Int(r.number)] += 1
          continue
        }
        demand(!ownedNow.contains(r), "two operands own register \(r.number)")
        demand(owner[Int(r.number)] == depth, "register \(r.number) names another owner")
        demand(usable.contains(r), "register \(r.number) is not for temporaries here")
        ownedNow |= r.bit
      }
      switch entry.kind {
      case .constant: demand(entry.registers == .empty, "a constant with a register")
      case .register: demand(entry.owned == 1 && entry.index == .none, "a register without owner")
      case .slot: demand(Int(entry.value) == depth, "a slot of another depth")
      case .flags: demand(depth == height - 1, "flags below the top")
      case .sum: demand(entry.registers != .empty && !entry.isFloat, "a sum of nothing")
      case .local:
        let local = Int(entry.local)
        demand(places[local].register == entry.base, "an operand reads a local's old place")
        let isTaken = entry.base != .none && localBusy.contains(entry.base)
        demand(
          !isTaken || resident[Int(entry.base.number)] == local,
          "an operand reads another local's register")
        if entry.base == .none {
          inMemory += 1
          demand(height - depth <= Self.aliasWindow + 1, "an operand reads a home from too deep")
        }
      }
      if depth < canonical {
        demand(entry.kind == .constant || entry.kind == .slot, "operand \(depth) is not canonical")
      }
    }
    demand(ownedNow == owned, "owned registers without owner")
    demand(inMemory == memoryAliases, "a wrong number of operands that read homes")
    for r in 0..<32 {
      demand(aliases[r] == readers[r], "a wrong number of readers of register \(r)")
      demand(aliased.contains(Register(UInt8(r))) == (readers[r] > 0), "a wrong set of readers")
    }
    demand(owned & localBusy == .empty, "an operand owns a local's register")
    demand(owned & aliased == .empty, "an operand owns a register that others read")
  }

  /// Registers with a local are those of the locals in them.
  private func checkLocals() {
    var busy = localBusy
    while !busy.isEmpty {
      let r = busy.first
      busy -= r.bit
      let local = resident[Int(r.number)]
      demand(
        local >= 0 && local < summary.localCount && places[local].register == r,
        "register \(r.number) is taken by a local that lives elsewhere")
      demand(
        places[local].isReleased == mortal.contains(r), "an interval that ends, or does not")
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
