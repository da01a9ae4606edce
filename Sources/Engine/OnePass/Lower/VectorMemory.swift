/// Loads and stores of vectors and of single lanes.
extension FunctionCompiler {
  mutating func lowerVectorLoad(_ form: Encoding, size: UInt64) {
    let offset = readOffset()
    let index = settled(pop())
    let place = address(index, offset, size: size)
    let to = destination(true)
    recordTrap(index)
    loadVector(form, to.register, place)
    finish(to, Code.v128)
  }

  mutating func lowerVectorStore() {
    let offset = readOffset()
    let value = inRegister(pop())
    let index = settled(pop())
    let place = address(index, offset, size: 16, storing: value)
    recordTrap(index, value)
    storeVector(place, value.base)
  }

  /// `load8_splat` and `load16_splat`, through a general register.
  mutating func lowerLoadSplat(_ form: Encoding, size: UInt64) {
    let offset = readOffset()
    let index = settled(pop())
    let place = address(index, offset, size: size)
    let lane = allocate(false)
    recordTrap(index)
    asm.rm(form, false, lane, place)
    let result = allocate(true)
    asm.rr(.movToXMM, false, result, lane)
    if size == 1 { splatByte(result) } else { splatWord(result) }
    finishIn(result, Code.v128)
  }

  mutating func lowerLoad32Splat() {
    let offset = readOffset()
    let index = settled(pop())
    let place = address(index, offset, size: 4)
    let to = destination(true)
    recordTrap(index)
    if hasAVX {
      asm.vrm(.map38(.p66, 0x18), false, to.register, .none, place)
    } else {
      asm.rm(.scalar(0x10, false), false, to.register, place)
      convert(.shuffle32, to.register, to.register, 0)
    }
    finish(to, Code.v128)
  }

  /// Insertions of 8, 16, 32 and 64 bits.
  private func insertion(_ size: UInt8) -> Encoding {
    switch size {
    case 0: .map3A(.p66, 0x20)
    case 1: .integers(0xC4)
    default: .map3A(.p66, 0x22)
    }
  }

  /// Loads a lane of 2^size bytes.
  ///
  /// The operand stays as it is until the load has succeeded.
  mutating func lowerLoadLane(_ size: UInt8) {
    let offset = readOffset()
    let lane = pc[0]
    pc += 1
    let value = inRegister(pop())
    let index = settled(pop())
    let place = address(index, offset, size: 1 << UInt64(size), storing: value)
    let x = value.base
    let to = value.kind == .register ? x : allocate(true)
    if !hasAVX && to != x { asm.rr(.movaps, false, to, x) }
    recordTrap(index, value)
    if hasAVX {
      asm.vrm(insertion(size), size == 3, to, x, place)
    } else {
      asm.rm(insertion(size), size == 3, to, place)
    }
    asm.byte(lane)
    finishIn(to, Code.v128)
  }

  /// Stores a lane of 2^size bytes.
  mutating func lowerStoreLane(_ size: UInt8) {
    let offset = readOffset()
    let lane = pc[0]
    pc += 1
    let value = inRegister(pop())
    let index = settled(pop())
    let place = address(index, offset, size: 1 << UInt64(size), storing: value)
    let form = Encoding.map3A(.p66, size == 0 ? 0x14 : size == 1 ? 0x15 : 0x16)
    recordTrap(index, value)
    if hasAVX {
      asm.vrm(form, size == 3, value.base, .none, place)
    } else {
      asm.rm(form, size == 3, value.base, place)
    }
    asm.byte(lane)
  }
}
