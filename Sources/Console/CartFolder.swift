import Glibc

/// What lies in a folder that holds a cart's files.
///
/// Files are opened relative to the folder and without following links, so that nothing leads out
/// of it.
public struct CartFolder: Sendable {
  /// Bytes of one file; larger ones are refused.
  public static let largestFile = 64 << 20
  /// Bytes of all files together.
  public static let largestTotal = 128 << 20
  /// Files, folders and the rest.
  public static let mostItems = 1024

  /// The regular files.
  public let files: CartFiles
  /// Names of what else there is: folders, links and devices, and files whose name is not UTF-8.
  ///
  /// A cart sees none of it.
  public let others: [String]

  /// Reads all files of a folder.
  ///
  /// - Throws: `CartError.unreadable`, or `.bad` for more than the limits allow.
  public init(path: String) throws(CartError) {
    guard let stream = opendir(path) else {
      throw .unreadable(path: path, reason: errorText(errno))
    }
    defer { closedir(stream) }
    // The descriptor stays the stream's, so the folder itself is opened through it once more.
    let folder = FileHandle(openat(dirfd(stream), ".", O_RDONLY | O_CLOEXEC | O_DIRECTORY))
    guard folder.isOpen else { throw .unreadable(path: path, reason: errorText(errno)) }
    var (files, others): ([String: [UInt8]], [String]) = ([:], [])
    var total = 0
    while let item = readdir(stream) {
      let (name, isUTF8) = Self.name(of: item)
      if name == "." || name == ".." { continue }
      guard files.count + others.count < Self.mostItems else {
        throw .bad(reason: "a directory with more than \(Self.mostItems) items is no cart")
      }
      let file = folder.open(name)
      guard isUTF8, let size = file.size else {
        others.append(name)
        continue
      }
      guard size <= Self.largestFile else {
        throw .bad(
          reason: "\(name): \(size) bytes; more than \(Self.largestFile) are refused")
      }
      total += size
      guard total <= Self.largestTotal else {
        throw .bad(
          reason: "the files have more than \(Self.largestTotal) bytes together")
      }
      guard let content = file.read(limit: size) else {
        throw .unreadable(path: path + "/" + name, reason: errorText(errno))
      }
      files[name] = content
    }
    self.files = CartFiles(files)
    self.others = others.sorted()
  }

  /// A name, repaired where it is not UTF-8.
  private static func name(of item: UnsafeMutablePointer<dirent>) -> (String, isUTF8: Bool) {
    guard let offset = MemoryLayout<dirent>.offset(of: \.d_name) else { return ("", false) }
    let text = UnsafeRawPointer(item).advanced(by: offset).assumingMemoryBound(to: CChar.self)
    guard let name = String(validatingCString: text) else { return (String(cString: text), false) }
    return (name, true)
  }
}
