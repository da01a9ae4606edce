/// Where a branch brings one of a label's values.
struct LabelPlace: BitwiseCopyable {
  /// The register, or none: the home of `local`.
  var register: Register
  /// The local that the label's code sets to the value before it does anything else, or -1.
  var local: Int32 = -1
}

/// The values that a branch carries: in registers where that pays, else in the slots of their depth,
/// the last one of a block in rax or xmm0.
extension FunctionCompiler {
  /// More values than this travel in slots.
  static var maximumLabelPlaces: Int { 8 }

  /// rcx and xmm2 carry no value: by way of them others reach a home.
  private static var carriers: RegisterSet { RegisterSet(0x0004_0002) }

  private var placesLabelValues: Bool {
    measures.contains(.labelRegisters) && folds && !config.countsFuel && !summary.hasCatches
  }

  // MARK: Choosing places

  /// Gives the results of a block registers, if there are several and enough registers that no local
  /// uses.
  mutating func placeResults(of frame: inout OpenFrame) {
    let arity = frame.resultCount
    guard arity > 1, arity <= Self.maximumLabelPlaces, placesLabelValues else { return }
    let last: Register = isFloatCode(frame.results[arity - 1]) ? .xmm0 : .rax
    var free = usable - allocation.used - Self.carriers - last.bit
    let start = labelPlaces.count
    for i in 0..<arity {
      let register = i == arity - 1 ? last : takeFirst(of: &free, frame.results[i])
      if register == .none { return labelPlaces.truncate(to: start) }
      labelPlaces.append(LabelPlace(register: register))
    }
    frame.places = start
  }

  /// Gives each parameter of a loop the place of the local that it is set to at once, or a register
  /// that no local uses; none of them any, if one of them finds no place.
  mutating func placeParameters(of frame: inout OpenFrame) {
    let arity = frame.parameterCount
    guard arity > 0, arity <= Self.maximumLabelPlaces, placesLabelValues else { return }
    let start = labelPlaces.count
    for _ in 0..<arity { labelPlaces.append(LabelPlace(register: .none)) }
    guard placeInLocals(frame, start) else { return labelPlaces.truncate(to: start) }
    var free = usable - allocation.used - Self.carriers
    for i in 0..<arity where labelPlaces[start + i].local < 0 {
      let register = takeFirst(of: &free, frame.parameters[i])
      if register == .none { return labelPlaces.truncate(to: start) }
      labelPlaces[start + i] = LabelPlace(register: register)
    }
    frame.places = start
  }

  private func takeFirst(of free: inout RegisterSet, _ type: UInt8) -> Register {
    let candidates = free & (isFloatCode(type) ? RegisterSet.xmm : RegisterSet.general)
    if candidates.isEmpty { return .none }
    free -= candidates.first.bit
    return candidates.first
  }

  /// Looks for `local.set`s at the head of a loop, maybe inside of blocks that take the parameters
  /// over; false if two of these locals share a register.
  private func placeInLocals(_ frame: OpenFrame, _ start: Int) -> Bool {
    var p = pc
    var reach = frame.parameterCount
    while p[0] == Opcode.block {
      p += 1
      reach = min(reach, blockParameterCount(&p))
    }
    var taken = RegisterSet.empty
    var next = frame.parameterCount
    while reach > 0, p[0] == Opcode.localSet || p[0] == Opcode.localTee {
      let isTee = p[0] == Opcode.localTee
      p += 1
      let index = Int(readU32(&p))
      next -= 1
      reach -= 1
      let register = places[index].register
      if register != .none && taken.contains(register) { return false }
      if register != .none { taken |= register.bit }
      if isCarried(index, frame.extent) && !isPlaced(index, start, frame.parameterCount) {
        labelPlaces[start + next] = LabelPlace(
          register: register, local: Int32(truncatingIfNeeded: index))
      }
      if isTee { break }
    }
    return true
  }

  private func blockParameterCount(_ p: inout UnsafePointer<UInt8>) -> Int {
    let first = p[0]
    if first & 0xC0 == 0x40 {
      p += 1
      return 0
    }
    return Int(flat.types[Int(readS64(&p))].parameterCount)
  }

  /// Whether the local's place is its own from a loop's head to its end.
  private func isCarried(_ index: Int, _ extent: BlockExtent) -> Bool {
    let place = places[index]
    if place.register == .none { return place.home != 0 }
    return !place.isReleased || (place.first <= extent.start && place.last >= extent.end)
  }

  private func isPlaced(_ index: Int, _ start: Int, _ count: Int) -> Bool {
    for i in 0..<count where Int(labelPlaces[start + i].local) == index { return true }
    return false
  }

  // MARK: Moving values to their places

  /// Enters a loop whose parameters have places: moves them there; the locals among these places are
  /// set from here on.
  mutating func enterPlaces(of frame: OpenFrame) {
    prepareForPlaces(of: frame)
    for i in 0..<frame.parameterCount {
      let place = labelPlaces[frame.places + i]
      if place.local < 0 { continue }
      let r = place.register
      let local = Int(place.local)
      if r != .none && !(localBusy.contains(r) && resident[Int(r.number)] == local) {
        if mortal.contains(r) { release(r) }
        openInterval(local)
      }
      recordWrite(of: local)
    }
    moveToPlaces(of: frame)
    truncate(to: frame.height)
    for i in 0..<frame.parameterCount { push(placed(frame, i)) }
  }

  /// The operand that value `i` of a label with places is.
  func placed(_ frame: OpenFrame, _ i: Int) -> Entry {
    let place = labelPlaces[frame.places + i]
    let type = frame.labelTypes[i]
    if place.local < 0 { return .register(type, place.register) }
    return Entry(
      kind: .local, type: type, base: place.register,
      local: UInt32(truncatingIfNeeded: place.local))
  }

