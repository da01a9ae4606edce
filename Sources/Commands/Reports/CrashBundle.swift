import Console
import Headless
import Postmortem
import Replay

/// The folder of one crash: `core.wasm`, `report.txt`, `report.json`, `last.png`, `input.replay` and
/// `cart.sha256`.
struct CrashBundle {
  private let folder: String

  /// The bundle in a folder that is there.
  init(_ folder: String) { self.folder = folder }

  /// Writes the coredump, and returns its path.
  func writeDump(of crash: Crash) throws(CrashFolder.Failure) -> String {
    let path = folder + "/core.wasm"
    try CrashFolder.writeCoredump(of: crash.trap, origin: CoredumpOrigin(crash), to: path)
    return path
  }

  /// Writes the rest, and returns the paths; what cannot be written is only told.
  @discardableResult func complete(
    _ crash: Crash, _ report: CrashReport, of cart: Cart?, _ replay: Replay?
  ) -> [String] {
    var kept: [String] = []
    func keep(_ name: String, _ content: () throws -> [UInt8]) {
      let path = folder + "/" + name
      if write(path, content) { kept.append(path) }
    }
    keep("report.txt") { Array(TextReport(report).text.utf8) }
    keep("report.json") { Array(try jsonText(ReportJSON(report)).utf8) }
    keep("last.png") { try PNG.encode(crash.picture) }
    if let replay { keep(ReplayFile.nameInBundle) { try ReplayFile.encode(replay) } }
    if let cart { keep("cart.sha256") { Array(CartIdentity.listing(of: cart).utf8) } }
    return kept
  }

  private func write(_ path: String, _ content: () throws -> [UInt8]) -> Bool {
    do {
      let bytes = try content()
      do throws(CrashFolder.Failure) {
        try CrashFolder.writeBytes(bytes, to: path)
      } catch {
        throw Failure(status: .cannotCreate, what: path, why: error.reason)
      }
      return true
    } catch let failure as Failure {
      printError(failure.line)
    } catch {
      printError(Failure.internalError(path, "\(error)").line)
    }
    return false
  }
}
