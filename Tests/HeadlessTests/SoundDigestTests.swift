import Console
import Crypto
import Firefly
import Foundation
import Headless
import Testing

@Suite("The digest of a run's sound")
struct SoundDigestTests {
  private func digest(_ parts: [[Int16]]) -> SoundDigest {
    var digest = SoundDigest()
    for part in parts { part.withUnsafeBufferPointer { digest.add($0) } }
    return digest
  }

  @Test("is the hash of the bytes, however they come")
  func hashesBytes() {
    let samples = (0..<200_000).map { Int16(truncatingIfNeeded: $0 * 7919) }
    var bytes = Data()
    for sample in samples {
      bytes.append(UInt8(truncatingIfNeeded: sample))
      bytes.append(UInt8(truncatingIfNeeded: sample >> 8))
    }
    let expected = SHA256.hash(data: bytes).map { String(format: "%02x", $0) }.joined()
    #expect(digest([samples]).sha256 == expected)
    let parts = digest([Array(samples[..<88_199]), Array(samples[88_199...])])
    #expect(parts.sha256 == expected)
    #expect(parts.rmsPerSecond == digest([samples]).rmsPerSecond)
    #expect(parts.rmsPerSecond.count == 3)
  }

  @Test("tells peak and RMS of each second, over both channels, in the samples' unit")
  func tellsLoudness() {
    let second = 2 * AudioFormat.rate
    let left = (0..<second).map { $0 % 2 == 0 ? Int16(32767) : 0 }
    let square = (0..<second).map { $0 % 4 < 2 ? Int16(16384) : -16384 }
    let digest = digest([left, square, [Int16](repeating: 0, count: second), [-32768, 0]])
    #expect(digest.peakPerSecond == [32767, 16384, 0, 32768])
    #expect(digest.rmsPerSecond.map { $0.rounded() } == [23170, 16384, 0, 23170])
  }

  @Test("of nothing has no seconds")
  func isEmpty() {
    #expect(SoundDigest().rmsPerSecond.isEmpty)
    #expect(SoundDigest().sha256.hasPrefix("e3b0c44298fc1c149afbf4c8996fb924"))
  }
}
