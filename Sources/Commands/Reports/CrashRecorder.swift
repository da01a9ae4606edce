import Console
import Foundation
import Postmortem
import Replay
import Runtime

/// What is done about a crash wherever it happens: coredump, report, picture and replay are kept, the
/// text goes to stderr.
struct CrashRecorder: Sendable {
  /// What the command line wants.
  private let wishes: CrashWishes
  /// The last crash's folder, where a saved report belongs too.
  private(set) var folder: String?

  /// A recorder that follows the command line.
  init(_ wishes: CrashWishes = CrashWishes()) { self.wishes = wishes }

  /// Writes the coredump, makes the report, keeps and prints it; what cannot be written is only
  /// told.
  ///
  /// - Parameters:
  ///   - crash: What happened; nothing may have run in the console since.
  ///   - cart: The cart, for its checksums.
  ///   - replay: The recording of the run.
  mutating func record(_ crash: Crash, of cart: Cart? = nil, _ replay: Replay? = nil)
    -> CrashReport
  {
    folder = nil
    let report = crash.report(dump: keep(crash), options: wishes.report)
    if let folder { CrashBundle(folder).complete(crash, report, of: cart, replay) }
    Self.show(report, of: crash.trap, wishes)
    return report
  }

  /// Prints a report on stderr and writes it where the command line wants it.
  static func show(_ report: CrashReport, of trap: Trap, _ wishes: CrashWishes) {
    let text =
      switch wishes.layout {
      case .glowjar:
        TerminalReport.text(TextReport(report), inColor: TerminalReport.wantsColor())
      case .wasmtime: WasmtimeReport.text(trap, options: wishes.report)
      }
    FileHandle.standardError.write(Data(("\n" + text).utf8))
    guard let path = wishes.jsonPath else { return }
    do {
      let json = try jsonText(ReportJSON(report))
      do throws(CrashFolder.Failure) {
        try CrashFolder.writeText(json, to: path)
      } catch {
        throw Failure(status: .cannotCreate, what: path, why: error.reason)
      }
    } catch let failure as Failure {
      printError(failure.line)
    } catch {
      printError(Failure.internalError(path, "\(error)").line)
    }
  }

  private mutating func keep(_ crash: Crash) -> DumpState {
    guard wishes.keepsBundle else { return .none }
    guard let crashes = CrashFolder.standard() else {
      return .failed(reason: "neither XDG_STATE_HOME nor HOME names a folder")
    }
    do throws(CrashFolder.Failure) {
      let folder = try crashes.makeFolder(cartID: crash.cartID, frame: crash.frame)
      let path: String
      do throws(CrashFolder.Failure) {
        path = try CrashBundle(folder).writeDump(of: crash)
      } catch {
        rmdir(folder)
        throw error
      }
      self.folder = folder
      crashes.rotate(keeping: folder)
      return .written(path: path)
    } catch {
      return .failed(reason: error.reason)
    }
  }
}

extension CoredumpOrigin {
  /// What a dump tells of a console's crash.
  init(_ crash: Crash) {
    self.init(
      name: crash.cartID, title: crash.cartTitle, consoleVersion: Glowjar.version,
      callback: Coredump.Callback(name: crash.callback, frame: UInt64(clamping: crash.frame)))
  }
}
