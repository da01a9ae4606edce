import Foundation

/// The folder that keeps the last crashes of all carts: `CARTID/YYYYMMDDThhmmssZ-FRAME/`.
///
/// Source: product.md A2 and B1. Folders are made with mode 0700, files with 0600.
struct CrashFolder {
  /// Crashes kept of one cart.
  static let crashesPerCart = 10
  /// Bytes kept of all carts together; the newest crash stays even if it is larger.
  static let totalBytes = 1 << 30

  /// What the system refused, in its own words.
  struct Failure: Error {
    var reason: String
  }

  /// Path of the folder.
  let root: String

  /// Below `$XDG_STATE_HOME`, or `~/.local/state` where that is not set to an absolute path; nil
  /// without a home.
  static func standard(
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) -> CrashFolder? {
    BaseFolder.state.path(environment).map { CrashFolder(root: $0 + "/crashes") }
  }

  /// Makes a new folder for one crash.
  ///
  /// - Parameters:
  ///   - cartID: Anything the cart calls itself.
  ///   - frame: Number of the frame.
  ///   - date: When it happened.
  /// - Returns: Path of the folder, which is empty.
  func makeFolder(cartID: String, frame: Int, date: Date = Date()) throws(Failure) -> String {
    let cart = root + "/" + Self.folderName(cartID)
    try Self.makeFolders(cart)
    let name = cart + "/" + Self.timestamp(date) + "-\(max(0, frame))"
    for attempt in 1...100 {
      let path = attempt == 1 ? name : "\(name)-\(attempt)"
      if mkdir(path, 0o700) == 0 { return path }
      guard errno == EEXIST else { throw .system(path) }
    }
    throw Failure(reason: "\(name): too many crashes in one second")
  }

  /// Writes a file whole or not at all: to a new name beside it, synced, then renamed.
  ///
  /// - Parameters:
  ///   - path: Where the file shall be; what is there is replaced.
  ///   - write: Produces the content, in pieces, into the function it is given.
  static func writeFile(
    _ path: String,
    _ write: ((UnsafeRawBufferPointer) throws(Failure) -> Void) throws(Failure) -> Void
  ) throws(Failure) {
    // mkstemp makes a file of mode 0600 that was not there before.
    var name = Array((path + ".XXXXXX").utf8CString)
    let descriptor = mkstemp(&name)
    guard descriptor >= 0 else { throw .system(path) }
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    let temporary = name.withUnsafeBufferPointer {
      $0.baseAddress.map { String(cString: $0) } ?? ""
    }
    var file = OutputFile(descriptor: descriptor, path: path)
    do throws(Failure) {
      try write { bytes throws(Failure) in try file.write(bytes) }
      try file.finish()
      guard rename(temporary, path) == 0 else { throw Failure.system(path) }
    } catch {
      file.close()
      unlink(temporary)
      throw error
    }
    syncFolder(of: path)
  }

  /// Writes a text whole or not at all.
  static func writeText(_ text: String, to path: String) throws(Failure) {
    try writeBytes(Array(text.utf8), to: path)
  }

  /// Writes bytes whole or not at all.
  static func writeBytes(_ bytes: [UInt8], to path: String) throws(Failure) {
    try writeFile(path) { sink throws(Failure) in
      try bytes.span.withUnsafeBytes { buffer throws(Failure) in try sink(buffer) }
    }
  }

  /// Makes a rename last through a power cut, where the file system can.
  private static func syncFolder(of path: String) {
    let parent = URL(fileURLWithPath: path).deletingLastPathComponent().path
    let folder = open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard folder >= 0 else { return }
    fsync(folder)
    close(folder)
  }

  /// Removes the oldest crashes beyond what is kept; what it cannot remove it leaves.
  ///
  /// Only folders that look like ours are touched, and no link is followed.
  func rotate(keeping newest: String) {
    let files = FileManager.default
    var all: [(path: String, time: String, bytes: Int)] = []
    for cart in (try? files.contentsOfDirectory(atPath: root)) ?? [] {
      let folder = root + "/" + cart
      let names = ((try? files.contentsOfDirectory(atPath: folder)) ?? [])
        .filter(Self.isCrashName).sorted(by: Self.isOlder)
      let surplus = max(0, names.count - Self.crashesPerCart)
      for (index, name) in names.enumerated() {
        let path = folder + "/" + name
        if index < surplus, path != newest {
          try? files.removeItem(atPath: path)
        } else {
          all.append((path, name, Self.size(of: path)))
        }
      }
    }
    var total = all.reduce(0) { $0 + $1.bytes }
    for crash in all.sorted(by: { Self.isOlder($0.time, $1.time) })
    where total > Self.totalBytes && crash.path != newest {
      try? files.removeItem(atPath: crash.path)
      total -= crash.bytes
    }
  }

