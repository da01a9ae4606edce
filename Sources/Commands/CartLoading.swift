import Console

/// Opens the cart at `path` and finds the console for it.
func openCart(_ path: String) throws(Failure) -> (Cart, any Profile.Type) {
  do {
    let cart = try Cart.open(path: path)
    return (cart, profile(for: cart))
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
