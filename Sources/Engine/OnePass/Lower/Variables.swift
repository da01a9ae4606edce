/// Locals and globals.
extension FunctionCompiler {
  @inline(__always) mutating func lowerLocalGet() {
    let index = readU32(&pc)
    let place = places[Int(index)]
    if place.register == .none, let equal = entry(equalTo: Int(index), place.type) {
      return push(equal)
    }
    push(Entry(kind: .local, type: place.type, base: place.register, local: index))
  }

  @inline(__always) mutating func lowerLocalSet(isTee: Bool) {
    let index = Int(readU32(&pc))
    let value = pop()
    let place = places[index]
    if value.kind == .local && Int(value.local) == index {
      // The local keeps its value.
      if isTee { push(value) }
      return
    }
    if place.register != .none {
      clearForWrite(index)
      recordWrite(of: index)
      if value.kind == .constant && value.value == 0 && !place.register.isXMM {
        // Nothing waits in the flags: the value on top was this constant.
        asm.alu(.xor, false, place.register, place.register)
      } else {
        move(place.register, value)
      }
      if isTee {
        push(
          Entry(
            kind: .local, type: place.type, base: place.register,
            local: UInt32(truncatingIfNeeded: index)))
      }
      return
    }
    clearForWrite(index)
    if value.kind == .constant {
      if value.type == Code.v128 {
        storeConstant(home(index), value)
      } else if value.isWide && Int64(Int32(truncatingIfNeeded: value.value)) != value.value {
        // In one piece, or a load that soon follows would have to wait.
        let r = allocate(false)
        asm.mov(r, immediate: UInt64(bitPattern: value.value))
        asm.store(true, home(index), r)
      } else {
        asm.store(value.isWide, home(index), immediate: Int32(truncatingIfNeeded: value.value))
      }
      if isTee { push(value) }
      return
    }
    let r = register(value)
    store(home(index), r, place.type)
    if let original = original(in: value) { copies.note(index, of: original) }
    if isTee { push(value.isInRegister ? value : .register(place.type, r)) }
  }

  mutating func lowerGlobalGet() {
    let index = Int(readU32(&pc))
    let type = flat.globals[index].type
    let to = destination(isFloatCode(type))
    load(to.register, global(index), type)
    finish(to, type)
  }

  mutating func lowerGlobalSet() {
    let index = Int(readU32(&pc))
    let type = flat.globals[index].type
    let value = pop()
    if !layout.isImportedGlobal(index), let immediate = value.immediateBits, !value.isFloat {
      asm.store(isWideCode(type), global(index), immediate: immediate)
      return
    }
    if !layout.isImportedGlobal(index), value.kind == .constant, !value.isWide {
      asm.store(
        false, global(index), immediate: Int32(truncatingIfNeeded: value.value))
      return
    }
    let r = register(value)
    store(global(index), r, type)
  }

  /// Where the value of a global is; loads the pointer of an imported one.
  private mutating func global(_ index: Int) -> Memory {
    let place = Memory(.r14, Int32(truncatingIfNeeded: layout.global(index)))
    guard layout.isImportedGlobal(index) else { return place }
    let r = allocate(false)
    asm.load(true, r, place)
    return Memory(r)
  }
}
