import Console
import Foundation

/// Opens the cart that a word on the command line means and finds the console for it.
func openCart(_ word: String) throws(Failure) -> (Cart, any Profile.Type) {
  let cart = try readCart(word)
  return (cart, profile(for: cart))
}

/// Opens the cart that a word on the command line means: a path, or the id of an installed cart.
func readCart(_ word: String) throws(Failure) -> Cart {
  try CartPlace(word).cart { printError("glowjar: warning: \($0)") }
}

/// A cart's path as it is from any folder; an installed cart's id stays what it is.
func absolutePath(_ path: String) -> String {
  guard !path.hasPrefix("/"), FileManager.default.fileExists(atPath: path) else { return path }
  return FileManager.default.currentDirectoryPath + "/" + path
}

extension Failure {
  /// The line and exit status for a cart that cannot be played.
  init(_ error: CartError, cart path: String) {
    self.init(
      status: ExitStatus(rawValue: error.exitCode) ?? .badData, what: path, why: error.why)
  }
}
