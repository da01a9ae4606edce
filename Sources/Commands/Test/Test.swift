import ArgumentParser
import CartTesting
import Console
import Foundation
import Synchronization

/// `glowjar test`: runs cases of carts and compares what is seen with what is expected.
struct Test: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Test carts by case files.",
    discussion: """
      Case files are TOML; in folders those are found whose names end in .test.toml. The README \
      tells what they hold. The last line is N passed, N failed[, N skipped]; with --tap and \
      --json it stands on stderr.
      """)

  @Argument(help: "Case files and folders with case files.", completion: .file())
  var paths: [String] = ["."]

  @Option(
    help: ArgumentHelp(
      "Run nothing; write a case that fails as long as the cart crashes as it did in the folder of a crash.",
      valueName: "folder"), completion: .directory)
  var fromCrash: String?

  @Option(help: "Where the case of --from-crash goes.", completion: .directory)
  var output = "."

  @Option(
    help: "The cart of --from-crash, where it is no longer where it was.", completion: .file())
  var cart: String?

  @Option(help: "Cases at a time.")
  var jobs = ProcessInfo.processInfo.activeProcessorCount

  @Option(help: "Run only cases whose FILE: NAME matches a regular expression.")
  var filter: String?

  @Option(help: "Run only the i-th of n parts of the cases, as i/n.")
  var shard: Shard?

  @Flag(help: "Begin no case after one has failed.")
  var failFast = false

  @Flag(help: "Write snapshots anew that differ or are missing.")
  var update = false

  @Flag(help: "Run each case twice and compare every frame.")
  var verify = false

  @Option(help: "Write a report as JUnit XML.", completion: .file(extensions: ["xml"]))
  var junit: String?

  @Flag(help: "Print TAP.")
  var tap = false

  @Flag(help: "Print JSON lines.")
  var json = false

  @Option(
    help: ArgumentHelp(
      "Where pictures and crashes of failing cases go: by default below $XDG_STATE_HOME/glowjar.",
      valueName: "folder"), completion: .directory)
  var artifacts: String?

  @Option(help: "Frames that a case may run; by default as many as it names, otherwise 36000.")
  var timeoutFrames: Int?

  @Option(help: "Seconds that a case may take; by default 60, and 1 for every 600 frames it names.")
  var timeLimit: Double?

  @Option(help: "Processor seconds that a callback may take.")
  var callbackLimit = 2.0

  @Option(help: "Memory that a cart may have, such as 64MiB.")
  var memoryLimit = ByteSize(bytes: 256 << 20)

  func validate() throws {
    guard !(tap && json) else { throw ValidationError("--tap does not go with --json") }
    guard (1...1024).contains(jobs) else { throw ValidationError("--jobs goes from 1 to 1024") }
    guard timeoutFrames ?? 1 >= 1 else { throw ValidationError("--timeout-frames goes from 1") }
    guard (0.1...86_400).contains(timeLimit ?? 60), (0.001...3600).contains(callbackLimit) else {
      throw ValidationError("a time limit makes no sense")
    }
  }

  func run() throws {
    if let fromCrash { return print(try CaseFromCrash(fromCrash, cart: cart, to: output).path) }
    let begin = Date()
    let cases = try chosenCases()
    var rules = RunRules(artifacts: artifacts ?? standardArtifacts)
    rules.updatesSnapshots = update
    rules.wantsSnapshots = ProcessInfo.processInfo.environment["CI"] == "true"
    rules.verifies = verify
    rules.frameLimit = timeoutFrames
    rules.memoryLimit = memoryLimit.bytes
    rules.callbackLimit = callbackLimit
    let report: any TestReport = tap ? .tap : json ? .json : .plain
    let teller = TestTeller(cases.map(\.0), report)
    for (index, (_, verdict)) in cases.enumerated() {
      if let verdict { teller.take(index, verdict) }
    }
    let runnable = cases.indices.filter { cases[$0].1 == nil }
    let crew = Crew(
      program: "/proc/self/exe", arguments: [TestWorker.configuration.commandName ?? ""],
      jobs: jobs, timeLimit: timeLimit(of:), stopsAtFailure: failFast)
    crew.run(runnable.map { cases[$0].0 }, rules) { index, verdict in
      teller.take(runnable[index], verdict)
    }
    let (summary, results) = teller.finish()
    try writeJUnit(results, begin)
    // Where programs read standard output, the line for people stands beside it.
    if tap || json { printError(summary.line) } else { print(summary.line) }
    if summary.failed > 0 { throw ExitCode(ExitStatus.negative.rawValue) }
  }

  private var standardArtifacts: String {
    BaseFolder.state.path().map { $0 + "/tests" } ?? "glowjar-tests"
  }

  private func timeLimit(of one: CartCase) -> Duration {
    .seconds(timeLimit ?? 60 + Double(one.lastFrame ?? 0) / 600)
  }

  private func chosenCases() throws -> [(CartCase, CaseVerdict?)] {
    var cases = try CaseFiles.cases(of: CaseFiles.find(paths))
    if let filter {
      let pattern: Regex<AnyRegexOutput>
      do {
        pattern = try Regex(filter)
      } catch {
        throw Failure.usage("--filter", "not a regular expression")
      }
      cases = cases.filter { $0.0.title.firstMatch(of: pattern) != nil }
    }
    guard !cases.isEmpty else {
      print(TestSummary().line)
      printError(Failure(status: .noTests, what: paths.joined(separator: " "), why: "no case").line)
      throw ExitCode(ExitStatus.noTests.rawValue)
    }
    guard let shard else { return cases }
    return cases.enumerated().filter { shard.holds($0.offset) }.map(\.element)
  }

  private func writeJUnit(
    _ results: [(cartCase: CartCase, verdict: CaseVerdict)], _ date: Date
  ) throws(Failure) {
    guard let junit else { return }
    do {
      let text = JUnitReport(results).document(date: date)
      try text.write(toFile: junit, atomically: true, encoding: .utf8)
    } catch {
      throw Failure(status: .cannotCreate, what: junit, why: "cannot be written")
    }
  }
}

