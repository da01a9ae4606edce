import Console
import Synchronization
import Testing

/// Saved files in memory; every write is counted.
final class CountingStorage: Storage {
  private let files: MemoryStorage
  private let writes = Mutex(0)

  init(_ files: [String: [UInt8]] = [:]) { self.files = MemoryStorage(files) }

  var content: [String: [UInt8]] { files.files }
  var writeCount: Int { writes.withLock { $0 } }

  func size(of name: String) throws(StorageError) -> Int? { try files.size(of: name) }
  func read(_ name: String) throws(StorageError) -> [UInt8]? { try files.read(name) }
  func write(_ name: String, _ content: [UInt8]) throws(StorageError) {
    writes.withLock { $0 += 1 }
    try files.write(name, content)
  }
  func remove(_ name: String) throws(StorageError) { try files.remove(name) }
}

/// A folder that cannot be used.
private struct BrokenStorage: Storage {
  var canRead: Bool

  func size(of name: String) throws(StorageError) -> Int? { try read(name)?.count }
  func read(_ name: String) throws(StorageError) -> [UInt8]? {
    if !canRead { throw .failed(reason: "it is broken") }
    return nil
  }
  func write(_ name: String, _ content: [UInt8]) throws(StorageError) { throw .noSpace }
  func remove(_ name: String) throws(StorageError) { throw .noSpace }
}

// Rules: wasm4.md section 6.
@Suite("The disk")
struct DiskTests {
  @Test func `What a cart wrote is there when it starts again`() throws {
    let storage = CountingStorage()
    let writer = TestCart(.call("diskw", [0x2000, 3]), data: [(0x2000, [7, 8, 9])])
    let console = try writer.console(storage: storage)
    _ = console.step(InputFrame())
    #expect(storage.content == ["disk": [7, 8, 9]])
    // Shown on the screen: the bytes are read into the framebuffer, and the count after them.
    let reader = TestCart(
      .call("diskr", [0xA0, 1024]), .keep("diskr", [0x3000, 2], at: 0xA4))
    let picture = try reader.console(storage: storage)
    _ = picture.step(InputFrame())
    // 7 is 3,1; 8 is 0,2; 9 is 1,2; each from the low bits up. Then the count 2.
    #expect(letters(picture.picture, width: 20, height: 1) == "ca...b..ab......b...")
  }

  @Test func `A write replaces everything, and one of nothing removes the file`() throws {
    let storage = CountingStorage(["disk": Array(repeating: 1, count: 500)])
    _ = try TestCart(.call("diskw", [0x2000, 2])).console(storage: storage).step(InputFrame())
    #expect(storage.content == ["disk": [0, 0]])
    _ = try TestCart(.call("diskw", [0x2000, 0])).console(storage: storage).step(InputFrame())
    #expect(storage.content == [:])
  }

  @Test func `More than 1,024 bytes are neither written nor read`() throws {
    let storage = CountingStorage()
    let cart = TestCart(
      .keep("diskw", [0, 5000], at: 0x2000), .keep("diskw", [0, 5000], at: 0xA0))
    let console = try cart.console(storage: storage)
    _ = console.step(InputFrame())
    #expect(storage.content["disk"]?.count == 1024)
    #expect(letters(console.picture, width: 8, height: 1) == ".....a..")
  }

  @Test func `A cart that writes in every frame is saved once a second, and when it closes`() throws
  {
    let storage = CountingStorage()
    // The framebuffer's first byte counts the frames.
    let cart = TestCart(
      .code([0x41, 0xC0, 0, 0x41, 0xC0, 0, 0x2D, 0, 0, 0x41, 1, 0x6A, 0x3A, 0, 0]),
      .call("diskw", [0x40, 1]))
    let console = try cart.console(storage: storage)
    for _ in 0..<130 { _ = console.step(InputFrame()) }
    #expect(storage.writeCount == 3)
    #expect(storage.content["disk"] == [121])
    _ = console.close()
    #expect(storage.content["disk"] == [130])
  }

  @Test func `A crash loses nothing that was written`() throws {
    let storage = CountingStorage()
    let cart = TestCart(
      .call("diskw", [0x2000, 1]), .code([0x00]), data: [(0x2000, [42])])
    guard case .crashed = try cart.console(storage: storage).step(InputFrame()) else {
      Issue.record("the cart did not crash")
      return
    }
    #expect(storage.content == ["disk": [42]])
  }

  @Test func `Only the part that is copied must lie in memory`() throws {
    let storage = CountingStorage(["disk": [5]])
    let good = TestCart(.call("diskr", [0xFFFF, 1024]), .call("diskw", [0xFC00, 9999]))
    #expect(try running(good, storage))
    #expect(try !running(TestCart(.call("diskr", [0, -1])), storage))
    #expect(try !running(TestCart(.call("diskw", [0xFC01, 1024])), storage))
    #expect(try !running(TestCart(.call("diskw", [0, -5])), storage))
    #expect(try !running(TestCart(.call("diskr", [-1, 1024])), CountingStorage(["disk": [1, 2]])))
  }

  private func running(_ cart: TestCart, _ storage: CountingStorage) throws -> Bool {
    if case .running = try cart.console(storage: storage).step(InputFrame()) { true } else { false }
  }

  @Test func `A disk that cannot be saved is said once`() throws {
    for (canRead, line) in [(true, "diskw: the disk is full"), (false, "diskr: it is broken")] {
      let console = try TestCart(.call("diskw", [0x14, 2])).console(
        storage: BrokenStorage(canRead: canRead))
      for _ in 0..<200 { _ = console.step(InputFrame()) }
      #expect(console.log.drain().map(\.text) == [line])
    }
  }
}
