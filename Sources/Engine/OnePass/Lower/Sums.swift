/// Additions and subtractions, as sums that stay unevaluated where an address or a local can take them in.
extension FunctionCompiler {
  mutating func lowerAdd(_ type: UInt8) {
    let b = pop()
    let a = pop()
    if a.kind == .constant && b.kind == .constant { return pushConstant(type, a.value &+ b.value) }
    if updatesHome(.add, a, b) || updatesHome(.add, b, a) { return }
    if isFinal(a, b) { return binary(.add, type, a, b, commutes: true) }
    if let sum = sum(a, b, type) { return pushSum(sum) }
    binary(.add, type, a, b, commutes: true)
  }

  /// Whether the sum of two registers may overwrite one of them, and nothing that follows would be
  /// added to it within an address: an addition then is shorter.
  @inline(__always) private func isFinal(_ a: Entry, _ b: Entry) -> Bool {
    guard a.isInRegister && b.isInRegister && (a.kind == .register || b.kind == .register) else {
      return false
    }
    switch pc[0] {
    case Opcode.i32Const, Opcode.i64Const, Opcode.localSet, Opcode.localTee: return false
    default: return folds
    }
  }

  mutating func lowerSub(_ type: UInt8) {
    let b = pop()
    let a = pop()
    if a.kind == .constant && b.kind == .constant { return pushConstant(type, a.value &- b.value) }
    if a.kind == .constant && a.value == 0 && folds { return negate(b, type) }
    if updatesHome(.sub, a, b) { return }
    if b.kind == .constant, let sum = sum(a, .constant(type, truncated(0 &- b.value, type)), type) {
      return pushSum(sum)
    }
    binary(.sub, type, a, b, commutes: false)
  }

  private mutating func negate(_ a: Entry, _ type: UInt8) {
    let to = destination(false, reusing: a)
    move(to.register, a)
    let start = asm.offset
    asm.xr(.group3, isWideCode(type), 3, to.register)
    noteZeroFlag(to.register, isWideCode(type), from: start)
    finish(to, type)
  }

  /// A constant's bits cut to its type.
  @inline(__always) func truncated(_ value: Int64, _ type: UInt8) -> Int64 {
    isWideCode(type) ? value : Int64(UInt32(truncatingIfNeeded: value))
  }
  @inline(__always) mutating func pushConstant(_ type: UInt8, _ value: Int64) {
    push(.constant(type, truncated(value, type)))
  }

  /// `a + b` as one address sum, if registers, scales and displacement allow.
  private func sum(_ a: Entry, _ b: Entry, _ type: UInt8) -> Entry? {
    guard let x = parts(a, type), let y = parts(b, type) else { return nil }
    let displacement = x.value &+ y.value
    let narrow = Int32(truncatingIfNeeded: displacement)
    if isWideCode(type) && Int64(narrow) != displacement { return nil }
    var result = Entry(kind: .sum, type: type, value: Int64(narrow))
    // An unscaled register may stand on either side; at most one each.
    for i in 0..<2 {
      let part = i == 0 ? x : y
      if part.base != .none {
        if result.base == .none {
          result.base = part.base
          result.owned |= part.owned & 1
        } else if result.index == .none {
          result.index = part.base
          result.owned |= (part.owned & 1) << 1
        } else {
          return nil
        }
      }
      if part.index != .none {
        if result.index == .none {
          result.index = part.index
          result.scale = part.scale
          result.owned |= part.owned & 2
        } else if result.scale == 0 && result.base == .none {
          result.base = result.index
          result.owned |= (result.owned & 2) >> 1
          result.index = part.index
          result.scale = part.scale
          result.owned = result.owned & 1 | part.owned & 2
        } else if part.scale == 0 && result.base == .none {
          result.base = part.index
          result.owned |= (part.owned & 2) >> 1
        } else {
          return nil
        }
      }
    }
    return result.base == .none && result.index == .none ? nil : result
  }

  /// An entry seen as a sum; nil if it is in memory or too large a constant.
  @inline(__always) private func parts(_ entry: Entry, _ type: UInt8) -> Entry? {
    switch entry.kind {
    case .constant:
      guard let value = entry.immediate else { return nil }
      return Entry(kind: .sum, type: type, value: Int64(value))
    case .register: return Entry(kind: .sum, type: type, base: entry.base, owned: 1)
    case .local:
      return entry.base == .none ? nil : Entry(kind: .sum, type: type, base: entry.base)
    case .sum: return entry
    case .slot, .flags: return nil
    }
  }

  /// Pushes a sum unevaluated, or computes it into the local that is written next.
  private mutating func pushSum(_ sum: Entry) {
    if let destination = localDestination() {
      let r = destination.register
      let start = asm.offset
      if sum.index == .none && sum.base == r {
        asm.alu(.add, sum.isWide, r, immediate: Int32(truncatingIfNeeded: sum.value))
        noteZeroFlag(r, sum.isWide, from: start)
      } else if sum.value == 0 && sum.scale == 0 && sum.index != .none && sum.base == r {
        asm.alu(.add, sum.isWide, r, sum.index)
        noteZeroFlag(r, sum.isWide, from: start)
      } else if sum.value == 0 && sum.scale == 0 && sum.base != .none && sum.index == r {
        asm.alu(.add, sum.isWide, r, sum.base)
        noteZeroFlag(r, sum.isWide, from: start)
      } else {
        move(r, sum)
      }
      finish(destination, sum.type)
      return
    }
    if sum.index == .none && sum.value == 0 && sum.owned & 1 != 0 {
      return push(sum.type, sum.base)
    }
    push(sum)
  }
}
