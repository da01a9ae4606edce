import Console
import Foundation
import Testing

/// A folder for one test, removed after it.
private final class TestFolder {
  let path = FileManager.default.temporaryDirectory
    .appendingPathComponent("glowjar-storage-\(UUID().uuidString)").path

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func write(_ bytes: [UInt8], to name: String) throws {
    let url = URL(fileURLWithPath: path + "/" + name)
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: url)
  }

  func link(_ name: String, to target: String) throws {
    try FileManager.default.createDirectory(
      atPath: path, withIntermediateDirectories: true)
    try FileManager.default.createSymbolicLink(
      atPath: path + "/" + name, withDestinationPath: target)
  }

  func read(_ name: String) -> [UInt8]? {
    FileManager.default.contents(atPath: path + "/" + name).map { [UInt8]($0) }
  }

  /// All paths in the folder, but `.` and `..`.
  var content: [String] {
    FileManager.default.enumerator(atPath: path)?.compactMap { $0 as? String }.sorted() ?? []
  }

  func mode(_ name: String) throws -> Int? {
    try FileManager.default.attributesOfItem(atPath: path + "/" + name)[.posixPermissions] as? Int
  }
}

/// The two kinds of storage, which are to behave the same.
enum StorageKind: CaseIterable {
  case memory
  case folder
}

@Suite("A storage")
struct StorageTests {
  private let folder = TestFolder()

  private func storage(
    _ kind: StorageKind, limits: StorageLimits = .cart
  ) -> any StorageTree {
    switch kind {
    case .memory: MemoryStorage(limits: limits)
    case .folder: FolderStorage(root: folder.path, folder: ["data", "a"], limits: limits)
    }
  }

  @Test("keeps files whole, and gives them back", arguments: StorageKind.allCases)
  func keepsFiles(kind: StorageKind) throws {
    let storage = storage(kind)
    #expect(try storage.read("slot") == nil)
    #expect(try storage.size(of: "etc/slot") == nil)
    try storage.write("slot", [1, 2, 3])
    try storage.write("etc/slot", [4, 5])
    try storage.write("etc/empty", [])
    #expect(try storage.read("slot") == [1, 2, 3])
    #expect(try storage.size(of: "etc/slot") == 2)
    #expect(try storage.read("etc/empty") == [])
    try storage.write("slot", [9])
    #expect(try storage.read("slot") == [9])
    try storage.remove("slot")
    try storage.remove("slot")
    try storage.remove("nowhere/slot")
    #expect(try storage.read("slot") == nil)
    #expect(try storage.read("etc/slot") == [4, 5])
  }

  @Test(
    "refuses names that lead elsewhere, and changes nothing",
    arguments: StorageKind.allCases,
    [
      "", ".", "..", "../x", "/etc/passwd", "a/../b", "a//b", "a/", ".hidden", "a\0b", "etc/\0",
      "a/b/c/d/e/f/g/h/i", String(repeating: "n", count: 256),
    ])
  func refusesNames(kind: StorageKind, name: String) throws {
    let storage = storage(kind)
    #expect(throws: StorageError.badName) { try storage.write(name, [1]) }
    #expect(throws: StorageError.badName) { try storage.read(name) }
    #expect(throws: StorageError.badName) { try storage.size(of: name) }
    #expect(throws: StorageError.badName) { try storage.remove(name) }
    #expect(throws: StorageError.badName) { try storage.entries(of: name) }
    #expect(throws: StorageError.badName) { try storage.makeFolder(name) }
    #expect(throws: StorageError.badName) { try storage.removeFolder(name) }
    #expect(folder.content == [])
  }

  @Test("takes names as long as a file system can", arguments: StorageKind.allCases)
  func takesLongNames(kind: StorageKind) throws {
    let storage = storage(kind)
    let name = "etc/" + String(repeating: "n", count: 255)
    try storage.write(name, [1])
    #expect(try storage.read(name) == [1])
  }

