/// Where the saved files of one cart are; the console itself opens none.
///
/// A name is one part, or a few joined by `/` for files in folders, which are made when they are
/// needed. Names have passed the profile's rules; an implementation still refuses whatever would
/// lead out of its folder. Used on the cart's thread only.
public protocol Storage: Sendable {
  /// Bytes of a saved file, nil if there is none.
  ///
  /// - Throws: `StorageError` where there is something that cannot be read.
  func size(of name: String) throws(StorageError) -> Int?
  /// Content of a saved file, nil if there is none.
  ///
  /// - Throws: `StorageError` where there is something that cannot be read: it is not to be written
  ///   over.
  func read(_ name: String) throws(StorageError) -> [UInt8]?
  /// Saves a file whole: after a crash at any moment there is the old content or the new.
  ///
  /// - Throws: `StorageError`, and the old content stays.
  func write(_ name: String, _ content: [UInt8]) throws(StorageError)
  /// Removes a file; nothing happens if there is none.
  func remove(_ name: String) throws(StorageError)
  /// Called after each frame and when the cart has ended: what may have waited is written now.
  func settle(isEnd: Bool) throws(StorageError)
}

extension Storage {
  /// Nothing has waited.
  public func settle(isEnd: Bool) throws(StorageError) {}
}

/// A storage whose files can be looked at from outside, while a cart plays and after.
public protocol WatchedStorage: Storage {
  /// Content by name.
  var files: [String: [UInt8]] { get }
}

/// A storage whose folders can be looked into: for carts that look after the console's own files.
public protocol StorageTree: Storage {
  /// What is in a folder, by name; nil if there is no such folder.
  func entries(of folder: String) throws(StorageError) -> [StorageEntry]?
  /// Makes a folder; nothing happens if it is there.
  func makeFolder(_ name: String) throws(StorageError)
  /// Removes a folder with all that is in it; nothing happens if there is none.
  func removeFolder(_ name: String) throws(StorageError)
}

/// A file or folder of a storage.
public struct StorageEntry: Sendable, Equatable {
  /// Its name in its folder.
  public var name: String
  /// Whether it is a folder.
  public var isFolder: Bool

  /// An entry of these parts.
  public init(name: String, isFolder: Bool) {
    self.name = name
    self.isFolder = isFolder
  }
}

/// Why something was not saved or read.
public enum StorageError: Error, Equatable, Sendable {
  /// The name cannot be that of a saved file.
  case badName
  /// As much is saved as may be.
  case quotaExceeded
  /// The disk is full.
  case noSpace
  /// The system refused.
  case failed(reason: String)

  /// What is wrong: lower case, no full stop.
  public var why: String {
    switch self {
    case .badName: "this is no name of a saved file"
    case .quotaExceeded: "the room for saved files is used up"
    case .noSpace: "the disk is full"
    case .failed(let reason): reason
    }
  }
}

/// How much may be saved.
///
/// The limits hold for all that lies in a folder of the first level, folders in it included, and
/// for the files beside those folders.
public struct StorageLimits: Sendable, Equatable {
  /// Bytes of all files; also of the largest file that is read.
  public var bytes: Int
  /// Files and folders.
  public var files: Int

  /// Limits of these numbers.
  public init(bytes: Int, files: Int) {
    self.bytes = bytes
    self.files = files
  }

  /// What one cart may save: 16 MiB in 256 files.
  public static let cart = StorageLimits(bytes: 16 << 20, files: 256)
  /// What the folders of a whole console may hold for a privileged cart still to write: 1 GiB in
  /// 65,536 files.
  public static let console = StorageLimits(bytes: 1 << 30, files: 65_536)

  /// Checks that a file may have `size` bytes beside what is there.
  func check(_ size: Int, beside used: StorageUsage) throws(StorageError) {
    guard used.files < files, size <= bytes, used.bytes <= bytes - size else {
      throw .quotaExceeded
    }
  }
}

/// How much is saved.
struct StorageUsage: Equatable {
  var bytes = 0
  var files = 0
}
