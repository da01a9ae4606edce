import Crypto
import Engine
import Glibc
import Postmortem
import Runtime

/// What comes through standard input, for which a command line has the word `-`.
///
/// To be made once a run of the program: what has been read is gone.
struct StandardInput {
  /// The word on the command line.
  static let word = "-"
  /// What messages call it.
  static let name = "standard input"

  /// When the last bytes arrived.
  private(set) var lastArrival = ContinuousClock.now
  /// Bytes that were looked at and are still to be read.
  private var ahead: [UInt8] = []
  private var hash = SHA256()

  /// Gets ready for a cart while its first byte is on its way.
  init() throws(Failure) {
    guard isatty(STDIN_FILENO) == 0 else {
      throw .missingInput(Self.name, "a terminal: - is for a file or another program's output")
    }
    WarmUp.run()
  }

  /// A name for a module of which nothing else is known: the same for the same bytes.
  ///
  /// For what has been read so far.
  var moduleName: String { "stdin-" + hexadecimal(hash.finalize()).prefix(12) }

  /// The bytes that have arrived, as many as a pipe holds at most, or those that arrive next; none at
  /// the end.
  mutating func read() throws(Failure) -> [UInt8] {
    var chunk = ahead
    ahead = []
    if chunk.isEmpty { chunk = try wait() }
    hash.update(data: chunk)
    return chunk
  }

  /// Waits for the first `count` bytes and leaves them to be read; fewer if there are no more.
  mutating func peek(_ count: Int) throws(Failure) -> [UInt8] {
    while ahead.count < count {
      let chunk = try wait()
      if chunk.isEmpty { break }
      ahead += chunk
    }
    return Array(ahead.prefix(count))
  }

  /// All that is still to come.
  ///
  /// Throws for more than `limit` bytes.
  mutating func readAll(limit: Int) throws(Failure) -> [UInt8] {
    var bytes: [UInt8] = []
    while true {
      let chunk = try read()
      if chunk.isEmpty { return bytes }
      bytes += chunk
      try Self.check(bytes.count, limit)
    }
  }

  /// Compiles the module that comes while it arrives.
  ///
  /// Throws for more than `limit` bytes, and as soon as something in the module is wrong.
  mutating func compile(
    config: CodegenConfig, limit: Int = Int(ImplementationLimits.moduleBytes)
  ) throws(Failure) -> CompiledModule {
    var compiler = StreamingCompiler(config: config)
    var count = 0
    while true {
      let chunk = try read()
      count += chunk.count
      try Self.check(count, limit)
      do {
        if chunk.isEmpty { return try compiler.finish() }
        try compiler.append(chunk)
      } catch {
        throw .badData(Self.name, "\(error)")
      }
    }
  }

  private static func check(_ count: Int, _ limit: Int) throws(Failure) {
    guard count <= limit else {
      throw .badData(name, "more than \(limit) bytes, which are refused")
    }
  }

  private mutating func wait() throws(Failure) -> [UInt8] {
    var number: Int32 = 0
    let chunk = [UInt8](unsafeUninitializedCapacity: 1 << 16) { buffer, count in
      while true {
        let got = Glibc.read(STDIN_FILENO, buffer.baseAddress, buffer.count)
        if got < 0, errno == EINTR { continue }
        if got < 0 { number = errno }
        count = max(0, got)
        return
      }
    }
    guard number == 0 else {
      throw Failure(
        status: .inputOutput, what: Self.name, why: String(cString: strerror(number)).lowercased())
    }
    if !chunk.isEmpty { lastArrival = .now }
    return chunk
  }
}

/// What messages call the input that a word on the command line means.
func inputName(_ word: String) -> String {
  word == StandardInput.word ? StandardInput.name : word
}
