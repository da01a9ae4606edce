// Damages what comes from outside and tries it: `tools/fuzz debug|roms|replays` builds this and goes
// on behind a mutant that ends the process.
import ArgumentParser
import DebugMutants
import Foundation
import ROMMutants
import ReplayMutants
import TestKit

/// What is damaged.
enum Subject: String, ExpressibleByArgument, CaseIterable {
  /// Debug information of modules that crash; a crash report is asked for.
  case debug
  /// ROM files and directories, which are opened.
  case roms
  /// Replays, which are read and played.
  case replays

  func mutants(of files: [String]) throws -> any Mutants {
    switch self {
    case .debug:
      try DebugMutants(
        of: files.sorted().map { [UInt8](try Data(contentsOf: URL(fileURLWithPath: $0))) })
    case .roms: try ROMMutants()
    case .replays: try ReplayMutants()
    }
  }
}

struct TryMutants: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mutants", abstract: "Try damaged debug information, ROMs or replays.",
    discussion: """
      Prints each finding as a line, NUMBER: WHAT, and at the end a summary. On stderr stands the \
      number of each mutant before it is tried.
      """)

  @Argument(help: "What is damaged: debug, roms or replays.")
  var subject: Subject

  @Argument(help: "For debug, modules whose exports trap.")
  var files: [String] = []

  @Option(help: "The first mutant.")
  var first = 1

  @Option(help: "How many mutants.")
  var count = 1000

  @Option(help: "Write the first mutant to this file instead.")
  var save: String?

  func run() throws {
    let mutants = try subject.mutants(of: files)
    if let save {
      return try Data(mutants.bytes(first)).write(to: URL(fileURLWithPath: save))
    }
    var (refused, findings, slowest) = (0, 0, 0.0)
    for number in first..<first + count {
      FileHandle.standardError.write(Data("\(number)\n".utf8))
      let outcome = mutants.play(number)
      refused += outcome.isRefused ? 1 : 0
      slowest = max(slowest, outcome.seconds)
      if let finding = outcome.finding {
        findings += 1
        print("\(number): \(finding)")
      }
    }
    let milliseconds = Int((slowest * 1000).rounded(.up))
    print(
      "\(count) tried, \(findings) found, \(refused) refused, slowest \(milliseconds) ms, "
        + "peak \(peakMemory() >> 20) MiB")
  }
}

TryMutants.main()
