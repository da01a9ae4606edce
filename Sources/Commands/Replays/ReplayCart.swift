import Console
import Firefly
import Foundation
import Postmortem
import Replay

/// The cart that a replay is played on.
struct ReplayCart {
  /// What was asked for or found, as one would name it on the command line.
  let path: String
  let cart: Cart
  let profile: any Profile.Type

  /// Opens the cart that `word` means, or looks where it was recorded and among installed ones.
  ///
  /// - Parameters:
  ///   - replay: What is to be played.
  ///   - word: The cart on the command line.
  ///   - allowsOther: Whether another cart than the recorded one will do.
  init(for replay: Replay, _ word: String?, allowsOther: Bool) throws(Failure) {
    // What a recording says must not make the console wait for standard input.
    let recorded = replay.header.cartPath.flatMap { $0 == StandardInput.word ? nil : $0 }
    let candidates = [word ?? recorded, word == nil ? replay.header.cartID : nil]
    var reason: Failure?
    for candidate in candidates.compactMap({ $0 }) {
      do throws(Failure) {
        let (cart, _) = try openCart(candidate)
        if !allowsOther {
          do throws(ReplayError) {
            try replay.check(cart)
          } catch {
            throw .badData(inputName(candidate), "\(error)")
          }
        }
        guard let profile = profiles.first(where: { $0.name == replay.header.profile }) else {
          let name = visible(replay.header.profile, limit: 40)
          throw .badData(
            inputName(candidate), "recorded on \(name), which this console does not know")
        }
        (path, self.cart, self.profile) = (candidate, cart, profile)
        return
      } catch {
        reason = reason ?? error
      }
    }
    let name = visible(replay.header.cartID, limit: 80)
    if word == nil, reason?.status == .missingInput {
      throw .missingInput(name, "the recorded cart is not where it was: --cart names it")
    }
    throw reason ?? .missingInput(name, "--cart names the recorded cart")
  }
}
