/// A storage in a folder of the file system.
///
/// Nothing outside of the folder is touched, whatever the name and whatever lies in the folder:
/// every part of a name is opened relative to the one before and links are not followed. A file is
/// replaced by renaming a new one over it, so that there is the old content or the new at any
/// moment, also for another process that plays the same cart. Folders get the mode 0700, files
/// 0600.
public struct FolderStorage: StorageTree {
  private let root: String
  private let folder: [String]
  private let limits: StorageLimits

  /// A storage in a folder that need not be there yet.
  ///
  /// - Parameters:
  ///   - root: Path of a folder of the user's, in which links are followed.
  ///   - folder: The folder in it, part by part; parts that are no plain names are changed so that
  ///     they are, and different ones stay different.
  ///   - limits: How much may be saved.
  public init(root: String, folder: [String] = [], limits: StorageLimits = .cart) {
    self.root = root
    self.folder = folder.map(Self.plainName)
    self.limits = limits
  }

  /// The path of the folder, to be shown.
  public var path: String { ([root] + folder).joined(separator: "/") }

  /// Bytes of a saved file, nil if there is none.
  public func size(of name: String) throws(StorageError) -> Int? {
    let name = try StorageName(name)
    guard let parent = try open(name.folder) else { return nil }
    return try parent.size(of: name.last)
  }

  /// Content of a saved file, nil if there is none.
  public func read(_ name: String) throws(StorageError) -> [UInt8]? {
    let name = try StorageName(name)
    guard let parent = try open(name.folder) else { return nil }
    return try parent.read(name.last, limit: limits.bytes)
  }

  /// Saves a file whole: after a crash at any moment there is the old content or the new.
  public func write(_ name: String, _ content: [UInt8]) throws(StorageError) {
    let name = try StorageName(name)
    let parent = try make(name.folder)
    try begin(in: parent)
    _ = try parent.size(of: name.last)
    try limits.check(content.count, beside: usage(beside: name, in: parent))
    try parent.replace(name.last, with: content)
  }

  /// Removes a file; nothing happens if there is none.
  public func remove(_ name: String) throws(StorageError) {
    let name = try StorageName(name)
    guard let parent = try open(name.folder) else { return }
    try begin(in: parent)
    guard try parent.size(of: name.last) != nil else { return }
    try parent.unlink(name.last)
    parent.sync()
  }

  /// What is in a folder, by name; nil if there is no such folder.
  ///
  /// What is neither file nor folder, or has no plain name, is left out.
  public func entries(of folder: String) throws(StorageError) -> [StorageEntry]? {
    guard let directory = try open(StorageName(folder).parts[...]) else { return nil }
    var entries: [StorageEntry] = []
    try directory.forEachEntry { bytes, kind, _ throws(StorageError) in
      guard kind != .other, let name = String(validatingCString: bytes), StorageName.isPart(name)
      else { return }
      entries.append(StorageEntry(name: name, isFolder: kind == .folder))
    }
    return entries.sorted { $0.name < $1.name }
  }

  /// Makes a folder; nothing happens if it is there.
  public func makeFolder(_ name: String) throws(StorageError) {
    let name = try StorageName(name)
    guard try open(name.parts[...]) == nil else { return }
    let parent = try make(name.folder)
    try limits.check(0, beside: usage(beside: name, in: parent))
    _ = try parent.folder(name.last, isMade: true)
  }

  /// Removes a folder with all that is in it; nothing happens if there is none.
  public func removeFolder(_ name: String) throws(StorageError) {
    let name = try StorageName(name)
    guard let parent = try open(name.folder), let folder = try parent.folder(name.last) else {
      return
    }
    try folder.removeContent()
    try parent.unlink(name.last, isFolder: true)
    parent.sync()
  }

  /// Takes the lock; whoever writes has it, so files that are still being written have no owner.
  private func begin(in parent: borrowing Directory) throws(StorageError) {
    if try parent.lock() { try parent.removeTemporaryFiles() }
  }

  /// What shares the limits with a file, without the file itself.
  private func usage(
    beside name: StorageName, in parent: borrowing Directory
  ) throws(StorageError) -> StorageUsage {
    var usage: StorageUsage
    if name.folder.isEmpty {
      usage = try parent.usage(isDeep: false)
    } else {
      guard let top = try open(name.parts[..<1]) else { return StorageUsage() }
      usage = try top.usage(isDeep: true)
    }
    if let size = try parent.size(of: name.last) {
      usage.bytes -= size
      usage.files -= 1
    }
    return usage
  }

  /// A folder of the storage; nil if it is not there.
  private func open(_ parts: ArraySlice<String>) throws(StorageError) -> Directory? {
    guard var directory = try Directory.open(root) else { return nil }
    for part in folder + parts {
      guard let next = try directory.folder(part) else { return nil }
      directory = next
    }
    return directory
  }

  /// A folder of the storage, made if it is not there.
  private func make(_ parts: ArraySlice<String>) throws(StorageError) -> Directory {
    var directory = try Directory.make(root)
    for part in folder + parts {
      guard let next = try directory.folder(part, isMade: true) else {
        throw .failed(reason: "the folder is gone")
      }
      directory = next
    }
    return directory
  }

  /// A plain name for any text: bytes other than letters, digits, `.`, `_` and `-` become `%` and
  /// two digits, and so does a dot at the beginning; a long name ends in a hash of the rest.
  static func plainName(_ text: String) -> String {
    var name = ""
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
        name.unicodeScalars.append(Unicode.Scalar(byte))
      case UInt8(ascii: ".") where !name.isEmpty: name += "."
      default: name += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
      }
    }
    if name.isEmpty { return "%" }
    guard name.utf8.count > 160 else { return name }
    // FNV-1a: two names are to differ, nothing more.
    let hash = text.utf8.reduce(0xCBF2_9CE4_8422_2325 as UInt64) {
      ($0 ^ UInt64($1)) &* 0x100_0000_01B3
    }
    return name.prefix(140) + "%" + String(hash, radix: 16)
  }
}
