import Glibc

/// An open folder, closed at the end of its life.
///
/// Nothing in it is reached through a link.
struct Directory: ~Copyable {
  /// What an entry of a folder is.
  enum Kind {
    case file
    case folder
    /// A link, a pipe, a device.
    case other
  }

  /// How files that are being written begin.
  private static let temporaryPrefix = ".save-"
  /// Microseconds between two tries to get the lock, and the number of tries: two seconds in all.
  private static let lockPause: UInt32 = 5000
  private static let lockTries = 400
  /// What larger files count as: sums of sizes are not to overflow.
  private static let largestSize = 1 << 40

  private let descriptor: Int32

  private init(_ descriptor: Int32) {
    self.descriptor = descriptor
  }

  deinit {
    close(descriptor)
  }

  // MARK: Folders

  /// Opens a folder by its path; nil if there is none.
  static func open(_ path: String) throws(StorageError) -> Directory? {
    let descriptor = Glibc.open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    if descriptor >= 0 { return Directory(descriptor) }
    if errno == ENOENT { return nil }
    throw .system
  }

  /// Opens a folder by its path; it and those above it are made if they are not there.
  static func make(_ path: String) throws(StorageError) -> Directory {
    if let directory = try open(path) { return directory }
    var made = path.hasPrefix("/") ? "" : "."
    for part in path.split(separator: "/") {
      made += "/" + part
      if mkdir(made, 0o700) != 0, errno != EEXIST, errno != EISDIR {
        let reason = StorageError.system
        var status = stat()
        guard stat(made, &status) == 0 else { throw reason }
      }
    }
    guard let directory = try open(path) else { throw .failed(reason: "the folder is gone") }
    return directory
  }

  /// Opens a folder of this one; nil if it is not there and not to be made.
  func folder(_ name: String, isMade: Bool = false) throws(StorageError) -> Directory? {
    let flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC
    var next = openat(descriptor, name, flags)
    if next < 0, errno == ENOENT {
      guard isMade else { return nil }
      guard mkdirat(descriptor, name, 0o700) == 0 || errno == EEXIST else { throw .system }
      sync()
      next = openat(descriptor, name, flags)
    }
    guard next >= 0 else { throw .system }
    return Directory(next)
  }

