import Engine
import Foundation
import Runtime
import Testing

@testable import Commands

/// The specification's test suite, which lies in `../shared` beside the repository or where
/// GLOWJAR_SHARED points to.
private struct SpecSuite {
  /// The suite of WebAssembly 2.0, and that of 3.0.
  static let second = SpecSuite("wasm-2.0")
  static let third = SpecSuite("wasm-3.0")

  /// The scripts by name, with their files.
  let scripts: [String: URL]

  private struct Index: Decodable {
    struct Script: Decodable { var path: String }
    var scripts: [String: Script]
  }

  private init(_ set: String) {
    let root = URL(fileURLWithPath: #filePath)
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    let shared =
      ProcessInfo.processInfo.environment["GLOWJAR_SHARED"].map { URL(fileURLWithPath: $0) }
      ?? root.deletingLastPathComponent().appendingPathComponent("shared")
    let folder = shared.appendingPathComponent("spec").appendingPathComponent(set)
    let index = (try? Data(contentsOf: folder.appendingPathComponent("INDEX.json")))
      .flatMap { try? JSONDecoder().decode(Index.self, from: $0) }
    scripts = (index?.scripts ?? [:]).mapValues { folder.appendingPathComponent($0.path) }
  }

  var names: [String] { scripts.keys.sorted() }

  func script(_ name: String) throws -> WastScript {
    let file = try #require(scripts[name])
    return try JSONDecoder().decode(WastScript.self, from: Data(contentsOf: file))
  }
}

@Suite(
  "The specification's test suite",
  .enabled(
    if: !SpecSuite.second.scripts.isEmpty,
    "the test suite's data is missing: no ../shared/spec/wasm-2.0"))
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

  @Test("All commands of a script pass", arguments: SpecSuite.second.names, Mode.allCases)
  func script(_ name: String, _ mode: Mode) throws {
    let script = try SpecSuite.second.script(name)
    var runner = WastRunner(script, config: mode.config, missing: .error)
    runner.run()
    for miss in runner.misses { Issue.record("\(name):\(miss.line): \(miss.reason)") }
    #expect(runner.passed == script.commands.count)
  }

  /// Scripts of 3.0 that use garbage collection.
  private static let unfinished: Set<String> = [
    "array", "array_copy", "array_fill", "array_init_data", "array_init_elem", "array_new_data",
    "array_new_elem", "binary-gc", "br_on_cast", "br_on_cast_fail", "extern", "i31", "ref_cast",
    "ref_eq", "ref_null", "ref_test", "struct", "table_init", "table_init64", "type-rec",
    "type-subtyping",
  ]

  @Test(
    "A script of 3.0 passes, or names the feature that is not supported",
    arguments: SpecSuite.third.names, Mode.allCases)
  func thirdScript(_ name: String, _ mode: Mode) throws {
    let script = try SpecSuite.third.script(name)
    var runner = WastRunner(script, config: mode.config, features: .default, missing: .error)
    runner.run()
    #expect(runner.passed + runner.misses.count == script.commands.count)
    guard let miss = runner.misses.first else { return }
    #expect(Self.unfinished.contains(name), "\(name):\(miss.line): \(miss.reason)")
    #expect(
      miss.reason.contains("uses garbage collection, which is not supported"),
      "\(name):\(miss.line): \(miss.reason)")
  }

  @Test("All scripts are there") func count() { #expect(SpecSuite.second.scripts.count == 148) }
}
