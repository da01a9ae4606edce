// Damages what comes from outside and tries it: `tools/fuzz modules|debug|roms|replays` builds this
// and goes on behind a mutant that ends the process.
import ArgumentParser
import Foundation
import TestKit

struct TryMutants: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mutants", abstract: "Try damaged modules, debug information, ROMs or replays.",
    discussion: """
      Prints each finding as a line, NUMBER: WHAT, and at the end a summary. On stderr stands the \
      number of each mutant before it is tried.
      """)

  @Argument(help: "What is damaged: modules, debug, roms or replays.")
  var subject: Subject

  @Argument(help: "For modules, more to damage; for debug, modules whose exports trap.")
  var files: [String] = []

  @Option(help: "The first mutant.")
  var first = 1

  @Option(help: "How many mutants.")
  var count = 1000

  @Option(help: "Write the first mutant to this file instead.")
  var save: String?

  @Option(help: "Write all mutants to this file: number, verdict, size and bytes of each.")
  var verdicts: String?

  func run() throws {
    let mutants = try subject.mutants(of: files)
    if let save {
      return try Data(mutants.bytes(first)).write(to: URL(fileURLWithPath: save))
    }
    if subject == .modules { limitAddressSpace() }
    let output = try verdicts.map { try VerdictFile(path: $0) }
    var (refused, findings, slowest) = (0, 0, 0.0)
    for number in first..<first + count {
      FileHandle.standardError.write(Data("\(number)\n".utf8))
      let outcome = mutants.play(number)
      refused += outcome.verdict == .accepted ? 0 : 1
      slowest = max(slowest, outcome.seconds)
      if let finding = outcome.finding {
        findings += 1
        print("\(number): \(finding)")
      }
      try output?.append(number, outcome.verdict, mutants.bytes(number))
    }
    let milliseconds = Int((slowest * 1000).rounded(.up))
    print(
      "\(count) tried, \(findings) found, \(refused) refused, slowest \(milliseconds) ms, "
        + "peak \(peakMemory() >> 20) MiB")
  }

  /// Room for a guarded memory or two, but for no allocation in proportion to a count of 2^32.
  private func limitAddressSpace() {
    guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8),
      let pages = text.split(separator: " ").first.flatMap({ UInt64($0) })
    else { return }
    var limit = rlimit()
    limit.rlim_cur = rlim_t(pages * 4096 + 24 << 30)
    limit.rlim_max = limit.rlim_cur
    setrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit)
  }
}

TryMutants.main()
