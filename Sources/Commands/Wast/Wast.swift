import ArgumentParser
import Engine
import Foundation
import Runtime

/// `glowjar wast FILE.json…`: plays scripts of the specification's test suite.
struct Wast: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Play scripts of the WebAssembly test suite and tell which commands fail.")

  @Argument(help: "Scripts as JSON.")
  var files: [String]

  @Option(help: "What functions that a script does not provide do: trap or zero.")
  var unknownImports: UnknownImports?

  @Option(help: "What modules may use: WebAssembly 2.0, or all of 3.0 that is supported.")
  var features = FeatureSet.webAssembly2

  @OptionGroup var engine: EngineOptions

  func run() throws {
    var passed = 0
    var failed = 0
    for file in files {
      let script: WastScript
      do {
        script = try JSONDecoder().decode(WastScript.self, from: Data(try readFile(file)))
      } catch let failure as Failure {
        throw failure
      } catch {
        throw Failure.badData(file, "not a script: \(error)")
      }
      var runner = WastRunner(
        script, config: engine.config, features: features.features,
        missing: unknownImports?.policy ?? .error)
      runner.run()
      for miss in runner.misses { print("\(file):\(miss.line): \(miss.reason)") }
      print("\(file): \(runner.passed) passed, \(runner.misses.count) failed")
      passed += runner.passed
      failed += runner.misses.count
    }
    print("\(passed) passed, \(failed) failed")
    if failed > 0 { throw ExitCode(ExitStatus.negative.rawValue) }
  }
}
