// Damages modules and loads, compiles and runs them: `tools/fuzz modules` builds this, compares the
// verdicts, and goes on behind a mutant that ends the process.
import ArgumentParser
import Foundation
import Interpreter
import ModuleMutants
import TrapAnywhere

struct Mutants: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "module-mutants", abstract: "Load, compile and run damaged modules.",
    discussion: """
      Prints each finding as a line, NUMBER: WHAT, and at the end a summary. On stderr stands the \
      number of each mutant before it is tried. The modules that are damaged are those of the \
      specification's test suite, where it is, made-up ones and the files given.
      """)

  @Argument(help: "More modules to damage.")
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
    var pool = try files.sorted().map { [UInt8](try Data(contentsOf: URL(fileURLWithPath: $0))) }
    for name in SpecFolder.scripts { pool += try SpecFolder.script(name).modules.map(\.bytes) }
    pool += (1...200).map { RandomModule.bytes(seed: $0) }
    let mutants = ModuleMutants(of: pool)
    if let save {
      return try Data(mutants.module(first)).write(to: URL(fileURLWithPath: save))
    }
    limitAddressSpace()
    let output = try verdicts.map { path in
      _ = FileManager.default.createFile(atPath: path, contents: nil)
      return try FileHandle(forWritingTo: URL(fileURLWithPath: path))
    }
    var (refused, findings, slowest) = (0, 0, 0.0)
    for number in first..<first + count {
      FileHandle.standardError.write(Data("\(number)\n".utf8))
      let outcome = mutants.play(number)
      refused += outcome.verdict == .valid ? 0 : 1
      slowest = max(slowest, outcome.seconds)
      if let finding = outcome.finding {
        findings += 1
        print("\(number): \(finding)")
      }
      if let output { try write(number, outcome.verdict, mutants.module(number), to: output) }
    }
    let milliseconds = Int((slowest * 1000).rounded(.up))
    print(
      "\(count) tried, \(findings) found, \(refused) refused, slowest \(milliseconds) ms, "
        + "peak \(ModuleMutants.peakMemory() >> 20) MiB")
  }

  private func write(
    _ number: Int, _ verdict: ModuleMutants.Verdict, _ bytes: [UInt8], to output: FileHandle
  ) throws {
    var row = Data()
    for value in [UInt32(number), UInt32(verdict.rawValue), UInt32(bytes.count)] {
      withUnsafeBytes(of: value.littleEndian) { row.append(contentsOf: $0) }
    }
    try output.write(contentsOf: row + bytes)
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

Mutants.main()
