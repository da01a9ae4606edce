import Console
import Testing

@testable import Firefly

@Suite("A cart's files")
struct FileCallTests {
  private let storage = MemoryStorage()

  private func bench(_ files: [String: [UInt8]] = [:]) throws -> HostBench {
    let bench = try HostBench(files: files, storage: storage)
    bench.write(Array("slot".utf8), at: 10)
    bench.write(Array("moth".utf8), at: 20)
    return bench
  }

  @Test("are saved, read and removed")
  func areSaved() throws {
    let bench = try bench()
    bench.write([5, 6, 7], at: 100)
    #expect(try bench.call("fs.dump_file", 10, 4, 100, 3) == 3)
    #expect(storage.files == ["etc/slot": [5, 6, 7]])
    #expect(try bench.call("fs.get_file_size", 10, 4) == 3)
    #expect(try bench.call("fs.load_file", 10, 4, 200, 3) == 3)
    #expect(bench.read(200, 4) == [5, 6, 7, 0])
    #expect(try bench.call("fs.load_file", 10, 4, 300, 2) == 2)
    #expect(bench.log == [])
    #expect(try bench.call("fs.load_file", 10, 4, 300, 5) == 3)
    #expect(bench.log == ["fs.load_file: buffer size for file does not match file size"])
    try bench.call("fs.remove_file", 10, 4)
    try bench.call("fs.remove_file", 10, 4)
    #expect(bench.log == [])
    #expect(storage.files == [:])
    #expect(try bench.call("fs.get_file_size", 10, 4) == 0)
    #expect(bench.log == [])
  }

  @Test("of the ROM come first and cannot be changed")
  func romComesFirst() throws {
    try storage.write("etc/moth", [9, 9, 9])
    let bench = try bench(["moth": [1, 2]])
    #expect(try bench.call("fs.get_file_size", 20, 4) == 2)
    #expect(try bench.call("fs.load_file", 20, 4, 100, 2) == 2)
    #expect(bench.read(100, 2) == [1, 2])
    #expect(try bench.call("fs.dump_file", 20, 4, 100, 1) == 0)
    try bench.call("fs.remove_file", 20, 4)
    #expect(
      bench.log == [
        "fs.dump_file: files in the app ROM cannot be modified",
        "fs.remove_file: files in the app ROM cannot be modified",
      ])
    #expect(storage.files == ["etc/moth": [9, 9, 9]])
  }

  @Test("are made empty where the buffer is bad, as officially, but what is there stays")
  func badBuffer() throws {
    let bench = try bench()
    #expect(try bench.call("fs.dump_file", 10, 4, 65_530, 10) == 0)
    #expect(bench.log == ["fs.dump_file: buffer points out of memory"])
    #expect(storage.files == ["etc/slot": []])
    try storage.write("etc/slot", [1, 2])
    #expect(try bench.call("fs.dump_file", 10, 4, 0xFFFF_FFFF, 0xFFFF_FFFF) == 0)
    #expect(storage.files == ["etc/slot": [1, 2]])
  }

  @Test(
    "are not saved under names that are none",
    arguments: [
      ("", "must not be empty"), (".", "must not start or end with dot"),
      ("..", "must not start or end with dot"), ("../x", "must not start or end with dot"),
      ("a/b", "must not contain /"), ("a\0b", "must not contain \\u{0}"),
    ])
  func refuseNames(name: String, reason: String) throws {
    let bench = try bench()
    bench.write(Array(name.utf8), at: 50)
    #expect(try bench.call("fs.dump_file", 50, name.utf8.count, 100, 3) == 0)
    try bench.call("fs.remove_file", 50, name.utf8.count)
    #expect(
      bench.log == [
        "fs.dump_file: bad file name: \(reason)", "fs.remove_file: bad file name: \(reason)",
      ])
    #expect(storage.files == [:])
  }

  @Test("are not saved under names that are no UTF-8")
  func refuseBytes() throws {
    let bench = try bench()
    bench.write([0x61, 0xFF], at: 50)
    #expect(try bench.call("fs.dump_file", 50, 2, 100, 3) == 0)
    #expect(bench.log == ["fs.dump_file: file name is not valid UTF-8"])
  }

  @Test("have a limit: a refused one is told to the cart, and to the player once")
  func haveLimit() throws {
    let small = MemoryStorage(limits: StorageLimits(bytes: 10, files: 2))
    let bench = try HostBench(storage: small)
    bench.write(Array("slot".utf8), at: 10)
    #expect(try bench.call("fs.dump_file", 10, 4, 100, 10) == 10)
    for _ in 0..<3 { #expect(try bench.call("fs.dump_file", 10, 4, 100, 11) == 0) }
    let lines = bench.state.services.log.drain()
    #expect(
      lines.filter { $0.level == .error }.map(\.text)
        == Array(repeating: "fs.dump_file: cannot write file", count: 3))
    #expect(
      lines.filter { $0.level == .warning }.map(\.text)
        == ["Not saved: the room for saved files is used up"])
    #expect(small.files["etc/slot"]?.count == 10)
  }

  @Test("that cannot be read say why")
  func tellWhy() throws {
    let bench = try HostBench(storage: BrokenStorage())
    bench.write(Array("slot".utf8), at: 10)
    #expect(try bench.call("fs.load_file", 10, 4, 100, 3) == 0)
    #expect(try bench.call("fs.get_file_size", 10, 4) == 0)
    #expect(try bench.call("fs.dump_file", 10, 4, 100, 3) == 0)
    #expect(
      bench.log.filter { $0.hasPrefix("fs.") } == [
        "fs.load_file: cannot read file: permission denied",
        "fs.get_file_size: permission denied", "fs.dump_file: permission denied",
      ])
  }
}

/// A storage in which nothing can be done.
struct BrokenStorage: Storage {
  func size(of name: String) throws(StorageError) -> Int? {
    throw .failed(reason: "permission denied")
  }
  func read(_ name: String) throws(StorageError) -> [UInt8]? {
    throw .failed(reason: "permission denied")
  }
  func write(_ name: String, _ content: [UInt8]) throws(StorageError) {
    throw .failed(reason: "permission denied")
  }
  func remove(_ name: String) throws(StorageError) { throw .failed(reason: "permission denied") }
}
