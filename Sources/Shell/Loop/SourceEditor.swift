import Glibc

/// The program that opens a source file: `$VISUAL`, or what the desktop has for it.
///
/// No shell takes part: the words of `$VISUAL` and the path are arguments. Only an existing regular
/// file with the name of a source file is opened, because the path comes from the cart.
public struct SourceEditor: Sendable {
  /// The program and its first arguments; empty for the desktop's choice.
  private let command: [String]

  /// The editor of `$VISUAL`; words are separated by blanks.
  public init(visual: String?) {
    command = (visual ?? "").split(separator: " ").map(String.init)
  }

  /// How an editor is told the line.
  private enum LineStyle {
    /// `+LINE FILE`
    case plus
    /// `FILE:LINE`
    case suffix
    /// `--goto FILE:LINE`
    case goto
    /// `--line LINE FILE`
    case line
  }

  // swift-format-ignore
  private static let lineStyles: [String: LineStyle] = [
    "vi": .plus, "vim": .plus, "gvim": .plus, "nvim": .plus, "nvim-qt": .plus, "nano": .plus,
    "emacs": .plus, "emacsclient": .plus, "gedit": .plus, "gnome-text-editor": .plus,
    "joe": .plus, "micro": .plus, "mousepad": .plus, "xed": .plus, "pluma": .plus, "kak": .plus,
    "subl": .suffix, "zed": .suffix, "hx": .suffix, "helix": .suffix,
    "code": .goto, "codium": .goto, "code-insiders": .goto,
    "kate": .line, "kwrite": .line, "geany": .line,
  ]

  private static let extensions: Set<String> = [
    "adb", "ads", "as", "asm", "c", "cc", "cpp", "cs", "cxx", "d", "f90", "go", "grain", "h", "hh",
    "hpp", "hs", "hxx", "inc", "ipp", "java", "kt", "m", "ml", "mm", "mbt", "nim", "odin", "pas",
    "roc", "rs", "s", "scala", "swift", "ts", "v", "wat", "zig",
  ]

  /// The words of the process that would open a file at a line.
  public func arguments(path: String, line: Int) -> [String] {
    guard let program = command.first else { return ["xdg-open", path] }
    let name = program.split(separator: "/").last.map(String.init) ?? program
    switch Self.lineStyles[name] {
    case .plus: return command + ["+\(line)", path]
    case .suffix: return command + ["\(path):\(line)"]
    case .goto: return command + ["--goto", "\(path):\(line)"]
    case .line: return command + ["--line", "\(line)", path]
    case nil: return command + [path]
    }
  }

  /// Why a file is not to be opened; nil if it may.
  ///
  /// - Parameter path: An absolute path without links.
  public static func refusal(of path: String) -> String? {
    var status = stat()
    guard stat(path, &status) == 0 else { return String(cString: strerror(errno)) }
    guard status.st_mode & S_IFMT == S_IFREG else { return "it is not a regular file" }
    let name = path.split(separator: "/").last ?? ""
    guard let dot = name.lastIndex(of: "."), dot > name.startIndex,
      extensions.contains(name[name.index(after: dot)...].lowercased())
    else { return "it does not have the name of a source file" }
    return nil
  }

  /// Opens a file, from a thread of its own: neither a slow disk nor the editor holds up the window.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - line: The line, from 1.
  ///   - tell: Gets what happened, on that thread; once it has begun, and again if it failed.
  func open(path: String, line: Int, tell: @escaping @Sendable (String) -> Void) {
    let hasThread = startThread(stackSize: 1 << 20) {
      guard let real = realpath(path, nil) else {
        return tell("Not opened: \(String(cString: strerror(errno)))")
      }
      defer { free(real) }
      let path = String(cString: real)
      if let refusal = Self.refusal(of: path) { return tell("Not opened: \(refusal)") }
      let words = arguments(path: path, line: line)
      let program = words[0]
      switch Self.spawn(words) {
      case .failure(let failure):
        tell("Not opened: \(program): \(String(cString: strerror(failure.code)))")
      case .success(let process):
        tell("Opened with \(program): \(path):\(line)")
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0, errno == EINTR {}
        let code = status & 0x7F == 0 ? status >> 8 & 0xFF : 128 + (status & 0x7F)
        if code != 0 { tell("Not opened: \(program) ended with status \(code)") }
      }
    }
    if !hasThread { tell("Not opened: the system gave no thread") }
  }

  /// An error number.
  private struct SpawnFailure: Error {
    var code: Int32
  }

  /// Starts a process with default signals; it reads nothing.
  private static func spawn(_ words: [String]) -> Result<pid_t, SpawnFailure> {
    let attributes = UnsafeMutablePointer<posix_spawnattr_t>.allocate(capacity: 1)
    let actions = UnsafeMutablePointer<posix_spawn_file_actions_t>.allocate(capacity: 1)
    let signals = UnsafeMutablePointer<sigset_t>.allocate(capacity: 1)
    posix_spawnattr_init(attributes)
    posix_spawn_file_actions_init(actions)
    defer {
      posix_spawnattr_destroy(attributes)
      posix_spawn_file_actions_destroy(actions)
      attributes.deallocate()
      actions.deallocate()
      signals.deallocate()
    }
    // The window's threads hold signals back; a child must not inherit that.
    sigemptyset(signals)
    posix_spawnattr_setsigmask(attributes, signals)
    sigfillset(signals)
    posix_spawnattr_setsigdefault(attributes, signals)
    posix_spawnattr_setflags(attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
    var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
    defer { for argument in arguments { free(argument) } }
    var process: pid_t = 0
    let code = posix_spawnp(&process, words[0], actions, attributes, &arguments, environ)
    return code == 0 ? .success(process) : .failure(SpawnFailure(code: code))
  }
}
