import ArgumentParser
import Foundation

/// Why a verb did not do its work: printed as `glowjar: error: what: why`, then the exit status.
struct Failure: Error {
  var status: ExitStatus
  var what: String
  var why: String

  /// A module, cart, script or other input that is not what it should be.
  static func badData(_ what: String, _ why: String) -> Failure {
    Failure(status: .badData, what: what, why: why)
  }
  /// A file that is not there or cannot be read.
  static func missingInput(_ what: String, _ why: String) -> Failure {
    Failure(status: .missingInput, what: what, why: why)
  }
  /// Words on the command line that make no sense together.
  static func usage(_ what: String, _ why: String) -> Failure {
    Failure(status: .usage, what: what, why: why)
  }
  /// A contradiction inside Glowjar.
  static func internalError(_ what: String, _ why: String) -> Failure {
    Failure(status: .internalError, what: what, why: why)
  }

  /// The line for stderr.
  var line: String {
    "glowjar: error: " + (what.isEmpty ? why : "\(what): \(why)")
  }
}

/// The exit statuses of all verbs, after sysexits.h where that has one.
enum ExitStatus: Int32 {
  case success = 0
  case negative = 1
  case noTests = 5
  case usage = 64
  case badData = 65
  case missingInput = 66
  case unavailable = 69
  case internalError = 70
  case cannotCreate = 73
  case inputOutput = 74
  case timeLimit = 124
  case interrupted = 130
  case trapped = 134
}

/// Writes a line to stderr.
func printError(_ line: String) {
  FileHandle.standardError.write(Data((line + "\n").utf8))
}
