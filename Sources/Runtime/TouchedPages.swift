import CMachine

/// The parts of a buffer that may hold anything but zeros: pages that were touched since the system
/// gave them.
///
/// For anonymous memory such as linear memories. Where the system does not tell, everything counts
/// as touched.
public struct TouchedPages: Sequence, IteratorProtocol {
  /// Pages that the system is asked about at a time.
  private static let window = 8192

  private let bytes: UnsafeRawBufferPointer
  private let pageSize = Int(vm_page_size())
  /// What is known of the pages from `windowStart`, an address, on.
  private var touched: [UInt8] = []
  private var windowStart = 0
  private var isKnown = true
  /// Where the search goes on, an address.
  private var at: Int
  private let end: Int

  /// The parts of `bytes`, as ranges of its offsets, in order.
  public init(_ bytes: UnsafeRawBufferPointer) {
    self.bytes = bytes
    at = Int(bitPattern: bytes.baseAddress)
    end = at + bytes.count
  }

  /// The next run of touched pages, nil after the last; runs may be neighbours.
  public mutating func next() -> Range<Int>? {
    while at < end {
      guard ask() else {
        defer { at = end }
        return range(at..<end)
      }
      let first = (at - windowStart) / pageSize
      if let from = touched[first...].firstIndex(of: 1) {
        let to = touched[from...].firstIndex(of: 0) ?? touched.count
        at = windowStart + to * pageSize
        return range(windowStart + from * pageSize..<at)
      }
      at = windowStart + touched.count * pageSize
    }
    return nil
  }

  /// Makes the window contain `at`; false if the system does not tell.
  private mutating func ask() -> Bool {
    guard isKnown else { return false }
    if windowStart..<windowStart + touched.count * pageSize ~= at { return true }
    windowStart = at / pageSize * pageSize
    let count = Swift.min(Self.window, (end - windowStart + pageSize - 1) / pageSize)
    touched = [UInt8](unsafeUninitializedCapacity: count) { flags, initialized in
      let start = UnsafeRawPointer(bitPattern: windowStart)
      isKnown = vm_pages_touched(start, UInt64(count), flags.baseAddress) == 0
      initialized = isKnown ? count : 0
    }
    return isKnown
  }

  /// Addresses as offsets inside the buffer.
  private func range(_ addresses: Range<Int>) -> Range<Int> {
    let base = Int(bitPattern: bytes.baseAddress)
    return addresses.clamped(to: base..<end).lowerBound - base..<addresses.clamped(to: base..<end)
      .upperBound - base
  }
}
