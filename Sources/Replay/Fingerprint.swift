import CXXHash
import Console

/// Short hashes (XXH3) by which two runs are compared: fast, and against nobody who means harm.
enum Fingerprint {
  /// Of bytes.
  static func of(_ bytes: UnsafeRawBufferPointer, seed: UInt64 = 0) -> UInt64 {
    XXH3_64bits_withSeed(bytes.baseAddress, bytes.count, seed)
  }

  /// Of what a screen shows, colours included.
  static func of(_ picture: Picture) -> UInt64 {
    let palette = picture.palette.withUnsafeBytes { of($0, seed: UInt64(picture.width)) }
    return picture.pixels.withUnsafeBytes { of($0, seed: palette) }
  }
}