  /// A cart's id as the name of a folder: letters, digits, `.`, `_` and `-`, at most 64.
  static func folderName(_ cartID: String) -> String {
    let name = String(
      cartID.unicodeScalars.prefix(64).map { scalar in
        let isPlain = scalar.isASCII && (scalar.properties.isAlphabetic || ("0"..."9") ~= scalar)
        return isPlain || "._-".unicodeScalars.contains(scalar) ? Character(scalar) : "_"
      })
    if name.isEmpty { return "cart" }
    return name.hasPrefix(".") ? "_" + name.dropFirst() : name
  }

  static func timestamp(_ date: Date) -> String {
    var seconds = time_t(date.timeIntervalSince1970)
    var parts = tm()
    gmtime_r(&seconds, &parts)
    func digits(_ value: Int32, _ count: Int) -> String {
      let text = String(value)
      return String(repeating: "0", count: max(0, count - text.count)) + text
    }
    return digits(parts.tm_year + 1900, 4) + digits(parts.tm_mon + 1, 2) + digits(parts.tm_mday, 2)
      + "T" + digits(parts.tm_hour, 2) + digits(parts.tm_min, 2) + digits(parts.tm_sec, 2) + "Z"
  }

  /// Whether a name is a time stamp, `-` and a frame, perhaps with `-` and a count.
  private static func isCrashName(_ name: String) -> Bool {
    name.wholeMatch(of: #/[0-9]{8}T[0-9]{6}Z-[0-9]+(-[0-9]+)?/#) != nil
  }

  /// Order by time, then by frame and count as numbers.
  private static func isOlder(_ one: String, _ other: String) -> Bool {
    one.compare(other, options: .numeric) == .orderedAscending
  }

  private static func size(of folder: String) -> Int {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.reduce(0) { total, name in
      var status = stat()
      guard lstat(folder + "/" + name, &status) == 0 else { return total }
      return total + Int(status.st_size)
    }
  }

  /// Makes a folder and those above it that are not there, with mode 0700.
  static func makeFolders(_ path: String) throws(Failure) {
    var made = path.hasPrefix("/") ? "/" : ""
    for part in path.split(separator: "/") {
      made += part + "/"
      if mkdir(made, 0o700) != 0, errno != EEXIST, errno != EISDIR {
        var status = stat()
        guard stat(made, &status) == 0 else { throw .system(made) }
      }
    }
  }
}

/// A file that is being written.
///
/// Small pieces are gathered, because a coredump consists of many.
private struct OutputFile {
  private static let bufferSize = 256 << 10

  private var descriptor: Int32
  private let path: String
  private var buffer: [UInt8] = []

  init(descriptor: Int32, path: String) {
    self.descriptor = descriptor
    self.path = path
    buffer.reserveCapacity(Self.bufferSize)
  }

  mutating func write(_ bytes: UnsafeRawBufferPointer) throws(CrashFolder.Failure) {
    if buffer.count + bytes.count > Self.bufferSize { try flush() }
    if bytes.count < Self.bufferSize {
      buffer.append(contentsOf: bytes)
    } else {
      try writeNow(bytes)
    }
  }

  /// Everything is on the disk afterwards, and the file closed.
  mutating func finish() throws(CrashFolder.Failure) {
    try flush()
    guard fsync(descriptor) == 0 else { throw .system(path) }
    let status = Foundation.close(descriptor)
    descriptor = -1
    guard status == 0 else { throw .system(path) }
  }

  mutating func close() {
    if descriptor >= 0 { Foundation.close(descriptor) }
    descriptor = -1
  }

  private mutating func flush() throws(CrashFolder.Failure) {
    try buffer.span.withUnsafeBytes { bytes throws(CrashFolder.Failure) in try writeNow(bytes) }
    buffer.removeAll(keepingCapacity: true)
  }

  private func writeNow(_ bytes: UnsafeRawBufferPointer) throws(CrashFolder.Failure) {
    var rest = bytes
    while !rest.isEmpty {
      let count = Foundation.write(descriptor, rest.baseAddress, rest.count)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw .system(path) }
      rest = UnsafeRawBufferPointer(rebasing: rest[count...])
    }
  }
}

extension CrashFolder.Failure {
  /// What `errno` says about `path` now.
  fileprivate static func system(_ path: String) -> CrashFolder.Failure {
    let text = String(cString: strerror(errno))
    return CrashFolder.Failure(reason: "\(path): \(text.prefix(1).lowercased())\(text.dropFirst())")
  }
}
