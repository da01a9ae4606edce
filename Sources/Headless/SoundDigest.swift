import Console
import Crypto
import Postmortem

/// Identity and loudness of a stream of samples: interleaved stereo, 16 bit.
///
/// As JSON: `audio`, `peakPerSecond`, `rmsPerSecond`.
public struct SoundDigest: Sendable {
  /// The largest sample of each second, of either channel, without its sign.
  ///
  /// The last second counts as far as it goes.
  public var peakPerSecond: [Int] { seconds.map(\.peak) }
  /// Root of the mean square of each second's samples, over both channels.
  public var rmsPerSecond: [Double] { seconds.map(\.rms) }

  private struct Second: Sendable {
    var count = 0
    var peak = 0
    /// 44,100 pairs of squares of 16-bit numbers fit by far.
    var squares = 0

    var rms: Double { (Double(squares) / Double(max(1, count))).squareRoot() }
  }

  private static let valuesPerSecond = 2 * AudioFormat.rate

  private var hash = SHA256()
  private var seconds: [Second] = []

  /// The digest of nothing.
  public init() {}

  /// SHA-256 of all samples, low byte first, in hexadecimal.
  public var sha256: String { hexadecimal(hash.finalize()) }

  /// Takes in what comes next.
  public mutating func add(_ samples: UnsafeBufferPointer<Int16>) {
    // The machine's byte order is that of the stream.
    hash.update(bufferPointer: UnsafeRawBufferPointer(samples))
    var rest = samples[...]
    while !rest.isEmpty {
      if seconds.last?.count ?? Self.valuesPerSecond == Self.valuesPerSecond {
        seconds.append(Second())
      }
      var second = seconds[seconds.count - 1]
      let part = rest.prefix(Self.valuesPerSecond - second.count)
      for sample in part {
        let value = Int(sample)
        second.peak = max(second.peak, abs(value))
        second.squares += value * value
      }
      second.count += part.count
      seconds[seconds.count - 1] = second
      rest = rest.dropFirst(part.count)
    }
  }
}

extension SoundDigest: Encodable {
  private enum Key: String, CodingKey {
    case audio
    case peakPerSecond
    case rmsPerSecond
  }

  /// Encodes all keys.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(sha256, forKey: .audio)
    try container.encode(peakPerSecond, forKey: .peakPerSecond)
    try container.encode(rmsPerSecond, forKey: .rmsPerSecond)
  }
}
