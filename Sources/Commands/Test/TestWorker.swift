import ArgumentParser
import CartTesting
import Console
import Foundation
import Headless
import Postmortem

/// The inner half of `glowjar test`: runs cases that come in over a socket.
struct TestWorker: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "test-worker", abstract: "Run cases for glowjar test.", shouldDisplay: false)

  func run() throws {
    CaseWorker.serve { rules in
      CaseRunner(rules, openCart: Self.open, keepCrash: Self.keep)
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

  /// Leaves report, coredump and last picture; what cannot be written is left out.
  private static func keep(_ crash: Crash, _ folder: String) -> [String] {
    var kept: [String] = []
    func keep(_ name: String, _ write: (String) throws -> Void) {
      let path = "\(folder)/\(name)"
      if (try? write(path)) != nil { kept.append(path) }
    }
    guard (try? CrashFolder.makeFolders(folder)) != nil else { return [] }
    let report = crash.report()
    keep("report.txt") { try CrashFolder.writeText(TextReport(report).text, to: $0) }
    keep("report.json") { try CrashFolder.writeText(jsonText(ReportJSON(report)), to: $0) }
    keep("core.wasm") {
      let origin = CoredumpOrigin(crash)
      try CrashFolder.writeCoredump(of: crash.trap, origin: origin, to: $0)
    }
    keep("frame.png") {
      try Data(PNG.encode(crash.picture)).write(to: URL(fileURLWithPath: $0))
    }
    return kept
  }
}