  /// Brings the values of a label with places where `moveToPlaces` can take them from; they stay
  /// valid.
  ///
  /// Leaves the flags alone.
  mutating func prepareForPlaces(of frame: OpenFrame) {
    let bottom = height - frame.labelArity
    var targets = RegisterSet.empty
    evict(.rcx)
    evict(.xmm2)
    held |= Self.carriers
    for i in 0..<frame.labelArity {
      let place = labelPlaces[frame.places + i]
      if place.register != .none {
        targets |= place.register.bit
        continue
      }
      // Who else reads that home must do so before it is written.
      for d in bottom..<height where d != bottom + i {
        let entry = stack[d]
        if entry.kind == .local && entry.base == .none && Int32(entry.local) == place.local {
          asm.reserve(64)
          spill(d)
        }
      }
    }
    // A sum that reads a target could not be part of an exchange.
    for d in bottom..<height {
      if stack[d].kind == .sum && !(stack[d].registers & targets).isEmpty { materialise(d) }
    }
  }

  /// Moves the top values to the label's places; the entries stay as they were.
  ///
  /// `prepareForPlaces` comes before.
  mutating func moveToPlaces(of frame: OpenFrame) {
    let bottom = height - frame.labelArity
    // Homes first, while all registers hold what they held.
    var moves = ParallelMove()
    for i in 0..<frame.labelArity {
      let entry = stack[bottom + i]
      let place = labelPlaces[frame.places + i]
      if place.register == .none {
        storeToHome(of: Int(place.local), entry)
      } else if !(entry.isInRegister && entry.base == place.register) {
        moves.append(to: place.register, entry)
      }
    }
    perform(&moves)
    asm.reserve(128)
  }

  private mutating func storeToHome(of local: Int, _ entry: Entry) {
    asm.reserve(96)
    switch entry.kind {
    case .local where Int(entry.local) == local: return
    case .constant: storeConstant(home(local), entry)
    case .register: store(home(local), entry.base, entry.type)
    case .local where entry.base != .none: store(home(local), entry.base, entry.type)
    default:
      let carrier: Register = entry.isFloat ? .xmm2 : .rcx
      move(carrier, entry)
      store(home(local), carrier, entry.type)
    }
  }

  /// The same for values that all are in the slots of their depth, `bottom` and above.
  mutating func loadPlaces(of frame: OpenFrame, from bottom: Int) {
    for i in 0..<frame.labelArity {
      asm.reserve(96)
      let place = labelPlaces[frame.places + i]
      let type = frame.labelTypes[i]
      if place.register != .none {
        load(place.register, slot(bottom + i), type)
      } else {
        storeToHome(of: Int(place.local), .slot(type, bottom + i))
      }
    }
  }

  // MARK: Slots

  /// Whether a branch to the frame must copy slots, because values lie above where they belong.
  func copiesSlots(_ frame: OpenFrame) -> Bool {
    if frame.places >= 0 { return false }
    let inSlots = frame.kind == .loop ? frame.labelArity : frame.labelArity - 1
    return inSlots > 0 && height - frame.labelArity != frame.height
  }

  /// Puts the top values where the frame's label expects them.
  ///
  /// With `keepsStack` the flags stay and the entries stay valid (for `br_if`): values are brought into slots of their
  /// own depth and the register, and `copySlots` must follow on the taken path.
  mutating func moveToLabel(_ frame: OpenFrame, keepsStack: Bool) {
    let arity = frame.labelArity
    if arity == 0 { return }
    if frame.places >= 0 {
      prepareForPlaces(of: frame)
      if !keepsStack { moveToPlaces(of: frame) }
      return
    }
    let bottom = height - arity
    if frame.kind == .loop {
      putInSlots(from: bottom, upTo: height)
    } else {
      putInSlots(from: bottom, upTo: height - 1)
      asm.reserve(96)
      let type = frame.results[arity - 1]
      let target: Register = isFloatCode(type) ? .xmm0 : .rax
      let top = stack[height - 1]
      if !(top.kind == .register && top.base == target) {
        let entry = pop()
        evict(target)
        move(target, entry)
        push(entry.type, target)
      }
    }
    if !keepsStack && copiesSlots(frame) { copySlots(frame) }
  }

  /// Copies the label's slot values down to the frame's height.
  ///
  /// Needs no free register: rcx and rdx are dead on a taken branch. Changes the flags.
  mutating func copySlots(_ frame: OpenFrame) {
    let inSlots = frame.kind == .loop ? frame.labelArity : frame.labelArity - 1
    let bottom = height - frame.labelArity
    let types = frame.labelTypes
    if inSlots >= Self.loopThreshold {
      // All words, from the highest address down: the target lies above.
      let words = inSlots << (Int(slotBytesShift) - 3)
      let wordsBelow = Int32(truncatingIfNeeded: 8 * words)
      let (from, to) = (slotOffset(bottom), slotOffset(frame.height))
      let slotBytes: Int32 = 1 &<< slotBytesShift
      copyInLoop(
        words: words,
        from: Memory(.rbp, index: .rcx, scale: 3, from + slotBytes - 8 - wordsBelow),
        to: Memory(.rbp, index: .rcx, scale: 3, to + slotBytes - 8 - wordsBelow))
      return
    }
    for i in 0..<inSlots {
      asm.reserve(64)
      let (from, to) = (slot(bottom + i), slot(frame.height + i))
      asm.load(true, .rcx, from)
      asm.store(true, to, .rcx)
      if types[i] == Code.v128 {
        asm.load(true, .rcx, Memory(from.base, from.displacement + 8))
        asm.store(true, Memory(to.base, to.displacement + 8), .rcx)
      }
    }
  }
}
