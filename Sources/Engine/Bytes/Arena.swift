/// A block of plain values that grows and is reused; its owner keeps the count.
///
/// No bounds checks: for the walks, which ensure capacity themselves.
struct Arena<Element: BitwiseCopyable>: ~Copyable {
  /// The first element; moves when the arena grows.
  private(set) var base: UnsafeMutablePointer<Element>
  /// The number of elements there is room for.
  private(set) var capacity: Int

  /// Creates an arena whose elements are all zero bytes.
  init(capacity: Int) {
    self.capacity = max(capacity, 1)
    base = .allocate(capacity: self.capacity)
    Self.clear(base, self.capacity)
  }

  deinit { base.deallocate() }

  /// Makes room for `count` elements, at least doubling when it grows; new room is zero bytes.
  @inline(__always)
  mutating func ensure(_ count: Int) {
    if count > capacity { grow(count) }
  }

  @inline(never)
  private mutating func grow(_ count: Int) {
    let larger = max(count, 2 * capacity)
    let new = UnsafeMutablePointer<Element>.allocate(capacity: larger)
    new.initialize(from: base, count: capacity)
    Self.clear(new + capacity, larger - capacity)
    base.deallocate()
    base = new
    capacity = larger
  }

  private static func clear(_ start: UnsafeMutablePointer<Element>, _ count: Int) {
    UnsafeMutableRawPointer(start).initializeMemory(
      as: UInt8.self, repeating: 0, count: count * MemoryLayout<Element>.stride)
  }
}
