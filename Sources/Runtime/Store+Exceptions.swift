import CMachine
import Engine

/// How exceptions are made, and how they find who catches them.
///
/// Two phases, as a debugger wants it: the stack is left as it is until a handler is found, so that
/// an exception that nobody catches can be told from where it was thrown. A call site's handlers are
/// found by compiling its function again, and kept.
extension Store {
  /// Lets the machine reach this store when something is thrown.
  func installExceptions() {
    handle.pointee.owner = Unmanaged.passUnretained(self).toOpaque()
    handle.pointee.make_exception = { owner, tag in
      guard let owner, let tag else { return nil }
      return Unmanaged<Store>.fromOpaque(owner)._withUnsafeGuaranteedRef { $0.makeException(tag) }
    }
    handle.pointee.find_landing = { owner, landing in
      guard let owner, let landing else { return Int32(VM_TRAP_UNCAUGHT_EXCEPTION.rawValue) }
      return Unmanaged<Store>.fromOpaque(owner)._withUnsafeGuaranteedRef { $0.find(landing) }
    }
  }

  private func makeException(
    _ tag: UnsafePointer<vm_tag>
  ) -> UnsafeMutablePointer<vm_exception>? {
    guard let results = handle.pointee.results else { return nil }
    if exceptions.isFull {
      exceptions.collect(
        exceptionRoots + [UnsafeBufferPointer(start: results, count: Int(tag.pointee.word_count))])
    }
    guard exceptions.bytes <= ExceptionHeap.byteLimit else {
      hostError.pointee = HostError(
        "the exceptions that are kept take more than \(ExceptionHeap.byteLimit) bytes")
      return nil
    }
    return exceptions.make(tag, results)
  }

  /// Where compiled code may keep exnrefs.
  private var exceptionRoots: [UnsafeBufferPointer<UInt64>] {
    var roots: [UnsafeBufferPointer<UInt64>] = []
    func add(_ start: UnsafePointer<UInt64>?, _ count: Int) {
      roots.append(UnsafeBufferPointer(start: start, count: count))
    }
    if let activation = handle.pointee.activation, let top = handle.pointee.stack_top {
      // Down to the registers that the stub has saved.
      let saved = MemoryLayout<vm_stub_frame>.offset(of: \.caller_fp) ?? 0
      let low = UInt(activation.pointee.wasm_fp) - UInt(saved)
      add(UnsafePointer(bitPattern: low), Int(UInt(bitPattern: top) - low) / 8)
    }
    for instance in instances {
      for global in instance.record.globals where global.type.value.kind == .exnref {
        add(global.cell, 1)
      }
      for table in instance.record.tables where table.element.kind == .exnref {
        add(table.handle.pointee.elements, Int(table.handle.pointee.length))
      }
    }
    return roots
  }

  // MARK: Finding a handler

  /// Finds who catches the exception in flight in the innermost activation; fills in where to go on.
  ///
  /// Returns 0, or the trap kind to leave the activation with.
  private func find(_ landing: UnsafeMutablePointer<vm_landing>) -> Int32 {
    let uncaught = Int32(VM_TRAP_UNCAUGHT_EXCEPTION.rawValue)
    guard let activation = handle.pointee.activation, let exception = handle.pointee.exception,
      let context = activation.pointee.wasm_context
    else { return uncaught }
    let stack = StackMemory(of: handle)
    var registers = RegisterFile(stubFrame: activation.pointee.wasm_fp, in: stack)
    guard
      var walk = CallerWalk(
        fromStubFrame: activation.pointee.wasm_fp, context: UInt(bitPattern: context), stack)
    else { return uncaught }
    while case .frame(let frame) = walk.next() {
      if vm_store_stop_pending(handle) != 0 { return Int32(VM_TRAP_INTERRUPTED.rawValue) }
      guard let fp = frame.fp, let site = catches(of: frame) else { return uncaught }
      if let clause = clause(in: site, of: frame, for: exception) {
        let place = Landing(site: site, clause: clause, fp: fp, registers: registers, stack: stack)
        land(exception, place, frame, landing)
        return 0
      }
      registers.restore(site.savedRegisters, from: fp, in: stack)
      registers.enterCaller()
    }
    return uncaught
  }

  /// What happens at the call that a frame stands in; nil if that cannot be known.
  private func catches(of frame: MachineFrame) -> CatchSite? {
    if let known = catchSites[frame.pc] { return known }
    guard let record = record(ofContext: frame.context),
      let site = record.compiled.catches(atReturnOffset: Int(frame.pc &- record.codeBase))
    else { return nil }
    // Sites are few unless somebody makes many to take memory.
    if catchSites.count >= 4096 { catchSites.removeAll() }
    catchSites[frame.pc] = site
    return site
  }

