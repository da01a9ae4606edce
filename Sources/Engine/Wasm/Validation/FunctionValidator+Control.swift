/// An open block; small, since hostile code may open millions.
struct ControlFrame: BitwiseCopyable {
  /// The instruction that opened the frame.
  enum Kind: UInt8 {
    case function
    case block
    case loop
    case `if`
    case `else`
  }

  /// Different from all other frames of the body.
  var id: UInt32
  /// The number of operands below the frame's own.
  var height: UInt32
  /// A type index times 256; or the code of the result's type, or `emptyType`; or the place of the
  /// result's type in `refinedResults` times 256, plus `refinedType`.
  var blockType: UInt32
  /// The control stack index of the nearest frame, this one included, that is no loop.
  var region: UInt32
  /// The number of the frame's `BlockExtent`, if it was opened in live code.
  var extent: UInt32
  var kind: Kind
  /// Whether the frame was opened in live code.
  var isEnteredLive: Bool
  /// `FunctionValidator.isPolymorphic` while an inner frame is open.
  var isPolymorphic: Bool
  /// The position of the last `br_table` whose operands were found to fit the label; 0 for none.
  var fittingTable: UInt32 = 0

  /// The block type without parameters and results.
  @inline(__always) static var emptyType: UInt32 { 0x40 }
  /// The low byte of a block type with a result whose type is more than a code.
  @inline(__always) static var refinedType: UInt32 { 1 }
  /// Whether a block type is a type index.
  @inline(__always) static func isIndex(_ blockType: UInt32) -> Bool { blockType & 0xFF == 0 }
}

/// An open loop.
struct OpenLoop: BitwiseCopyable {
  /// The position of the `loop` instruction.
  var position: UInt32
  /// The loop's number in the body, the index of its end.
  var number: UInt32
  /// One more than its number in `blocks`; 0 if it was opened in dead code.
  var block: UInt32
  /// `FunctionValidator.isCertain` where it begins.
  var isCertain: Bool
}

/// The stack of control frames (spec 7.3).
extension FunctionValidator {
  /// What a block takes from the stack.
  @inline(__always)
  func parameters(_ blockType: UInt32) -> TypeList {
    guard ControlFrame.isIndex(blockType) else { return TypeList(types: identity, count: 0) }
    return parameters(of: flat.types + Int(blockType >> 8))
  }

  /// What a block leaves on the stack.
  @inline(__always)
  func results(_ blockType: UInt32) -> TypeList {
    if blockType == ControlFrame.emptyType { return TypeList(types: identity, count: 0) }
    if ControlFrame.isIndex(blockType) { return results(of: flat.types + Int(blockType >> 8)) }
    let place =
      blockType & 0xFF == ControlFrame.refinedType
      ? refinedResults.base + Int(blockType >> 8) : identity + Int(blockType & 0x7F)
    return TypeList(types: place, count: 1)
  }

  /// What functions of a type take.
  @inline(__always)
  func parameters(of type: UnsafePointer<FlatType>) -> TypeList {
    TypeList(types: type.pointee.valueTypes, count: Int(type.pointee.parameterCount))
  }

  /// What functions of a type return.
  @inline(__always)
  func results(of type: UnsafePointer<FlatType>) -> TypeList {
    TypeList(
      types: type.pointee.valueTypes + Int(type.pointee.parameterCount),
      count: Int(type.pointee.resultCount))
  }

  /// What a branch to a frame takes along.
  @inline(__always)
  func labelTypes(_ frame: ControlFrame) -> TypeList {
    frame.kind == .loop ? parameters(frame.blockType) : results(frame.blockType)
  }

  /// The frame that a label index means.
  @inline(__always)
  mutating func frame(label: UInt32) throws(ValidationError) -> ControlFrame {
    guard Int(label) < depth else {
      throw failure(.unknown(.label, index: label, count: depth))
    }
    let index = depth - 1 - Int(label)
    let frame = control.base[index]
    // Back to a loop's head nothing is left out, and what leaves the function does not come back.
    if index > 0 && frame.kind != .loop { firstSkipped = min(firstSkipped, index) }
    return frame
  }

