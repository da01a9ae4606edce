import CLinux
import Console
import Firefly
import Foundation

/// The folder of installed ROMs: `AUTHOR/APP/` with the files of each.
///
/// Source: firefly.md 11.8 and product.md B1.
struct ROMLibrary {
  /// A ROM in its place.
  struct Entry: Encodable {
    /// `AUTHOR.APP`, which is where it is.
    var id: String
    var title: String
    var author: String
    var version: UInt32
    /// Bytes of all files.
    var bytes: Int
    var path: String
    /// Why it cannot be played; nil if it can.
    var problem: String?
  }

  /// Path of the folder.
  let root: String

  /// Below `$XDG_DATA_HOME`, or `~/.local/share` where that is not set to an absolute path; nil
  /// without a home.
  static func standard(
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) -> ROMLibrary? {
    dataFolder(environment: environment).map { ROMLibrary(root: $0 + "/roms") }
  }

  /// Where a ROM is or would be.
  func path(of id: ROMID) -> String { "\(root)/\(id.author)/\(id.app)" }

  /// Whether there is a folder for an id; a link counts for nothing.
  func contains(_ id: ROMID) -> Bool {
    var status = stat()
    return lstat(path(of: id), &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  /// The ids of all folders that can be ROMs, sorted.
  var ids: [ROMID] {
    folders(in: root).flatMap { author in
      folders(in: root + "/" + author).compactMap { ROMID("\(author).\($0)") }
    }
    .filter(contains)
  }

  /// Paths of the modules of all ROMs.
  func modules() -> [String] { ids.map { path(of: $0) + "/" + Cart.moduleName } }

  /// What is installed, sorted by id.
  func entries() -> [Entry] {
    ids.map { id in
      var entry = Entry(
        id: id.description, title: id.app, author: id.author, version: 0, bytes: 0,
        path: path(of: id))
      do throws(Failure) {
        let rom = try CartPlace.installed(id: id, path: entry.path).rom()
        entry.title = rom.metadata.appName
        entry.author = rom.metadata.authorName
        entry.version = rom.metadata.version
        entry.bytes = rom.files.byName.values.reduce(0) { $0 + $1.count }
        if rom.hash == .differs { entry.problem = CartPlace.wrongHash(entry.path).why }
      } catch {
        entry.problem = error.why
      }
      return entry
    }
  }

  private func folders(in path: String) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? [])
      .filter { CartMetadata.isID($0) }.sorted()
  }

  /// Puts files in the place of a ROM, whole or not at all.
  ///
  /// They are written to a folder beside it, which then takes its name in one step. What was there
  /// before is removed afterwards.
  func install(_ files: CartFiles, as id: ROMID) throws(Failure) {
    do throws(CrashFolder.Failure) {
      try CrashFolder.makeFolders(root + "/" + id.author)
    } catch {
      throw Failure(status: .cannotCreate, what: id.description, why: error.reason)
    }
    removeLeftovers()
    var template = Array((root + "/" + Self.temporaryPrefix + "XXXXXX").utf8CString)
    guard mkdtemp(&template) != nil else { throw Self.system(root) }
    let temporary = String(
      decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    defer { try? FileManager.default.removeItem(atPath: temporary) }
    for name in files.names {
      try Self.write(files.read(name) ?? [], to: temporary + "/" + name)
    }
    try Self.sync(folder: temporary)
    // mkdtemp makes a folder for its owner alone.
    chmod(temporary, 0o755)
    try Self.exchange(temporary, with: path(of: id))
    try Self.sync(folder: root + "/" + id.author)
  }

  /// Removes a ROM; its saved data stay.
  func remove(_ id: ROMID) throws(Failure) {
    guard contains(id) else { throw .missingInput(id.description, "not installed") }
    // Out of the way in one step, so that no half of it is left to be played.
    let grave = "\(root)/\(Self.temporaryPrefix)\(UUID().uuidString)"
    guard rename(path(of: id), grave) == 0 else { throw Self.system(path(of: id)) }
    try? FileManager.default.removeItem(atPath: grave)
    // Fails where the author has other carts.
    rmdir(root + "/" + id.author)
  }

  /// Names that begin so are no ids, so that nothing in the making is ever listed or played.
  private static let temporaryPrefix = ".new-"

  /// Removes what installations left that were killed an hour ago or earlier.
  private func removeLeftovers() {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []
    for name in names where name.hasPrefix(Self.temporaryPrefix) {
      var status = stat()
      let path = root + "/" + name
      guard lstat(path, &status) == 0, time(nil) - status.st_mtim.tv_sec > 3600 else { continue }
      try? FileManager.default.removeItem(atPath: path)
    }
  }

  private static func exchange(_ new: String, with place: String) throws(Failure) {
    if renameat2(AT_FDCWD, new, AT_FDCWD, place, GLOWJAR_RENAME_NOREPLACE) == 0 { return }
    if errno == EEXIST,
      renameat2(AT_FDCWD, new, AT_FDCWD, place, GLOWJAR_RENAME_EXCHANGE) == 0
    {
      return
    }
    // Some network file systems know neither; there a moment without the ROM has to do.
    guard errno == EINVAL || errno == ENOSYS else { throw system(place) }
    let old = new + ".old"
    rename(place, old)
    guard rename(new, place) == 0 else {
      let failure = system(place)
      rename(old, place)
      throw failure
    }
    try? FileManager.default.removeItem(atPath: old)
  }

  private static func write(_ content: [UInt8], to path: String) throws(Failure) {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw system(path) }
    defer { close(descriptor) }
    var rest = content[...]
    while !rest.isEmpty {
      let written = rest.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
      if written < 0, errno == EINTR { continue }
      guard written > 0 else { throw system(path) }
      rest = rest.dropFirst(written)
    }
    guard fsync(descriptor) == 0 else { throw system(path) }
  }

  private static func sync(folder path: String) throws(Failure) {
    let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw system(path) }
    // Not every file system can; then its own order has to do.
    fsync(descriptor)
    close(descriptor)
  }

  private static func system(_ path: String) -> Failure {
    let text = String(cString: strerror(errno))
    return Failure(
      status: .cannotCreate, what: path, why: text.prefix(1).lowercased() + text.dropFirst())
  }
}
