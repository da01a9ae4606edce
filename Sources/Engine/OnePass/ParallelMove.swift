/// Moves that happen at once: no source is overwritten before it has been read.
struct ParallelMove {
  /// At most four integer and eight float arguments, and an indirect callee's index.
  private static var capacity: Int { 16 }
  private var targets = InlineArray<16, Register>(repeating: .none)
  private var sources = InlineArray<16, Entry>(repeating: .constant(Code.i32, 0))
  private(set) var count = 0

  /// Adds the move of `source`'s value to `target`.
  mutating func append(to target: Register, _ source: Entry) {
    targets[count] = target
    sources[count] = source
    count += 1
  }

  subscript(index: Int) -> (target: Register, source: Entry) {
    (targets[index], sources[index])
  }

  mutating func remove(at index: Int) {
    count -= 1
    targets[index] = targets[count]
    sources[index] = sources[count]
  }

  /// Registers that moves other than `index` read.
  func registersRead(except index: Int) -> RegisterSet {
    var set = RegisterSet.empty
    for i in 0..<count where i != index { set |= sources[i].registers }
    return set
  }

  /// After the contents of `a` and `b` were exchanged: rewrites the sources that read them.
  mutating func exchanged(_ a: Register, _ b: Register) {
    for i in 0..<count {
      sources[i].base = swapped(sources[i].base, a, b)
      sources[i].index = swapped(sources[i].index, a, b)
    }
  }
  private func swapped(_ r: Register, _ a: Register, _ b: Register) -> Register {
    r == a ? b : (r == b ? a : r)
  }
}

extension FunctionCompiler {
  /// Carries out the moves; leaves every register alone that is neither a target nor a source, and
  /// the flags if told so, which makes zeros longer.
  ///
  /// Cycles are broken by exchanges.
  mutating func perform(_ moves: inout ParallelMove, keepsFlags: Bool = true) {
    while moves.count > 0 {
      asm.reserve(64)
      var done = false
      for i in 0..<moves.count {
        let (target, source) = moves[i]
        if !moves.registersRead(except: i).contains(target) {
          if !keepsFlags && !target.isXMM && source.kind == .constant && source.value == 0 {
            asm.alu(.xor, false, target, target)
          } else {
            move(target, source)
          }
          moves.remove(at: i)
          done = true
          break
        }
      }
      if done { continue }
      // Every target is still read by another move; all of them sit in registers (sums that read a
      // target are never passed in). Exchanging a target with its source completes that move.
      let (target, source) = moves[0]
      exchange(target, source.base)
      moves.remove(at: 0)
      moves.exchanged(target, source.base)
    }
  }

  private mutating func exchange(_ a: Register, _ b: Register) {
    if a.isXMM {
      // No exchange instruction for xmm: three xors.
      asm.rr(.pxor, false, a, b)
      asm.rr(.pxor, false, b, a)
      asm.rr(.pxor, false, a, b)
    } else {
      asm.rr(.xchg, true, a, b)
    }
  }
}