  /// Opens a frame, whose parameters are popped and pushed again: they get known types.
  mutating func pushFrame(
    _ kind: ControlFrame.Kind, blockType: UInt32, position: UInt32
  ) throws(ValidationError) {
    if kind != .function {
      try pop(parameters(blockType))
      control.base[depth - 1].isPolymorphic = isPolymorphic
    }
    control.ensure(depth + 1)
    frameCount += 1
    let region =
      kind == .loop ? control.base[depth - 1].region : UInt32(truncatingIfNeeded: depth)
    control.base[depth] = ControlFrame(
      id: frameCount, height: UInt32(truncatingIfNeeded: top - operands.base),
      blockType: blockType, region: region, extent: UInt32(truncatingIfNeeded: blockCount),
      kind: kind, isEnteredLive: isLive, isPolymorphic: false)
    if kind != .function && isLive { openExtent(position) }
    if kind == .if { firstSkipped = min(firstSkipped, depth) }
    depth += 1
    maximumDepth = max(maximumDepth, depth)
    isPolymorphic = false
    floor = top
    if kind == .loop {
      hasLoops = true
      openLoop(position)
    }
    if kind != .function { try push(parameters(blockType)) }
  }

  /// `else`: closes the first arm of an `if` and opens the second.
  mutating func switchArm() throws(ValidationError) {
    let frame = control.base[depth - 1]
    guard frame.kind == .if else { throw failure(.elseWithoutIf) }
    try closeArm(frame)
    frameCount += 1
    if setLocalCount > 0 { forgetSets() }
    if frame.isEnteredLive { blocks.base[Int(frame.extent)].alternative = position }
    control.base[depth - 1].id = frameCount
    control.base[depth - 1].kind = .else
    isPolymorphic = false
    isLive = frame.isEnteredLive
    try push(parameters(frame.blockType))
  }

  /// `end`: closes the innermost frame.
  mutating func popFrame() throws(ValidationError) {
    let frame = control.base[depth - 1]
    try closeArm(frame)
    if frame.kind == .if { try requireNoElse(frame.blockType) }
    if frame.kind == .loop { closeLoop() }
    if setLocalCount > 0 { forgetSets() }
    if frame.kind != .function && frame.isEnteredLive { closeExtent(frame) }
    depth -= 1
    if firstSkipped >= depth { firstSkipped = .max }
    isLive = frame.isEnteredLive
    guard depth > 0 else { return }
    let outer = control.base[depth - 1]
    floor = operands.base + Int(outer.height)
    isPolymorphic = outer.isPolymorphic
    try push(results(frame.blockType))
  }

  /// The operands of a frame that ends must be its results, no more.
  @inline(__always)
  private mutating func closeArm(_ frame: ControlFrame) throws(ValidationError) {
    try pop(results(frame.blockType))
    guard top == floor else { throw failure(.operandsLeft(count: top - floor)) }
  }

  /// An `if` without `else` passes its parameters on as results.
  private mutating func requireNoElse(_ blockType: UInt32) throws(ValidationError) {
    let parameters = parameters(blockType)
    let results = results(blockType)
    guard parameters.count == results.count else { throw failure(.elseMissing) }
    for index in 0..<parameters.count
    where !parameters.types[index].isSubtype(of: results.types[index]) {
      throw failure(.elseMissing)
    }
  }

  /// What follows an unconditional branch is dead; its operands are unknown.
  @inline(__always)
  mutating func markUnreachable() {
    top = floor
    isPolymorphic = true
    isLive = false
  }

  private mutating func openExtent(_ position: UInt32) {
    blocks.ensure(blockCount + 1)
    blocks.base[blockCount] = BlockExtent(
      start: position, alternative: 0, end: 0,
      outerLoop: openLoopCount == 0 ? 0 : openLoops.base[openLoopCount - 1].block)
    blockCount += 1
  }

  @inline(__always)
  private func closeExtent(_ frame: ControlFrame) {
    let extent = blocks.base + Int(frame.extent)
    extent.pointee.end = position
    if frame.kind != .else { extent.pointee.alternative = position }
  }

  private mutating func openLoop(_ position: UInt32) {
    openLoops.ensure(openLoopCount + 1)
    loopEnds.ensure(loopCount + 1)
    openLoops.base[openLoopCount] = OpenLoop(
      position: position, number: UInt32(truncatingIfNeeded: loopCount),
      block: isLive ? UInt32(truncatingIfNeeded: blockCount) : 0,
      isCertain: isCertain)
    openLoopCount += 1
    loopCount += 1
    updateWeight()
  }

  private mutating func closeLoop() {
    openLoopCount -= 1
    loopEnds.base[Int(openLoops.base[openLoopCount].number)] = position
    updateWeight()
  }

  @inline(__always)
  private mutating func updateWeight() {
    weight = 1 &<< UInt32(truncatingIfNeeded: 3 &* min(openLoopCount, 6))
  }
}
