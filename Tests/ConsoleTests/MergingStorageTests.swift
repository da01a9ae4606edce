import Console
import Synchronization
import Testing

@Suite("A storage that merges saves")
struct MergingStorageTests {
  /// A clock that is set by hand.
  private final class Clock: Sendable {
    private let time = Mutex<UInt64>(5000)
    var now: UInt64 { time.withLock { $0 } }
    func advance(_ nanoseconds: UInt64) { time.withLock { $0 += nanoseconds } }
  }

  private let disk = MemoryStorage(limits: StorageLimits(bytes: 10, files: 2))
  private let clock = Clock()
  private let storage: MergingStorage

  init() {
    storage = MergingStorage(disk, interval: 1000) { [clock] in clock.now }
  }

  @Test("writes the first save at once, and the next ones together when the time has come")
  func merges() throws {
    try storage.write("etc/a", [1, 1])
    #expect(disk.files == ["etc/a": [1, 1]])
    for number: UInt8 in 2...9 {
      clock.advance(100)
      try storage.write("etc/a", [number])
      try storage.settle(isEnd: false)
      #expect(try storage.read("etc/a") == [number])
      #expect(try storage.size(of: "etc/a") == 1)
    }
    #expect(disk.files == ["etc/a": [1, 1]])
    clock.advance(200)
    try storage.settle(isEnd: false)
    #expect(disk.files == ["etc/a": [9]])
    // What was just written is a new beginning.
    try storage.write("etc/a", [10])
    #expect(disk.files == ["etc/a": [9]])
    clock.advance(1000)
    try storage.write("etc/a", [11])
    #expect(disk.files == ["etc/a": [11]])
  }

  @Test("writes everything at the end")
  func writesAtEnd() throws {
    try storage.write("etc/a", [1])
    try storage.write("etc/a", [2])
    try storage.settle(isEnd: true)
    #expect(disk.files == ["etc/a": [2]])
  }

  @Test("asks at once where a save takes more room, and keeps the old one if it is refused")
  func asksAtOnce() throws {
    try storage.write("etc/a", [1])
    try storage.write("etc/a", [2, 2])
    #expect(disk.files == ["etc/a": [2, 2]])
    #expect(throws: StorageError.quotaExceeded) {
      try storage.write("etc/a", [UInt8](repeating: 3, count: 11))
    }
    #expect(try storage.read("etc/a") == [2, 2])
  }

  @Test("forgets what waits where the file is removed")
  func forgets() throws {
    try storage.write("etc/a", [1])
    try storage.write("etc/a", [2])
    try storage.remove("etc/a")
    try storage.settle(isEnd: true)
    #expect(disk.files == [:])
    #expect(try storage.read("etc/a") == nil)
  }

  @Test("tries again later what could not be written")
  func triesAgain() throws {
    try storage.write("etc/a", [1, 1, 1])
    try storage.write("etc/a", [2, 2, 2])
    // Another process has taken the room meanwhile.
    try disk.write("etc/a", [])
    try disk.write("etc/b", [UInt8](repeating: 0, count: 10))
    clock.advance(1000)
    #expect(throws: StorageError.quotaExceeded) { try storage.settle(isEnd: false) }
    try storage.settle(isEnd: false)
    #expect(try storage.read("etc/a") == [2, 2, 2])
    try disk.remove("etc/b")
    clock.advance(1000)
    try storage.settle(isEnd: false)
    #expect(disk.files == ["etc/a": [2, 2, 2]])
  }
}
