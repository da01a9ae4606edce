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
    func unlessInput(_ recorded: String?) -> String? {
      recorded == StandardInput.word ? nil : recorded
    }
    let place = unlessInput(replay.header.cartPath)
    let candidates = word.map { [$0] } ?? [place, unlessInput(replay.header.cartID)]
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
    if let reason, word != nil || reason.status != .missingInput { throw reason }
    throw .missingInput(
      visible(replay.header.cartID, limit: 80),
      place == nil
        ? "the recorded cart came from standard input: --cart names it"
        : "the recorded cart is not where it was: --cart names it")
  }
}
