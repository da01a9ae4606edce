/// Which locals hold the same bits as another local that is in a register, in straight-line code.
struct LocalCopies: ~Copyable {
  private static var capacity: Int { 8 }
  private let copies: UnsafeMutablePointer<UInt32>
  private let originals: UnsafeMutablePointer<UInt32>
  private var count = 0
  private var oldest = 0

  init() {
    copies = .allocate(capacity: Self.capacity)
    originals = .allocate(capacity: Self.capacity)
  }
  deinit {
    copies.deallocate()
    originals.deallocate()
  }

  @inline(__always) var isEmpty: Bool { count == 0 }

  /// Code may be reached from elsewhere.
  @inline(__always) mutating func forget() { count = 0 }

  /// `copy` has been set to the bits of `original`.
  mutating func note(_ copy: Int, of original: Int) {
    var i = count
    if count < Self.capacity {
      count += 1
    } else {
      i = oldest
      oldest = (oldest + 1) % Self.capacity
    }
    copies[i] = UInt32(truncatingIfNeeded: copy)
    originals[i] = UInt32(truncatingIfNeeded: original)
  }

  /// `local` is written.
  mutating func forget(_ local: Int) {
    var i = 0
    while i < count {
      if Int(copies[i]) == local || Int(originals[i]) == local {
        count -= 1
        copies[i] = copies[count]
        originals[i] = originals[count]
      } else {
        i += 1
      }
    }
  }

  /// The local whose bits `copy` has.
  func original(of copy: Int) -> Int? {
    for i in 0..<count where Int(copies[i]) == copy { return Int(originals[i]) }
    return nil
  }
}

extension FunctionCompiler {
  /// Before local `copy` is set to what the popped `value` holds, if that is a local in a register:
  /// its index.
  @inline(__always) func original(in value: Entry) -> Int? {
    value.kind == .local && value.base != .none && measures.contains(.copies) && folds
      ? Int(value.local) : nil
  }

  /// An operand of the given type with the bits of local `copy`, if another local in a register has
  /// them.
  @inline(__always) func entry(equalTo copy: Int, _ type: UInt8) -> Entry? {
    copies.isEmpty ? nil : entrySlowly(copy, type)
  }
  @inline(never) private func entrySlowly(_ copy: Int, _ type: UInt8) -> Entry? {
    guard let original = copies.original(of: copy), places[original].type == type else {
      return nil
    }
    // Its interval may be over.
    let r = places[original].register
    guard r != .none, localBusy.contains(r), resident[Int(r.number)] == original else { return nil }
    return Entry(
      kind: .local, type: type, base: r, local: UInt32(truncatingIfNeeded: original))
  }
}
