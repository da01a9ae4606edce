import Glibc

/// The program that opens a source file: `$VISUAL`, or what the desktop has for it.
///
/// An editor that wants a terminal gets the one that the console was started from, or one of its own.
/// No shell takes part: the words of `$VISUAL` and the path are arguments. Only an existing regular
/// file with the name of a source file is opened, because the path comes from the cart.
public struct SourceEditor: Sendable {
  /// The program and its first arguments; empty for the desktop's choice.
  private let command: [String]
  /// The program and first arguments that run the words after them in a terminal.
  private let terminal: [String]

  /// The editor of `$VISUAL`; words are separated by blanks.
  ///
  /// - Parameters:
  ///   - visual: The program and its first arguments; nil or empty for the desktop's choice.
  ///   - terminal: The terminal of `$TERMINAL`; nil or empty for Debian's `x-terminal-emulator`.
  public init(visual: String?, terminal: String? = nil) {
    command = (visual ?? "").split(separator: " ").map(String.init)
    let words = (terminal ?? "").split(separator: " ").map(String.init)
    self.terminal = (words.isEmpty ? ["x-terminal-emulator"] : words) + ["-e"]
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

  /// Editors that show nothing without a terminal.
  private static let terminalEditors: Set<String> = [
    "vi", "vim", "nvim", "nano", "joe", "micro", "kak", "hx", "helix",
  ]

  private static let extensions: Set<String> = [
    "adb", "ads", "as", "asm", "c", "cc", "cpp", "cs", "cxx", "d", "f90", "go", "grain", "h", "hh",
    "hpp", "hs", "hxx", "inc", "ipp", "java", "kt", "m", "ml", "mm", "mbt", "nim", "odin", "pas",
    "roc", "rs", "s", "scala", "swift", "ts", "v", "wat", "zig",
  ]

  /// The words of the processes that would open a file at a line: the first that can be started
  /// does.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - line: The line, from 1.
  ///   - hasTerminal: Whether the console was started from a terminal that it may use.
  public func attempts(path: String, line: Int, hasTerminal: Bool) -> [[String]] {
    let words = arguments(path: path, line: line)
    guard !hasTerminal, Self.terminalEditors.contains(Self.name(of: words[0])) else {
      return [words]
    }
    return [terminal + words, ["xdg-open", path]]
  }

  /// The last part of a program's path.
  private static func name(of program: String) -> String {
    program.split(separator: "/").last.map(String.init) ?? program
  }

  private func arguments(path: String, line: Int) -> [String] {
    guard let program = command.first else { return ["xdg-open", path] }
    let name = Self.name(of: program)
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
      var failures: [String] = []
      for words in attempts(path: path, line: line, hasTerminal: Self.hasTerminal) {
        switch Self.spawn(words) {
        case .failure(let failure):
          failures.append("\(words[0]): \(String(cString: strerror(failure.code)))")
        case .success(let process):
          tell("Opened with \(words[0]): \(path):\(line)")
          return Self.follow(process, named: words[0], tell: tell)
        }
      }
      let hint = failures.allSatisfy { $0.hasPrefix("xdg-open") } ? "; $VISUAL names an editor" : ""
      tell("Not opened: \(failures.joined(separator: "; "))\(hint)")
    }
    if !hasThread { tell("Not opened: the system gave no thread") }
  }

  /// Tells how a process ended, if it failed.
  private static func follow(_ process: pid_t, named name: String, tell: (String) -> Void) {
    let start = monotonicNanoseconds()
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0, errno == EINTR {}
    let code = status & 0x7F == 0 ? status >> 8 & 0xFF : 128 + (status & 0x7F)
    guard code != 0 else { return }
    // Who has worked in an editor for a while has seen the file.
    let hasFailed = monotonicNanoseconds() - start < 5_000_000_000
    tell("\(hasFailed ? "Not opened: " : "")\(name) ended with status \(code)")
  }

  /// Whether this process may use the terminal that it was started from.
  private static var hasTerminal: Bool {
    isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1
      && tcgetpgrp(STDIN_FILENO) == getpgrp()
  }

  /// An error number.
  private struct SpawnFailure: Error {
    var code: Int32
  }

  /// Starts a process with default signals.
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
