import Engine
import Glibc

/// A program for the console and the files that belong to it.
public struct Cart: Sendable {
  /// Largest wasm module that is loaded, in bytes.
  public static let largestModule = 64 << 20
  /// The file of a ROM that holds the module.
  public static let moduleName = "_bin"

  /// Name of the file or folder without its ending, to be used where a profile knows no better.
  public var id: String
  /// The wasm module, not yet looked at.
  public var wasm: [UInt8]
  /// The files of a ROM; none for a bare module.
  public var files: CartFiles
  /// The module where it has been compiled while it arrived.
  public var compiled: CompiledModule?

  /// A cart from memory.
  public init(id: String, wasm: [UInt8], files: CartFiles = CartFiles()) {
    self.id = id
    self.wasm = wasm
    self.files = files
  }

  /// A cart whose files are known, with the module in `_bin`.
  ///
  /// - Throws: `CartError.bad` if there is no module.
  public init(id: String, files: CartFiles) throws(CartError) {
    guard let wasm = files.read(Self.moduleName) else {
      throw .bad(reason: "a ROM without a cart: it has no file \(Self.moduleName)")
    }
    self.init(id: id, wasm: wasm, files: files)
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
    if status.st_mode & S_IFMT == S_IFDIR {
      return try Cart(id: name(of: path), files: CartFolder(path: path).files)
    }
    return Cart(id: name(of: path), wasm: try readFile(path, limit: largestModule))
  }

  /// The whole content of a regular file.
  ///
  /// - Throws: `CartError.unreadable`, or `.bad` if it has more than `limit` bytes.
  public static func readFile(_ path: String, limit: Int) throws(CartError) -> [UInt8] {
    let file = FileHandle(Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY))
    guard file.isOpen else { throw .unreadable(path: path, reason: errorText(errno)) }
    guard let size = file.size else { throw .unreadable(path: path, reason: "not a file") }
    guard size <= limit else {
      throw .bad(reason: "the file has \(size) bytes; more than \(limit) are refused")
    }
    guard let bytes = file.read(limit: limit) else {
      throw .unreadable(path: path, reason: errorText(errno))
    }
    return bytes
  }

  /// The last part of a path without its ending, if that is a cart's.
  public static func name(of path: String) -> String {
    let last = path.split(separator: "/").last.map(String.init) ?? path
    for ending in [".wasm", ".zip"] where last.hasSuffix(ending) && last.count > ending.count {
      return String(last.dropLast(ending.count))
    }
    return last
  }
}

/// The system's words for an error number, lower case as all our messages.
func errorText(_ number: Int32) -> String {
  let text = String(cString: strerror(number))
  return text.prefix(1).lowercased() + text.dropFirst()
}
