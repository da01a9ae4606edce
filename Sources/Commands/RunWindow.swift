import Console

/// Plays a cart in a window.
func playInWindow(
  _ path: String, _ cart: Cart, on profile: any Profile.Type, options: ConsoleOptions
) throws(Failure) {
  throw Failure(status: .unavailable, what: "window", why: "this build has none; use --headless")
}
