import Console
import Firefly

/// The kinds of console, in the order in which they are asked whether a cart is theirs.
let profiles: [any Profile.Type] = [FireflyProfile.self]

/// Opens the cart at `path` and finds the console for it.
func openCart(_ path: String) throws(Failure) -> (Cart, any Profile.Type) {
  do {
    return (try Cart.open(path: path), profiles[0])
  } catch {
    throw Failure(error, cart: path)
  }
}

extension Failure {
  /// The line and exit status for a cart that cannot be played.
  init(_ error: CartError, cart path: String) {
    self.init(
      status: ExitStatus(rawValue: error.exitCode) ?? .badData, what: path, why: error.why)
  }
}
