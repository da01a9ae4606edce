/// A jump forward with a field of one byte.
struct ShortJump: BitwiseCopyable {
  /// The rel8 field.
  var field: Int
  /// The next one that waits for the same label: one more than its number; 0 = none.
  var next: Int
}

/// Jumps forward to labels that are not far away in the body, so most likely not in the code either.
///
/// A function in which one of them does not reach its label is compiled once more, with long jumps
/// alone.
extension FunctionCompiler {
  /// Of 22,306 jumps forward over at most 32 bytes of wasm in 5,000 functions of yosys, none is longer
  /// than 127 bytes of code; of 39,410 over at most 80, 130 are, for which too much is compiled again.
  static var likelyReach: UInt32 { 32 }

  /// Whether the label at a later position most likely is within reach of a short jump.
  @inline(__always) private func isNear(_ label: UInt32) -> Bool {
    // The function's own label has no position, so that it is far away.
    label &- position < shortReach
  }

  /// The length of a conditional jump to the label at a later position, most likely.
  @inline(__always) func jumpLength(toLabelAt label: UInt32) -> Int { isNear(label) ? 2 : 6 }

  /// Jumps to the label at position `label`, for which `waiting` is, if the condition holds; always
  /// if it is nil.
  mutating func jump(_ condition: Condition?, to waiting: inout Waiting, at label: UInt32) {
    if isNear(label) {
      shortJumps.append(ShortJump(field: asm.shortJump(condition), next: waiting.shortJumps))
      waiting.shortJumps = shortJumps.count
    } else if let condition {
      waiting.chain = jump(if: condition, chain: waiting.chain)
    } else {
      waiting.chain = jump(chain: waiting.chain)
    }
  }

  /// Lets the short jumps of a chain land here.
  mutating func bind(shortJumps chain: Int) {
    var next = chain
    while next != 0 {
      let jump = shortJumps[next - 1]
      if asm.offset - jump.field > 128 { isOutOfReach = true }
      asm.bindShort(jump.field)
      next = jump.next
    }
  }
}
