/// A sound from a file of the cart: header and samples.
///
/// Source: firefly.md 11.6.
final class SoundFile: Sendable {
  static let headerSize = 4
  /// Samples, and perhaps a last one that is not whole.
  let bytes: [UInt8]
  let is16Bit: Bool
  let isStereo: Bool

  /// Bytes of one sample of all channels.
  var frameSize: Int { (is16Bit ? 2 : 1) * (isStereo ? 2 : 1) }

  /// A sound of these bytes, the header included.
  ///
  /// - Throws: What the official console says of a file that is none.
  init(_ bytes: [UInt8]) throws(HostCallError) {
    try Self.check(header: bytes)
    is16Bit = bytes[1] & 0b010 != 0
    isStereo = bytes[1] & 0b100 != 0
    self.bytes = bytes
  }

  /// Looks at the first bytes of a file only.
  static func check(header: [UInt8]) throws(HostCallError) {
    guard header.count >= headerSize else { throw HostCallError("file is too short") }
    guard header[0] == 0x31 else { throw HostCallError("bad magic number") }
    let rate = Int(header[2]) | Int(header[3]) << 8
    guard rate == 44_100 else {
      throw HostCallError("bad sample rate: expected 44100, got \(rate)")
    }
  }
}
