import Console
import Engine
import Foundation

/// Opens the cart that a word on the command line means and finds the console for it.
///
/// `config` tells how a module is compiled that is compiled while it arrives.
func openCart(
  _ word: String, config: CodegenConfig = .host
) throws(Failure) -> (Cart, any Profile.Type) {
  let cart = try readCart(word, config: config)
  return (cart, profile(for: cart))
}

/// Opens the cart that a word on the command line means: a path, the id of an installed cart, or `-`.
func readCart(_ word: String, config: CodegenConfig = .host) throws(Failure) -> Cart {
  try CartPlace(word).cart(config: config) { printError("glowjar: warning: \($0)") }
}

/// A cart's path as it is from any folder; an installed cart's id stays what it is.
///
/// nil for standard input, where nobody finds it again.
func absolutePath(_ path: String) -> String? {
  if path == StandardInput.word { return nil }
  guard !path.hasPrefix("/"), FileManager.default.fileExists(atPath: path) else { return path }
  return FileManager.default.currentDirectoryPath + "/" + path
}

extension Failure {
  /// The line and exit status for a cart that cannot be played.
  init(_ error: CartError, cart path: String) {
    self.init(
      status: ExitStatus(rawValue: error.exitCode) ?? .badData, what: inputName(path),
      why: error.why)
  }
}