  @Test("has limits of bytes and of files", arguments: StorageKind.allCases)
  func hasLimits(kind: StorageKind) throws {
    let storage = storage(kind, limits: StorageLimits(bytes: 100, files: 3))
    try storage.write("etc/a", [UInt8](repeating: 1, count: 60))
    try storage.write("etc/b", [UInt8](repeating: 2, count: 40))
    #expect(throws: StorageError.quotaExceeded) { try storage.write("etc/c", [3]) }
    // The old content does not count where it is replaced, and stays where it is not.
    try storage.write("etc/a", [UInt8](repeating: 4, count: 60))
    #expect(throws: StorageError.quotaExceeded) {
      try storage.write("etc/a", [UInt8](repeating: 5, count: 61))
    }
    #expect(try storage.read("etc/a") == [UInt8](repeating: 4, count: 60))
    try storage.write("etc/c", [])
    #expect(throws: StorageError.quotaExceeded) { try storage.write("etc/d", []) }
    #expect(throws: StorageError.quotaExceeded) { try storage.makeFolder("etc/e") }
    // What the console itself notes beside the cart's files has room of its own.
    try storage.write("stats", [UInt8](repeating: 6, count: 100))
    try storage.remove("etc/b")
    try storage.write("etc/d", [7])
  }

  @Test("lists folders, makes them and removes them", arguments: StorageKind.allCases)
  func hasFolders(kind: StorageKind) throws {
    let storage = storage(kind)
    #expect(try storage.entries(of: "x") == nil)
    try storage.makeFolder("x/y")
    try storage.makeFolder("x/y")
    try storage.write("x/b", [1])
    try storage.write("x/a", [1])
    try storage.write("x/y/deep/z", [2])
    #expect(
      try storage.entries(of: "x") == [
        StorageEntry(name: "a", isFolder: false), StorageEntry(name: "b", isFolder: false),
        StorageEntry(name: "y", isFolder: true),
      ])
    #expect(throws: StorageError.self) { try storage.write("x/y", [1]) }
    #expect(throws: StorageError.self) { try storage.write("x/a/b", [1]) }
    #expect(throws: StorageError.self) { try storage.remove("x/y") }
    #expect(throws: StorageError.self) { try storage.makeFolder("x/a") }
    try storage.removeFolder("x")
    try storage.removeFolder("x")
    #expect(try storage.entries(of: "x") == nil)
    #expect(try storage.read("x/y/deep/z") == nil)
  }
}

@Suite("A storage in a folder")
struct FolderStorageTests {
  private let folder = TestFolder()
  private let outside = TestFolder()
  private var storage: FolderStorage { FolderStorage(root: folder.path) }

  @Test("leaves nothing but the files, for the user alone")
  func leavesNothingElse() throws {
    for number in 0..<20 { try storage.write("etc/slot", [UInt8(number)]) }
    #expect(folder.content == ["etc", "etc/slot"])
    #expect(try folder.mode("etc") == 0o700)
    #expect(try folder.mode("etc/slot") == 0o600)
  }

  @Test("clears away what a killed process left, and nothing of anybody else's")
  func clearsLeftovers() throws {
    try folder.write([1], to: "etc/.save-1234")
    try folder.write([2], to: "etc/.other")
    try folder.write([3], to: "etc/note.txt")
    try storage.write("etc/slot", [4])
    #expect(folder.content == ["etc", "etc/.other", "etc/note.txt", "etc/slot"])
  }

  @Test("follows no link, whether to a file or to a folder")
  func followsNoLink() throws {
    try outside.write([7], to: "secret")
    try folder.link("file", to: outside.path + "/secret")
    try folder.link("dangling", to: outside.path + "/new")
    try folder.link("etc", to: outside.path)
    for name in ["file", "dangling", "etc/secret", "etc/new"] {
      #expect(throws: StorageError.self, "\(name)") { try storage.write(name, [1]) }
      #expect(throws: StorageError.self, "\(name)") { try storage.read(name) }
      #expect(throws: StorageError.self, "\(name)") { try storage.remove(name) }
    }
    #expect(throws: StorageError.self) { try storage.entries(of: "etc") }
    #expect(throws: StorageError.self) { try storage.removeFolder("etc") }
    #expect(outside.content == ["secret"])
    #expect(outside.read("secret") == [7])
  }

