import Console
import Foundation

/// The font that a player supplies for a kind of console.
enum ConsoleFont {
  /// Larger files are refused: fonts of consoles are small.
  static let largest = 1 << 20

  /// Bytes of the named file, or of the one in the data folder; nil where there is neither.
  static func read(_ path: String?, for profile: any Profile.Type) throws(Failure) -> [UInt8]? {
    guard profile.hasFont else {
      if path != nil { throw .usage("--font", "carts of \(profile.name) bring their own fonts") }
      return nil
    }
    guard let path = path ?? installed(for: profile) else { return nil }
    let bytes = try readFile(path)
    guard bytes.count <= largest else { throw .badData(path, "too large for a font") }
    return bytes
  }

  private static func installed(for profile: any Profile.Type) -> String? {
    let environment = ProcessInfo.processInfo.environment
    guard let data = dataFolder(environment: environment) else { return nil }
    let path = "\(data)/fonts/\(profile.name).font"
    return FileManager.default.fileExists(atPath: path) ? path : nil
  }
}
