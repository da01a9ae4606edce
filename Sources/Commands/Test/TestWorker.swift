import ArgumentParser
import CartTesting
import Console
import Postmortem
import Replay

/// The inner half of `glowjar test`: runs cases that come in over a socket.
struct TestWorker: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "test-worker", abstract: "Run cases for glowjar test.", shouldDisplay: false)

  func run() throws {
    CaseWorker.serve { rules in
      CaseRunner(
        rules, consoleVersion: Glowjar.version, openCart: Self.open, keepCrash: Self.keep)
    }
  }

  private static func open(
    _ path: String, _ name: String?
  ) throws -> (Cart, any Profile.Type) {
    let cart: Cart
    let own: any Profile.Type
    do {
      (cart, own) = try openCart(path)
    } catch {
      throw CartError.bad(reason: error.why)
    }
    guard let name else { return (cart, own) }
    guard let profile = profiles.first(where: { $0.name == name }) else {
      let names = profiles.map { $0.name }.joined(separator: ", ")
      throw CartError.bad(reason: "there is no profile '\(name)'; there are \(names)")
    }
    return (cart, profile)
  }

  /// Leaves the folder of a crash; what cannot be written is left out.
  private static func keep(
    _ crash: Crash, _ cart: Cart, _ replay: Replay, _ folder: String
  ) -> [String] {
    guard (try? CrashFolder.makeFolders(folder)) != nil else { return [] }
    let bundle = CrashBundle(folder)
    let dump = try? bundle.writeDump(of: crash)
    let report = crash.report(dump: dump.map { .written(path: $0) } ?? .none)
    return bundle.complete(crash, report, of: cart, replay) + (dump.map { [$0] } ?? [])
  }
}