  /// Waits until no other process writes here; the lock goes with the folder's end of life.
  ///
  /// - Returns: Whether there is a lock: some file systems of networks have none.
  func lock() throws(StorageError) -> Bool {
    for _ in 0..<Self.lockTries {
      if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return true }
      guard errno == EWOULDBLOCK || errno == EINTR else { return false }
      usleep(Self.lockPause)
    }
    throw .failed(reason: "another program is saving")
  }

  /// Makes changes of names last through a power cut, where the file system can.
  func sync() {
    fsync(descriptor)
  }

  // MARK: Files

  /// Bytes of a regular file; nil if there is nothing.
  func size(of name: String) throws(StorageError) -> Int? {
    var status = stat()
    guard fstatat(descriptor, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else {
      if errno == ENOENT { return nil }
      throw .system
    }
    guard status.st_mode & S_IFMT == S_IFREG else { throw .failed(reason: "not a plain file") }
    return min(Int(status.st_size), Self.largestSize)
  }

  /// Content of a regular file; nil if there is nothing.
  func read(_ name: String, limit: Int) throws(StorageError) -> [UInt8]? {
    let file = FileHandle(
      openat(descriptor, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC))
    guard file.isOpen else {
      if errno == ENOENT { return nil }
      throw .system
    }
    guard let size = file.size else { throw .failed(reason: "not a plain file") }
    guard size <= limit else { throw .failed(reason: "larger than \(limit) bytes") }
    guard let content = file.read(limit: limit) else { throw .system }
    return content
  }

  /// Puts a file in place of another, which is there whole until then.
  func replace(_ name: String, with content: [UInt8]) throws(StorageError) {
    let temporary = Self.temporaryPrefix + String(UInt64.random(in: .min ... .max), radix: 16)
    let file = openat(
      descriptor, temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard file >= 0 else { throw .system }
    do throws(StorageError) {
      defer { close(file) }
      try Self.write(content, to: file)
      guard fsync(file) == 0 else { throw .system }
    } catch {
      unlinkat(descriptor, temporary, 0)
      throw error
    }
    guard renameat(descriptor, temporary, descriptor, name) == 0 else {
      let reason = StorageError.system
      unlinkat(descriptor, temporary, 0)
      throw reason
    }
    sync()
  }

  private static func write(_ content: [UInt8], to file: Int32) throws(StorageError) {
    try content.span.withUnsafeBytes { bytes throws(StorageError) in
      var rest = bytes
      while !rest.isEmpty {
        let count = Glibc.write(file, rest.baseAddress, rest.count)
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { throw .system }
        rest = UnsafeRawBufferPointer(rebasing: rest[count...])
      }
    }
  }

  /// Removes an entry.
  func unlink(_ name: String, isFolder: Bool = false) throws(StorageError) {
    guard unlinkat(descriptor, name, isFolder ? AT_REMOVEDIR : 0) == 0 || errno == ENOENT else {
      throw .system
    }
  }

  // MARK: All entries

  /// Goes through all entries but `.` and `..`, in the system's order.
  func forEachEntry(
    _ body: (_ name: UnsafePointer<CChar>, Kind, _ size: Int) throws(StorageError) -> Void
  ) throws(StorageError) {
    // A descriptor of its own, because the stream takes it over and moves its position.
    let own = openat(descriptor, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard own >= 0 else { throw .system }
    guard let stream = fdopendir(own) else {
      close(own)
      throw .system
    }
    defer { closedir(stream) }
    while let entry = readdir(stream) {
      try withUnsafePointer(to: &entry.pointee.d_name) { tuple throws(StorageError) in
        let name = UnsafeRawPointer(tuple).assumingMemoryBound(to: CChar.self)
        guard strcmp(name, ".") != 0, strcmp(name, "..") != 0 else { return }
        var status = stat()
        guard fstatat(descriptor, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else { return }
        let kind: Kind =
          switch status.st_mode & S_IFMT {
          case S_IFREG: .file
          case S_IFDIR: .folder
          default: .other
          }
        try body(name, kind, min(Int(status.st_size), Self.largestSize))
      }
    }
  }

  /// Removes what a process left that was killed while it saved; wants the lock.
  func removeTemporaryFiles() throws(StorageError) {
    try forEachEntry { name, kind, _ throws(StorageError) in
      guard kind == .file, strncmp(name, Self.temporaryPrefix, Self.temporaryPrefix.utf8.count) == 0
      else { return }
      unlinkat(descriptor, name, 0)
    }
  }

  /// Bytes and number of what is here; with or without folders and what is in them.
  func usage(isDeep: Bool, depth: Int = 0) throws(StorageError) -> StorageUsage {
    var usage = StorageUsage()
    try forEachEntry { bytes, kind, size throws(StorageError) in
      if kind == .folder {
        guard isDeep, depth < StorageName.deepest, let name = String(validatingCString: bytes),
          let folder = try folder(name)
        else { return }
        let inside = try folder.usage(isDeep: true, depth: depth + 1)
        usage.bytes += inside.bytes
        usage.files += inside.files
      }
      usage.bytes += kind == .file ? size : 0
      usage.files += 1
    }
    return usage
  }

  /// Removes all entries; links are removed, not followed.
  func removeContent(depth: Int = 0) throws(StorageError) {
    guard depth <= StorageName.deepest else { throw .failed(reason: "too many folders") }
    var names: [(name: [CChar], kind: Kind)] = []
    try forEachEntry { name, kind, _ throws(StorageError) in
      names.append((Array(UnsafeBufferPointer(start: name, count: strlen(name) + 1)), kind))
    }
    for (name, kind) in names {
      if kind == .folder {
        let inside = openat(descriptor, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        guard inside >= 0 else { throw .system }
        try Directory(inside).removeContent(depth: depth + 1)
      }
      guard unlinkat(descriptor, name, kind == .folder ? AT_REMOVEDIR : 0) == 0 else {
        throw .system
      }
    }
  }
}

extension StorageError {
  /// What `errno` says now.
  fileprivate static var system: StorageError {
    switch errno {
    case ENOSPC, EDQUOT, EFBIG: .noSpace
    case ELOOP: .failed(reason: "a link is in the way")
    case ENOTDIR: .failed(reason: "a file or link is in the way")
    default: .failed(reason: lowercased(String(cString: strerror(errno))))
    }
  }

  private static func lowercased(_ text: String) -> String {
    text.prefix(1).lowercased() + text.dropFirst()
  }
}
