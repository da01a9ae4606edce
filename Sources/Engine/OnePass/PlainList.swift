/// A growing array of trivial values without reference counting.
struct PlainList<Element: BitwiseCopyable>: ~Copyable {
  private var elements: UnsafeMutablePointer<Element>
  private var capacity: Int
  private(set) var count = 0

  init() {
    capacity = 64
    elements = .allocate(capacity: capacity)
  }
  deinit { elements.deallocate() }

  @inline(__always) mutating func append(_ element: Element) {
    if count == capacity { grow() }
    elements[count] = element
    count &+= 1
  }
  @inline(never) private mutating func grow() {
    let bigger = UnsafeMutablePointer<Element>.allocate(capacity: capacity * 2)
    bigger.update(from: elements, count: count)
    elements.deallocate()
    elements = bigger
    capacity *= 2
  }
  @inline(__always) mutating func removeAll() { count = 0 }
  /// Removes what lies behind the first `length` elements.
  @inline(__always) mutating func truncate(to length: Int) { count = length }
  /// The element at `index`, which must be in 0..<count.
  @inline(__always) subscript(index: Int) -> Element {
    get { elements[index] }
    nonmutating set { elements[index] = newValue }
  }
}
