import Glibc

/// A process that runs cases one after another: a line of JSON with the case goes in, a line of JSON
/// with the verdict comes out, over one socket that is its standard input and output.
final class WorkerProcess {
  /// Bytes of the longest answer.
  private static let longestAnswer = 64 << 20

  /// How waiting for an answer ended.
  enum Answer {
    case line([UInt8])
    case timeout
    /// The process is gone, or has said something endless.
    case gone
  }

  private let process: pid_t
  private let socket: Int32
  private var received: [UInt8] = []

  private init(_ process: pid_t, _ socket: Int32) {
    self.process = process
    self.socket = socket
  }

  /// Starts a program.
  ///
  /// - Throws: The system's words if it cannot be.
  static func start(
    program: String, arguments: [String]
  ) throws(StartFailure) -> WorkerProcess {
    var ends: [Int32] = [-1, -1]
    let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
    guard socketpair(AF_UNIX, type, 0, &ends) == 0 else { throw StartFailure(number: errno) }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for stream in [STDIN_FILENO, STDOUT_FILENO] {
      posix_spawn_file_actions_adddup2(&actions, ends[1], stream)
    }
    var words: [UnsafeMutablePointer<CChar>?] = ([program] + arguments).map { strdup($0) } + [nil]
    defer { for word in words { free(word) } }
    var id: pid_t = 0
    let status = posix_spawn(&id, program, &actions, nil, &words, environ)
    close(ends[1])
    guard status == 0 else {
      close(ends[0])
      throw StartFailure(number: status)
    }
    return WorkerProcess(id, ends[0])
  }

  /// Why a process could not be started.
  struct StartFailure: Error {
    var number: Int32
    /// In the system's words.
    var reason: String { String(cString: strerror(number)) }
  }

  /// Waits for the end of the process and tells how it ended.
  ///
  /// - Parameter patience: Milliseconds until it is killed.
  func end(patience: Int) -> String {
    close(socket)
    var status: Int32 = 0
    for _ in 0..<patience {
      if waitpid(process, &status, WNOHANG) == process { return Self.words(status) }
      usleep(1000)
    }
    kill(process, SIGKILL)
    while waitpid(process, &status, 0) < 0, errno == EINTR {}
    return Self.words(status)
  }

  private static func words(_ status: Int32) -> String {
    let signal = status & 0x7F
    guard signal != 0 else { return "status \(status >> 8 & 0xFF)" }
    return "signal \(signal), \(String(cString: strsignal(signal)).lowercased())"
  }

  /// Sends a line; false if nobody reads it.
  func send(_ line: some Sequence<UInt8>) -> Bool {
    let bytes = Array(line) + [UInt8(ascii: "\n")]
    var sent = 0
    while sent < bytes.count {
      let count = bytes.span.withUnsafeBytes {
        Glibc.send(
          socket, $0.baseAddress.map { $0 + sent }, $0.count - sent, Int32(MSG_NOSIGNAL))
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return false }
      sent += count
    }
    return true
  }

  /// Waits for a line.
  func answer(within limit: Duration) -> Answer {
    let end = ContinuousClock.now + limit
    received.removeAll(keepingCapacity: true)
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let rest = max(0, (end - ContinuousClock.now) / .milliseconds(1))
      var wait = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
      let ready = poll(&wait, 1, Int32(min(rest.rounded(.up), 1e6)))
      if ready < 0, errno == EINTR { continue }
      if ready == 0 {
        if ContinuousClock.now >= end { return .timeout }
        continue
      }
      let count = read(socket, &buffer, buffer.count)
      if count < 0, errno == EINTR { continue }
      guard count > 0, received.count + count <= Self.longestAnswer else { return .gone }
      received += buffer[..<count]
      if received.last == UInt8(ascii: "\n") { return .line(received.dropLast()) }
    }
  }
}
