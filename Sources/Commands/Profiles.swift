import Console
import Engine
import Firefly
import Wasm4

/// The kinds of console, in the order in which they are asked whether a cart is theirs.
let profiles: [any Profile.Type] = [Wasm4Profile.self, FireflyProfile.self]

/// The console for a cart: the first that recognises it.
///
/// A module that cannot be read goes to the last one, which says what is wrong with it.
func profile(for cart: Cart) -> any Profile.Type {
  let module = try? Module(decoding: cart.wasm)
  let found = module.flatMap { module in
    profiles.first { $0.recognizes(module, files: cart.files) }
  }
  return found ?? profiles[profiles.count - 1]
}
