import Console
import Engine
import Firefly
import Wasm4

/// The kinds of console, in the order in which they are asked whether a cart is theirs.
let profiles: [any Profile.Type] = [Wasm4Profile.self, FireflyProfile.self]

/// The console for a cart.
///
/// A module that cannot be read goes to the last one, which says what is wrong with it.
func profile(for cart: Cart) -> any Profile.Type {
  guard let module = cart.compiled?.module ?? (try? Module(decoding: cart.wasm)) else {
    return profiles[profiles.count - 1]
  }
  return profile(for: module, files: cart.files)
}

/// The first console that recognises a module with these files beside it.
func profile(for module: Module, files: CartFiles) -> any Profile.Type {
  profiles.first { $0.recognizes(module, files: files) } ?? profiles[profiles.count - 1]
}
