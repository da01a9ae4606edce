import Engine
import Foundation
import Runtime
import Testing

@testable import Commands

/// The specification's test suite, which lies in `../shared` beside the repository or where
/// GLOWJAR_SHARED points to.
private enum SpecSuite {
  static let folder: URL = {
    let root = URL(fileURLWithPath: #filePath)
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    let shared =
      ProcessInfo.processInfo.environment["GLOWJAR_SHARED"].map { URL(fileURLWithPath: $0) }
      ?? root.deletingLastPathComponent().appendingPathComponent("shared")
    return shared.appendingPathComponent("spec/wasm-2.0")
  }()

  /// The names of the scripts.
  static let scripts: [String] = {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return files.filter { $0.hasSuffix(".json") && $0 != "INDEX.json" }.sorted()
  }()
}

@Suite(
  "The specification's test suite",
  .enabled(
    if: !SpecSuite.scripts.isEmpty, "the test suite's data is missing: no ../shared/spec/wasm-2.0"))
struct SpecSuiteTests {
  /// A way to compile that must not change any result.
  enum Mode: CaseIterable {
    case fast
    case withoutExtensions
    case slowAndPlain
    case unfolded

    var config: CodegenConfig {
      switch self {
      case .fast: .host
      case .withoutExtensions: CodegenConfig(features: [], bounds: CodegenConfig.host.bounds)
      case .unfolded: CodegenConfig(switches: [.noFolding, .noLocalRegisters, .checksItself])
      case .slowAndPlain: CodegenConfig(features: [], bounds: .explicit, switches: .spillEverything)
      }
    }
  }

  @Test("All commands of a script pass", arguments: SpecSuite.scripts, Mode.allCases)
  func script(_ name: String, _ mode: Mode) throws {
    let data = try Data(contentsOf: SpecSuite.folder.appendingPathComponent(name))
    let script = try JSONDecoder().decode(WastScript.self, from: data)
    var runner = WastRunner(script, config: mode.config, missing: .error)
    runner.run()
    for miss in runner.misses { Issue.record("\(name):\(miss.line): \(miss.reason)") }
    #expect(runner.passed == script.commands.count)
  }

  @Test("All scripts are there") func count() { #expect(SpecSuite.scripts.count == 148) }
}
