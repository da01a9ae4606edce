import Console
import Foundation
import Postmortem

/// What is done about a crash wherever it happens: the coredump is kept, the text goes to stderr.
struct CrashRecorder: Sendable {
  /// The last crash's folder, where a saved report belongs too.
  private(set) var folder: String?

  /// Writes the coredump and says how a report is to speak of it; a refusal is only told.
  mutating func record(_ crash: Crash) -> CrashReport {
    crash.report(dump: keep(crash))
  }

  /// Prints a report on stderr.
  static func print(_ report: TextReport) {
    FileHandle.standardError.write(Data(("\n" + report.text).utf8))
  }

  private mutating func keep(_ crash: Crash) -> DumpState {
    guard let crashes = CrashFolder.standard() else {
      return .failed(reason: "neither XDG_STATE_HOME nor HOME names a folder")
    }
    do throws(CrashFolder.Failure) {
      let folder = try crashes.makeFolder(cartID: crash.cartID, frame: crash.frame)
      let path = folder + "/core.wasm"
      do throws(CrashFolder.Failure) {
        try CrashFolder.writeCoredump(of: crash.trap, origin: CoredumpOrigin(crash), to: path)
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
  fileprivate init(_ crash: Crash) {
    self.init(
      name: crash.cartID, title: crash.cartTitle, consoleVersion: Glowjar.version,
      callback: Coredump.Callback(name: crash.callback, frame: UInt64(clamping: crash.frame)))
  }
}
