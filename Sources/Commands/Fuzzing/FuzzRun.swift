import ArgumentParser
import Engine
import Foundation

/// `glowjar fuzz-run INPUT`: plays what the fuzzing oracle recorded; the inner half of `tools/fuzz`.
struct FuzzRun: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Compare with what another engine made of random modules.",
    discussion: """
      Prints each difference as a line, at the end how many modules passed, failed and were \
      skipped. On stderr stands the number of each module before it runs, so that the one that \
      ends the process can be found.
      """,
    shouldDisplay: false)

  @Argument(
    help: "A folder with the oracle's expected.json, or its file of damaged modules.",
    completion: .file())
  var input: String

  @Option(help: "Play this seed alone; may be repeated.")
  var seed: [Int] = []

  @OptionGroup var engine: EngineOptions

  func run() throws {
    var isFolder: ObjCBool = false
    _ = FileManager.default.fileExists(atPath: input, isDirectory: &isFolder)
    let tally = isFolder.boolValue ? try playRuns() : try judgeDamaged()
    print("\(tally.passed) passed, \(tally.failed) failed, \(tally.skipped) skipped")
    if tally.failed > 0 { throw ExitCode(ExitStatus.negative.rawValue) }
  }

  private struct Tally {
    var passed = 0
    var failed = 0
    var skipped = 0

    mutating func count(_ verdict: FuzzPlayer.Verdict, _ number: Int) {
      switch verdict {
      case .same: passed += 1
      case .skipped: skipped += 1
      case .different(let lines):
        failed += 1
        for line in lines { print("\(number): \(line)") }
      }
    }
  }

  private func playRuns() throws -> Tally {
    let expectation = try decode(FuzzExpectation.self, from: input + "/expected.json")
    let player = FuzzPlayer(config: engine.config)
    var tally = Tally()
    for module in expectation.modules where seed.isEmpty || seed.contains(module.seed) {
      printError("\(module.seed)")
      let bytes = try readFile("\(input)/\(module.file)")
      tally.count(player.play(module, bytes), module.seed)
    }
    return tally
  }

  private func judgeDamaged() throws -> Tally {
    let damaged = try decode(DamagedModules.self, from: input)
    let player = FuzzPlayer(config: engine.config)
    var tally = Tally()
    for module in damaged.modules where seed.isEmpty || seed.contains(module.id) {
      printError("\(module.id)")
      tally.count(player.judge(module), module.id)
    }
    return tally
  }

  private func decode<Content: Decodable>(
    _ type: Content.Type, from path: String
  ) throws -> Content {
    let data = Data(try readFile(path))
    do {
      return try JSONDecoder().decode(type, from: data)
    } catch {
      throw Failure.badData(path, "not the oracle's: \(error)")
    }
  }
}
