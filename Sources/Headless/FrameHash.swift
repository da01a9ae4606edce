import Console
import Crypto
import Postmortem

/// Identity of what a screen shows.
public enum FrameHash {
  /// SHA-256 of the palette indices, one byte a pixel, row by row, in hexadecimal.
  public static func sha256(_ picture: Picture) -> String {
    hexadecimal(SHA256.hash(data: picture.pixels))
  }
}
