import Console
import Glibc

/// A recording of sound: a WAV file whose header is right after every write.
///
/// So it can be played whatever ends the run. Used by one thread.
final class WAVFile {
  /// Bytes before the first sample.
  static let headerSize = 44
  /// Bytes of samples; the header counts them, and 36 more, in 32 bits.
  static let largestContent = (Int(UInt32.max) - 36) / bytesPerPair * bytesPerPair
  private static let bytesPerPair = 4

  private let path: String
  private let descriptor: Int32
  private let limit: Int
  private var size = 0
  private var trouble: Failure?
  /// Whether samples had no room any more.
  private(set) var isFull = false

  /// Creates the file, or empties it.
  init(path: String, limit: Int = WAVFile.largestContent) throws(Failure) {
    self.path = path
    self.limit = limit
    descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else {
      throw Failure(status: .cannotCreate, what: path, why: systemWords(errno))
    }
    write(Self.header(contentSize: 0), at: 0)
  }

  deinit {
    close(descriptor)
  }

  /// Appends samples, interleaved stereo; nothing more after the first failure or at the limit.
  func append(_ samples: UnsafeBufferPointer<Int16>) {
    guard trouble == nil, !isFull, !samples.isEmpty else { return }
    var bytes = UnsafeRawBufferPointer(samples)
    if bytes.count > limit - size {
      isFull = true
      bytes = UnsafeRawBufferPointer(rebasing: bytes.prefix(limit - size))
    }
    // The machine's byte order is that of the file.
    write(bytes, at: Self.headerSize + size)
    guard trouble == nil else { return }
    size += bytes.count
    write(Self.header(contentSize: size), at: 0)
  }

  /// Says what went wrong, if anything did; to be called when there is no more to record.
  func finish() throws(Failure) {
    if let trouble { throw trouble }
    if isFull {
      printError("glowjar: warning: \(path): full at \(size) bytes; what followed is not in it")
    }
  }

  /// RIFF header of 16-bit stereo sound.
  ///
  /// Source: Microsoft's Multimedia Programming Interface and Data Specifications 1.0, WAVE.
  private static func header(contentSize: Int) -> [UInt8] {
    let rate = UInt32(AudioFormat.rate)
    let size = UInt32(contentSize)
    return Array("RIFF".utf8) + bytes(36 + size) + Array("WAVE".utf8)
      // Sixteen bytes of format: PCM, two channels, rate, bytes a second and a pair, bits.
      + Array("fmt ".utf8) + bytes(UInt32(16)) + bytes(UInt16(1)) + bytes(UInt16(2)) + bytes(rate)
      + bytes(rate * UInt32(bytesPerPair)) + bytes(UInt16(bytesPerPair)) + bytes(UInt16(16))
      + Array("data".utf8) + bytes(size)
  }

  private static func bytes(_ number: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: number.littleEndian) { Array($0) }
  }

  private func write(_ bytes: [UInt8], at offset: Int) {
    bytes.withUnsafeBytes { write($0, at: offset) }
  }

  private func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) {
    var done = 0
    while done < bytes.count {
      let part = pwrite(
        descriptor, bytes.baseAddress.map { $0 + done }, bytes.count - done, off_t(offset + done))
      if part < 0, errno == EINTR { continue }
      guard part > 0 else {
        trouble = Failure(status: .inputOutput, what: path, why: systemWords(errno))
        return
      }
      done += part
    }
  }
}

/// What the system says of an error number, lower case as all our messages.
private func systemWords(_ number: Int32) -> String {
  let text = String(cString: strerror(number))
  return text.prefix(1).lowercased() + text.dropFirst()
}
