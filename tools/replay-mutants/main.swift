// Damages replays and reads them: `tools/fuzz replays` builds this and goes on behind a mutant that
// ends the process.
import ArgumentParser
import Foundation
import ReplayMutants

struct Mutants: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "replay-mutants", abstract: "Read and play damaged replays.",
    discussion: """
      Prints each finding as a line, NUMBER: WHAT, and at the end a summary. On stderr stands the \
      number of each mutant before it is tried.
      """)

  @Option(help: "The first mutant.")
  var first = 1

  @Option(help: "How many mutants.")
  var count = 1000

  @Option(help: "Write the first mutant to this file instead.")
  var save: String?

  func run() throws {
    let mutants = try ReplayMutants()
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
        + "peak \(ReplayMutants.peakMemory() >> 20) MiB")
  }
}

Mutants.main()
