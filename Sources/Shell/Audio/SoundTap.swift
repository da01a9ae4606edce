import Synchronization

/// Samples on their way from the thread that plays them to one that keeps them, of fixed size.
///
/// One thread appends, which never waits; one takes.
final class SoundTap: @unchecked Sendable {
  private let capacity: Int
  private let values: UnsafeMutablePointer<Int16>
  /// How many have been appended and taken, ever.
  private let appended = Atomic(0)
  private let taken = Atomic(0)
  private let lost = Atomic(0)

  /// A tap that holds this many values while nobody takes them.
  init(capacity: Int) {
    self.capacity = max(1, capacity)
    values = .allocate(capacity: self.capacity)
    values.initialize(repeating: 0, count: self.capacity)
  }

  deinit {
    values.deallocate()
  }

  /// Values for which there was no room.
  var lostCount: Int { lost.load(ordering: .relaxed) }

  /// Appends all of the samples, or none.
  func append(_ samples: UnsafeBufferPointer<Int16>) {
    let start = appended.load(ordering: .relaxed)
    guard samples.count <= capacity - (start - taken.load(ordering: .acquiring)) else {
      lost.add(samples.count, ordering: .relaxed)
      return
    }
    for (index, sample) in samples.enumerated() { values[(start + index) % capacity] = sample }
    appended.store(start + samples.count, ordering: .releasing)
  }

  /// Takes out all that has been appended, in one or two pieces.
  func drain(_ body: (UnsafeBufferPointer<Int16>) -> Void) {
    let end = appended.load(ordering: .acquiring)
    var start = taken.load(ordering: .relaxed)
    while start != end {
      let count = min(end - start, capacity - start % capacity)
      body(UnsafeBufferPointer(start: values + start % capacity, count: count))
      start += count
      taken.store(start, ordering: .releasing)
    }
  }
}