  @Test("removes a folder, but nothing behind the links in it")
  func removesNothingBehindLinks() throws {
    try outside.write([7], to: "secret")
    try storage.write("x/file", [1])
    try folder.link("x/link", to: outside.path)
    try storage.removeFolder("x")
    #expect(folder.content == [])
    #expect(outside.read("secret") == [7])
  }

  @Test("reads no pipe, no device and no folder in place of a file")
  func readsFilesOnly() throws {
    try folder.write([], to: "x/y")
    #expect(mkfifo(folder.path + "/pipe", 0o600) == 0)
    for name in ["pipe", "x"] {
      #expect(throws: StorageError.self) { try storage.read(name) }
      #expect(throws: StorageError.self) { try storage.write(name, [1]) }
    }
  }

  @Test("says what the system says where the folder cannot be had")
  func saysWhy() throws {
    try folder.write([1], to: "file")
    let storage = FolderStorage(root: folder.path + "/file")
    #expect(throws: StorageError.self) { try storage.write("slot", [1]) }
    #expect(throws: StorageError.self) { try storage.read("slot") }
    let nowhere = FolderStorage(root: "/proc/nowhere")
    #expect(throws: StorageError.self) { try nowhere.write("slot", [1]) }
    #expect(try nowhere.read("slot") == nil)
  }

  @Test("counts names that are no text, and does not stumble over them")
  func countsOddNames() throws {
    try storage.write("etc/a", [1])
    let odd = folder.path.utf8CString.dropLast() + "/etc/".utf8CString.dropLast() + [-1, -2, 0]
    let descriptor = Array(odd).withUnsafeBufferPointer { open($0.baseAddress!, O_CREAT, 0o600) }
    try #require(descriptor >= 0)
    close(descriptor)
    let small = FolderStorage(root: folder.path, limits: StorageLimits(bytes: 100, files: 2))
    #expect(throws: StorageError.quotaExceeded) { try small.write("etc/b", [1]) }
    #expect(try small.entries(of: "etc") == [StorageEntry(name: "a", isFolder: false)])
    try small.removeFolder("etc")
    #expect(folder.content == [])
  }

  @Test(
    "has a plain folder of its own for any cart, whatever its id",
    arguments: [
      ["data", "demo", "probe"], ["..", "..", "x"], ["", "."], ["a/b\0c"], ["Ünï", "x y"],
      [String(repeating: "long", count: 100)],
    ])
  func hasPlainFolder(parts: [String]) throws {
    let storage = FolderStorage(root: folder.path, folder: parts)
    try storage.write("slot", [1])
    #expect(storage.path.hasPrefix(folder.path + "/"))
    #expect(FileManager.default.contents(atPath: storage.path + "/slot") == Data([1]))
    #expect(folder.content.count == parts.count + 1)
  }

  @Test("keeps carts apart whose ids look alike")
  func keepsApart() throws {
    let long = String(repeating: "n", count: 300)
    let ids = ["a b", "a_b", "a%20b", "a/b", "A b", ".a", "%2ea", "", "%", long, long + "x"]
    for (number, id) in ids.enumerated() {
      try FolderStorage(root: folder.path, folder: [id]).write("slot", [UInt8(number)])
    }
    for (number, id) in ids.enumerated() {
      #expect(
        try FolderStorage(root: folder.path, folder: [id]).read("slot") == [UInt8(number)])
    }
  }

  @Test("is never seen half written, with several writers at once")
  func isNeverTorn() async throws {
    let storage = storage
    try storage.write("slot", [UInt8](repeating: 0, count: 5000))
    try await withThrowingTaskGroup(of: Void.self) { group in
      for writer in 1...3 {
        group.addTask {
          for _ in 0..<40 {
            try storage.write("slot", [UInt8](repeating: UInt8(writer), count: 5000 + writer))
          }
        }
      }
      group.addTask {
        for _ in 0..<400 {
          let content = try #require(try storage.read("slot"))
          let writer = content[0]
          #expect(content.allSatisfy { $0 == writer })
          #expect(content.count == 5000 + Int(writer))
        }
      }
      try await group.waitForAll()
    }
    #expect(folder.content == ["slot"])
  }
}
