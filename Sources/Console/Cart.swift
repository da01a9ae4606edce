import Glibc

/// A program for the console and the files that belong to it.
public struct Cart: Sendable {
  /// Largest wasm module that is loaded, in bytes.
  public static let largestModule = 64 << 20

  /// Name of the file or folder without its ending, to be used where a profile knows no better.
  public var id: String
  /// The wasm module, not yet looked at.
  public var wasm: [UInt8]
  /// The files of a ROM directory; none for a bare module.
  public var files: CartFiles

  /// A cart from memory.
  public init(id: String, wasm: [UInt8], files: CartFiles = CartFiles()) {
    self.id = id
    self.wasm = wasm
    self.files = files
  }

  /// Opens a bare wasm module, or a ROM directory with the module in `_bin`.
  ///
  /// - Throws: `CartError.missing`, `.unreadable`, or `.bad` for a directory without a cart and for
  ///   files that are too large.
  public static func open(path: String) throws(CartError) -> Cart {
    var status = stat()
    guard stat(path, &status) == 0 else {
      if errno == ENOENT || errno == ENOTDIR { throw .missing(path: path) }
      throw .unreadable(path: path, reason: errorText(errno))
    }
    let id = name(of: path)
    guard status.st_mode & S_IFMT == S_IFDIR else {
      let file = FileHandle(Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK))
      return Cart(id: id, wasm: try module(file, path: path))
    }
    let directory = FileHandle(Glibc.open(path, O_RDONLY | O_CLOEXEC | O_DIRECTORY))
    guard directory.isOpen else { throw .unreadable(path: path, reason: errorText(errno)) }
    let files = CartFiles(directory: directory)
    let binary = files.open("_bin")
    if !binary.isOpen, errno == ENOENT {
      throw .bad(reason: "a directory without a cart: it has no file _bin")
    }
    return Cart(id: id, wasm: try module(binary, path: path), files: files)
  }

  private static func module(_ file: FileHandle, path: String) throws(CartError) -> [UInt8] {
    guard file.isOpen else { throw .unreadable(path: path, reason: errorText(errno)) }
    guard let size = file.size else { throw .unreadable(path: path, reason: "not a file") }
    guard size <= largestModule else {
      throw .bad(
        reason: "the module has \(size) bytes; more than \(largestModule) are refused")
    }
    guard let bytes = file.read(limit: largestModule) else {
      throw .unreadable(path: path, reason: errorText(errno))
    }
    return bytes
  }

  private static func name(of path: String) -> String {
    let last = path.split(separator: "/").last.map(String.init) ?? path
    return last.hasSuffix(".wasm") ? String(last.dropLast(5)) : last
  }
}

/// The system's words for an error number, lower case as all our messages.
private func errorText(_ number: Int32) -> String {
  let text = String(cString: strerror(number))
  return text.prefix(1).lowercased() + text.dropFirst()
}
