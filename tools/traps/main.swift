// Compares compiled code with a plain interpreter wherever a program can trap: `tools/trap-anywhere`
// builds this and gives it modules.
import ArgumentParser
import Foundation
import Interpreter
import TrapAnywhere

struct Traps: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "traps", abstract: "Compare frames at traps with those of an interpreter.",
    subcommands: [
      Anywhere.self, Own.self, Matrix.self, Generate.self, Replay.self, Recompile.self, Spec.self,
    ])
}

/// Options of all that compiles.
struct ModeOptions: ParsableArguments {
  @Option(help: "A way to compile; may be repeated (default: all that must be exact).")
  var mode: [Mode] = []

  @Option(help: "Instructions that a run may take.")
  var fuel = 200_000

  var modes: [Mode] { mode.isEmpty ? Mode.exact : mode }
}

extension Mode: ExpressibleByArgument {
  /// The mode of a name on the command line.
  public init?(argument: String) {
    guard let mode = Mode.all.first(where: { $0.name == argument }) else { return nil }
    self = mode
  }

  /// All names, for the help.
  public static var allValueStrings: [String] { all.map(\.name) }
}

struct Anywhere: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Put traps into modules and compare at each.")

  @Argument(help: "Modules.")
  var files: [String] = []

  @Option(help: "Placements that must go off.")
  var placements = 10_000

  @Option(help: "Placements in each play of a module.")
  var each = 10

  @Option(help: "What all choices follow from.")
  var seed = 1

  @Option(help: "A folder for modules that differ.")
  var keep: String?

  @OptionGroup var options: ModeOptions

  func run() throws {
    let subjects = try files.map { try read($0) }
    var campaign = Campaign(seed: seed, modes: options.modes, fuel: options.fuel)
    var plays = 0
    // Each module given once, and as many made up, in every round.
    while campaign.tally.reached < placements {
      let before = campaign.tally.reached
      for subject in subjects { campaign.run(subject, placements: each) }
      for _ in 0..<max(1, subjects.count) {
        let number = seed &* 1_000_000 &+ plays
        plays += 1
        campaign.run(
          Subject(
            name: "random-\(number)",
            bytes: RandomModule.bytes(seed: number, style: number % 2 == 0 ? .plain : .pressing)),
          placements: each)
      }
      if campaign.tally.reached == before { break }
    }
    report(campaign.tally)
    try save(campaign.tally.differences, seed: seed, in: keep)
    if !campaign.tally.differences.isEmpty || campaign.tally.reached < placements {
      throw ExitCode(1)
    }
  }

}

struct Own: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Compare made-up modules that leave no register free, as they are and with traps.")

  @Option(help: "The first seed.")
  var first = 1

  @Option(help: "How many modules.")
  var count = 100

  @Option(help: "Placements in each module.")
  var each = 3

  @Option(help: "A folder for modules that differ.")
  var keep: String?

  @OptionGroup var options: ModeOptions

  func run() throws {
    var campaign = Campaign(seed: first, modes: options.modes, fuel: options.fuel)
    for seed in first..<first + count {
      // The one that ends the process is the last one named.
      FileHandle.standardError.write(Data("\(seed)\n".utf8))
      let bytes = RandomModule.bytes(seed: seed, style: .pressing)
      campaign.run(Subject(name: "own-\(seed)", bytes: bytes), placements: each)
    }
    report(campaign.tally)
    try save(campaign.tally.differences, seed: first, in: keep)
    if !campaign.tally.differences.isEmpty || !campaign.tally.refused.isEmpty { throw ExitCode(1) }
  }
}

struct Matrix: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Make an i32 in every way and use it in every address and index.")

  @OptionGroup var options: ModeOptions

  func run() throws {
    print(
      "\(AddressMatrix.producerCount) ways of making an i32, \(AddressMatrix.consumerCount) uses")
    var found = 0
    for mode in options.modes {
      let comparison = try MatrixComparison(AddressMatrix.cells, mode: mode)
      for difference in comparison.differences.prefix(20) {
        print("different: \(mode.name): \(difference)")
      }
      found += comparison.differences.count
      print(
        "\(mode.name): \(AddressMatrix.cells.count) cells, \(comparison.calls) calls, "
          + "\(comparison.traps) of them traps, \(comparison.differences.count) different")
    }
    if found > 0 { throw ExitCode(1) }
  }
}