  /// The first clause that catches the exception.
  private func clause(
    in site: CatchSite, of frame: MachineFrame, for exception: UnsafeMutablePointer<vm_exception>
  ) -> CatchSite.Clause? {
    guard !site.clauses.isEmpty,
      let context = UnsafePointer<vm_context>(bitPattern: frame.context)
    else { return nil }
    return site.clauses.first { clause in
      guard let tag = clause.tag else { return true }
      return UnsafePointer(context.pointee.tags[tag]) == exception.pointee.tag
    }
  }

  // MARK: Landing

  /// What is known where an exception lands.
  private struct Landing {
    var site: CatchSite
    var clause: CatchSite.Clause
    var fp: UInt64
    var registers: RegisterFile
    var stack: StackMemory
  }

  /// Makes the state that the label of a clause expects, and frees the exception if nothing can refer
  /// to it any more.
  private func land(
    _ exception: UnsafeMutablePointer<vm_exception>, _ place: Landing, _ frame: MachineFrame,
    _ landing: UnsafeMutablePointer<vm_landing>
  ) {
    let (site, fp, stack) = (place.site, place.fp, place.stack)
    let target = site.targets[place.clause.target]
    landing.pointee = vm_landing()
    for number: UInt8 in 0..<32 {
      guard let word = place.registers[number] else { continue }
      landing.pointee.set(number, word, place.registers.upperHalf(of: number))
    }
    for move in target.dying {
      stack.store(place.registers[move.register] ?? 0, at: fp, Int(move.home))
      if move.type == .v128 {
        stack.store(
          place.registers.upperHalf(of: move.register) ?? 0, at: fp, Int(move.home) + 8)
      }
    }
    for move in site.reloads {
      landing.pointee.set(
        move.register, stack.word(at: fp, Int(move.home)) ?? 0,
        move.type == .v128 ? stack.word(at: fp, Int(move.home) + 8) : nil,
        isNarrow: move.type.isNarrow)
    }
    pass(exception, place.clause, target, fp, stack, landing)
    landing.pointee.set(4, fp &- UInt64(site.frameBytes), nil)
    landing.pointee.set(5, fp, nil)
    landing.pointee.set(14, UInt64(frame.context), nil)
    let base = record(ofContext: frame.context)?.codeBase ?? 0
    landing.pointee.pc = base &+ UInt64(target.offset)
    handle.pointee.exception = nil
    hostError.pointee = nil
    if place.clause.hasReference {
      exception.pointee.is_shared = max(exception.pointee.is_shared, ExceptionHeap.isReferenced)
    } else if exception.pointee.is_shared == 0 {
      exceptions.free(exception)
    }
  }

  /// Puts the values where the label looks for them.
  private func pass(
    _ exception: UnsafeMutablePointer<vm_exception>, _ clause: CatchSite.Clause,
    _ target: CatchSite.Target, _ fp: UInt64, _ stack: StackMemory,
    _ landing: UnsafeMutablePointer<vm_landing>
  ) {
    var words = UnsafePointer(ExceptionHeap.values(of: exception))
    for (i, type) in target.types.enumerated() {
      let isLast = i == target.types.count - 1
      var (low, high): (UInt64, UInt64?) = (UInt64(UInt(bitPattern: exception)), nil)
      if !(isLast && clause.hasReference) {
        low = words[0]
        if type == .v128 { high = words[1] }
        words += Value.words(of: type)
      }
      if isLast && target.hasRegister {
        landing.pointee.set(
          type.isFloatOrVector ? 16 : 0, low, high, isNarrow: type.isNarrow)
      } else {
        let slot = Int(target.slots) - i * Int(target.slotBytes)
        stack.store(type.isNarrow ? low & 0xFFFF_FFFF : low, at: fp, slot)
        if let high { stack.store(high, at: fp, slot + 8) }
      }
    }
  }
}

extension ValueType {
  /// Whether a value takes 32 bits.
  fileprivate var isNarrow: Bool { self == .i32 || self == .f32 }
}

extension vm_landing {
  /// Sets a register by its machine number, from 16 on xmm.
  fileprivate mutating func set(
    _ number: UInt8, _ word: UInt64, _ upperHalf: UInt64?, isNarrow: Bool = false
  ) {
    let low = isNarrow ? word & 0xFFFF_FFFF : word
    withUnsafeMutableBytes(of: &self) {
      if number < 16 {
        $0.storeBytes(of: low, toByteOffset: 8 * Int(number), as: UInt64.self)
      } else {
        let place = 128 + 16 * Int(number & 15)
        $0.storeBytes(of: low, toByteOffset: place, as: UInt64.self)
        $0.storeBytes(of: upperHalf ?? 0, toByteOffset: place + 8, as: UInt64.self)
      }
    }
  }
}
