// Damages ROM files and directories and opens them: `tools/fuzz roms` builds this and goes on behind
// a mutant that ends the process.
import ArgumentParser
import Foundation
import ROMMutants

struct Mutants: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rom-mutants", abstract: "Open damaged ROM files and directories.",
    discussion: """
      Prints each finding as a line, NUMBER: WHAT, and at the end a summary. On stderr stands the \
      number of each mutant before it is tried.
      """)

  @Option(help: "The first mutant.")
  var first = 1

  @Option(help: "How many mutants.")
  var count = 1000

  @Option(help: "Write the first mutant to this file instead, as an archive.")
  var save: String?

  func run() throws {
    let mutants = try ROMMutants()
    if let save {
      return try Data(mutants.archive(first)).write(to: URL(fileURLWithPath: save))
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
        + "peak \(ROMMutants.peakMemory() >> 20) MiB")
  }
}

Mutants.main()