struct Generate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Write made-up modules that other engines can be asked about, SEED.wasm each.")

  @Argument(help: "A folder.")
  var folder: String

  @Option(help: "The first seed.")
  var first = 1

  @Option(help: "How many modules.")
  var count = 100

  func run() throws {
    let folder = URL(fileURLWithPath: folder)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    for seed in first..<first + count {
      try Data(RandomModule.bytes(seed: seed, style: .comparable))
        .write(to: folder.appendingPathComponent("\(seed).wasm"))
    }
  }
}

private func save(_ differences: [Tally.Difference], seed: Int, in keep: String?) throws {
  guard let keep, !differences.isEmpty else { return }
  let folder = URL(fileURLWithPath: keep)
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  for (number, difference) in differences.prefix(100).enumerated() {
    let file = folder.appendingPathComponent("\(seed)-\(number).wasm")
    try Data(difference.bytes).write(to: file)
    print(
      "\(file.lastPathComponent): replay with: "
        + "traps replay \(file.path) \(difference.scenario) --mode \(difference.mode.name)")
  }
}

struct Replay: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Play a module that differed once more.")

  @Argument(help: "The module.")
  var file: String

  @Argument(help: "The scenario's seed.")
  var scenario: Int

  @OptionGroup var options: ModeOptions

  func run() throws {
    var campaign = Campaign(seed: 0, modes: options.modes, fuel: options.fuel * 4)
    try campaign.replay(read(file), scenario: scenario)
    report(campaign.tally)
    if !campaign.tally.differences.isEmpty { throw ExitCode(1) }
  }
}

struct Recompile: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Compile every function a second time, in all modes, and compare the bytes.")

  @Argument(help: "Modules.")
  var files: [String] = []

  func run() throws {
    var recompilation = Recompilation()
    for file in files {
      let subject = try read(file)
      recompilation.add(subject.name, subject.bytes)
    }
    for mismatch in recompilation.mismatches { print("different: \(mismatch)") }
    print(
      "recompiled: \(recompilation.functions) functions of \(files.count) modules, "
        + "\(recompilation.mismatches.count) mismatches")
    if !recompilation.mismatches.isEmpty { throw ExitCode(1) }
  }
}

struct Spec: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Play the specification's test suite on the interpreter.")

  @Argument(help: "Scripts by name (default: all without vectors).")
  var scripts: [String] = []

  func run() throws {
    guard !SpecFolder.scripts.isEmpty else {
      print("traps: error: no ../shared/spec/wasm-2.0: the test suite lies outside the repository")
      throw ExitCode(69)
    }
    var total = SpecPlayer.Outcome()
    for name in scripts.isEmpty ? SpecFolder.scripts : scripts {
      var player = SpecPlayer(try SpecFolder.script(name))
      let outcome = player.play()
      for miss in outcome.misses { print("\(name):\(miss)") }
      total.passed += outcome.passed
      total.skipped += outcome.skipped
      total.misses += outcome.misses
    }
    print(
      "\(total.passed) passed, \(total.misses.count) failed, \(total.skipped) on validity alone")
    if !total.misses.isEmpty { throw ExitCode(1) }
  }
}

private func read(_ file: String) throws -> Subject {
  let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: file)))
  return Subject(name: URL(fileURLWithPath: file).lastPathComponent, bytes: bytes)
}

private func report(_ tally: Tally) {
  for refused in Set(tally.refused).sorted() { print("refused: \(refused)") }
  for difference in tally.differences.prefix(20) { print("different: \(difference.text)") }
  let kinds = tally.reachedByKind.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
  print(
    """
    placements: \(tally.tried) tried, \(tally.reached) reached (\(kinds.joined(separator: ", ")))
    comparisons: \(tally.equal) at placements and \(tally.naturalEqual) at traps and host calls of \
    the modules' own equal, \(tally.differences.count) different
    values: \(tally.values) compared
    interpreter: \(tally.instructions) instructions; \(tally.exhausted) runs cut off where they \
    exhaust the stack
    """)
}

Traps.main()