/// One of several parts of all cases: `i/n`, from 1.
struct Shard: ExpressibleByArgument {
  private let index: Int
  private let count: Int

  init?(argument: String) {
    let parts = argument.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, let index = Int(parts[0]), let count = Int(parts[1]), index >= 1,
      index <= count
    else { return nil }
    (self.index, self.count) = (index, count)
  }

  /// Whether the case with this number, from 0, is one of the part.
  func holds(_ number: Int) -> Bool { number % count == index - 1 }
}

/// Prints verdicts in the order of the cases, as soon as all before them are there.
private final class TestTeller: Sendable {
  private struct State {
    var verdicts: [CaseVerdict?]
    var told = 0
    var summary = TestSummary()
  }

  private let cases: [CartCase]
  private let report: any TestReport
  private let state: Mutex<State>

  init(_ cases: [CartCase], _ report: any TestReport) {
    self.cases = cases
    self.report = report
    state = Mutex(State(verdicts: Array(repeating: nil, count: cases.count)))
    Self.print(report.begin(count: cases.count))
  }

  func take(_ index: Int, _ verdict: CaseVerdict) {
    state.withLock { state in
      state.verdicts[index] = verdict
      while state.told < cases.count, let next = state.verdicts[state.told] {
        let one = cases[state.told]
        state.summary.add(one, next)
        state.told += 1
        Self.print(report.lines(number: state.told, one, next))
      }
    }
  }

  func finish() -> (TestSummary, [(cartCase: CartCase, verdict: CaseVerdict)]) {
    state.withLock { state in
      Self.print(report.end(state.summary))
      return (
        state.summary,
        zip(cases, state.verdicts).compactMap { one, verdict in verdict.map { (one, $0) } }
      )
    }
  }

  private static func print(_ lines: [String]) {
    guard !lines.isEmpty else { return }
    Swift.print(lines.joined(separator: "\n"))
    // What is told is told at once, also where standard output is no terminal.
    fflush(nil)
  }
}
