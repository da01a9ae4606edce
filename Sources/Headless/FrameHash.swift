import Console
import Crypto

/// Identity of what a screen shows.
public enum FrameHash {
  /// SHA-256 of the palette indices, one byte a pixel, row by row, in hexadecimal.
  public static func sha256(_ picture: Picture) -> String {
    SHA256.hash(data: picture.pixels).hexadecimal
  }
}

extension SHA256.Digest {
  /// All bytes, two digits each.
  var hexadecimal: String {
    map {
      let digits = String($0, radix: 16)
      return digits.count == 1 ? "0" + digits : digits
    }.joined()
  }
}
