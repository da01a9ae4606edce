import Synchronization

/// Commands from one thread to another, without a lock and of fixed size.
///
/// One thread appends; takers must keep each other away.
final class AudioCommandQueue: @unchecked Sendable {
  private let capacity: Int
  private let commands: UnsafeMutablePointer<AudioCommand>
  /// How many have been appended and taken, ever.
  private let appended = Atomic(0)
  private let taken = Atomic(0)

  init(capacity: Int) {
    self.capacity = capacity
    commands = .allocate(capacity: capacity)
  }

  deinit {
    takeAll { _ in }
    commands.deallocate()
  }

  /// Appends a command.
  ///
  /// - Returns: False if there is no room.
  func append(_ command: AudioCommand) -> Bool {
    let count = appended.load(ordering: .relaxed)
    guard count &- taken.load(ordering: .acquiring) < capacity else { return false }
    (commands + count % capacity).initialize(to: command)
    appended.store(count &+ 1, ordering: .releasing)
    return true
  }

  /// Takes out what has been appended up to now, in order.
  func takeAll(_ body: (AudioCommand) -> Void) {
    let end = appended.load(ordering: .acquiring)
    var count = taken.load(ordering: .relaxed)
    while count != end {
      body((commands + count % capacity).move())
      count &+= 1
    }
    taken.store(count, ordering: .releasing)
  }
}
