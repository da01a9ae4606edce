import Foundation

/// Finds the source files that debug information names, which may come from another machine.
///
/// Looked for are, in this order: the path with the beginnings replaced that somebody asked for,
/// the path itself, and the ends of the path below the roots: what somebody asked for, the cart's
/// folder and the folder of the project that it is in. Paths come from the cart, which may be
/// hostile: only regular files that are named like source and hold text are read, at most 1 MiB.
public struct SourceFinder: Sendable, Equatable {
  /// Beginnings of paths and what stands in for them.
  public var remaps: [Remap]
  /// Folders below which the ends of a path are looked for.
  public var roots: [String]

  /// A beginning of paths and what stands in for it.
  public struct Remap: Sendable, Equatable {
    var old: String
    var new: String

    /// A beginning of paths and what stands in for it.
    public init(old: String, new: String) {
      self.old = old
      self.new = new
    }
  }

  /// A finder that knows nothing but what it is told.
  public init(remaps: [Remap] = [], roots: [String] = []) {
    self.remaps = remaps
    self.roots = roots
  }

  /// A finder for a cart's file or folder.
  ///
  /// - Parameters:
  ///   - cart: Path of the cart.
  ///   - sourceRoots: What somebody asked for, each `OLD=NEW` or a folder.
  public init(cart: String, sourceRoots: [String] = []) {
    self.init()
    for text in sourceRoots {
      let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      if parts.count == 2 {
        remaps.append(Remap(old: String(parts[0]), new: String(parts[1])))
      } else {
        roots.append(text)
      }
    }
    let url = URL(fileURLWithPath: cart).standardizedFileURL
    var isFolder: ObjCBool = false
    let exists = FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder)
    let folder = exists && isFolder.boolValue ? url : url.deletingLastPathComponent()
    roots.append(folder.path)
    if let project = Self.project(above: folder), project != folder.path { roots.append(project) }
  }

  private static let projectFiles = [
    "Cargo.toml", "Package.swift", "build.zig", "firefly.toml", "CMakeLists.txt", "Makefile",
    "go.mod", ".git",
  ]

  /// The nearest folder up to six above that a project begins in.
  private static func project(above folder: URL) -> String? {
    var folder = folder
    for _ in 0..<6 {
      let path = folder.path
      guard path != "/" else { return nil }
      if projectFiles.contains(where: { FileManager.default.fileExists(atPath: path + "/" + $0) }) {
        return path
      }
      folder = folder.deletingLastPathComponent()
    }
    return nil
  }

  /// Reads excerpts, each file once.
  public func reader() -> Reader { Reader(finder: self) }

  /// Reads excerpts, each file once.
  public struct Reader {
    private let finder: SourceFinder
    private var files: [String: (path: String, lines: [Substring])?] = [:]

    fileprivate init(finder: SourceFinder) { self.finder = finder }

    /// Lines before and after the marked one.
    private static let reach = 3
    /// Most files looked for, of which each may take several tries.
    private static let mostFiles = 64

    /// The lines around a line of a file; nil if it is not found, or has no such line.
    public mutating func excerpt(of file: String, line: Int) -> SourceExcerpt? {
      if files[file] == nil {
        guard files.count < Self.mostFiles else { return nil }
        files[file] = .some(find(file))
      }
      guard case (let path, let lines)?? = files[file], line >= 1, line <= lines.count else {
        return nil
      }
      let shown = max(1, line - Self.reach)...min(lines.count, line + Self.reach)
      return SourceExcerpt(
        path: path, firstLine: shown.lowerBound,
        lines: lines[shown.lowerBound - 1...shown.upperBound - 1].map {
          visible(String($0).replacing("\t", with: "    "), limit: 200)
        },
        markedLine: line)
    }

    private func find(_ file: String) -> (path: String, lines: [Substring])? {
      for path in finder.candidates(for: file) {
        if let text = SourceFinder.text(ofFile: path) {
          let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
          return (path, lines)
        }
      }
      return nil
    }
  }

  /// Where a file may be.
  func candidates(for file: String) -> [String] {
    guard Self.isSource(file) else { return [] }
    let file = file.replacing("\\", with: "/")
    var paths: [String] = []
    for remap in remaps where file.hasPrefix(remap.old) {
      paths.append(remap.new + file.dropFirst(remap.old.count))
    }
    if file.hasPrefix("/") { paths.append(file) }
    let parts = file.split(separator: "/").filter { $0 != "." }
    // Nothing above a root.
    let tail = parts[((parts.lastIndex { $0 == ".." } ?? -1) + 1)...].suffix(16)
    for root in roots {
      for start in tail.indices { paths.append(root + "/" + tail[start...].joined(separator: "/")) }
    }
    return paths
  }

  private static let suffixes: Set<Substring> = [
    "c", "h", "cc", "cpp", "cxx", "hpp", "hh", "hxx", "inc", "inl", "m", "rs", "swift", "zig",
    "go", "ts", "nim", "d", "odin", "v", "s", "S", "wat", "kt", "jai", "c3", "hare", "ada", "adb",
    "f90", "pas", "ml", "hs", "lua", "rb", "gs", "moon", "cr", "java", "cs", "fs", "grain", "mbt",
  ]

  private static func isSource(_ file: String) -> Bool {
    guard let dot = file.lastIndex(of: "."), file.utf8.count <= 4096 else { return false }
    return suffixes.contains(file[file.index(after: dot)...])
  }

  /// A file's text, if it is a regular file of at most 1 MiB that holds text.
  private static func text(ofFile path: String) -> String? {
    let limit = 1 << 20
    // A pipe would wait for a writer otherwise.
    let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
      status.st_size <= limit
    else { return nil }
    var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
    var filled = 0
    while filled < bytes.count {
      let count = bytes.withUnsafeMutableBytes { buffer in
        read(descriptor, buffer.baseAddress.map { $0 + filled }, buffer.count - filled)
      }
      guard count > 0 else { break }
      filled += count
    }
    let text = String(validating: bytes[..<filled], as: UTF8.self)
    return text?.utf8.contains(0) == true ? nil : text
  }
}
