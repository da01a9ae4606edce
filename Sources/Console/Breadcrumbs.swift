/// The ring of a `HostTrace` as raw memory, so that recording a call is a handful of stores.
public struct Breadcrumbs: @unchecked Sendable {
  // First the number of calls; then, from `firstSlot` on, a slot a call: the arguments, one word
  // each, and in the last word the function.
  @usableFromInline let words: UnsafeMutablePointer<UInt64>
  @usableFromInline static let slotSize = HostTrace.largestArity + 1
  @usableFromInline static let firstSlot = slotSize

  init() {
    let size = Self.firstSlot + HostTrace.depth * Self.slotSize
    words = .allocate(capacity: size)
    words.initialize(repeating: 0, count: size)
  }

  func deallocate() {
    words.deallocate()
  }

  /// Begins a call's breadcrumb, whose arguments are then noted one by one.
  @inlinable @inline(__always)
  public func begin(_ function: Int) -> Breadcrumb {
    let number = words.pointee
    words.pointee = number &+ 1
    let place = Int(truncatingIfNeeded: number & UInt64(HostTrace.depth - 1)) &* Self.slotSize
    let slot = words + (Self.firstSlot &+ place)
    slot[Self.slotSize - 1] = UInt64(truncatingIfNeeded: function)
    return Breadcrumb(next: slot)
  }

  /// Calls recorded so far.
  var count: Int { Int(truncatingIfNeeded: words.pointee) }

  /// A recorded call: the last one has age 0, and `HostTrace.depth` of them are there.
  func call(age: Int) -> (function: Int, arguments: UnsafeMutablePointer<UInt64>) {
    let place = (count - 1 - age) & (HostTrace.depth - 1)
    let slot = words + Self.firstSlot + place * Self.slotSize
    return (Int(truncatingIfNeeded: slot[Self.slotSize - 1]), slot)
  }
}

/// The breadcrumb of a call that has begun, with room for `HostTrace.largestArity` arguments.
public struct Breadcrumb {
  @usableFromInline var next: UnsafeMutablePointer<UInt64>

  @usableFromInline @inline(__always)
  init(next: UnsafeMutablePointer<UInt64>) { self.next = next }

  /// Notes the next argument, zero-extended; no more than there is room for.
  @inlinable @inline(__always)
  public mutating func note(_ argument: UInt64) {
    next.pointee = argument
    next += 1
  }
}
