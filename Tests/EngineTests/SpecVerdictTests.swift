import Foundation
import Testing

@testable import Engine

/// The suite's verdicts on modules: which must be accepted and which refused.
@Suite(
  .enabled(if: SpecSuite.isPresent, "the test suite's data is missing: no ../shared/spec/wasm-2.0"))
struct SpecVerdictTests {
  @Test("Every module of the suite is accepted or refused as it says", arguments: SpecSuite.scripts)
  func verdicts(_ name: String) throws {
    let script = try SpecSuite.script(name)
    for command in script.commands {
      guard let filename = command.filename, let file = script.files[filename] else { continue }
      let place = Comment(rawValue: "\(name):\(command.line) \(command.text ?? "")")
      switch command.type {
      case "module", "assert_unlinkable", "assert_uninstantiable":
        #expect(throws: Never.self, place) { try load([UInt8](file)) }
      case "assert_invalid", "assert_malformed":
        let reason = fault([UInt8](file), features: .webAssembly2)
        let isRight = reason?.isMeant(by: command.text ?? "") == true
        #expect(isRight, "\(place): \(String(describing: reason))")
      default: break
      }
    }
  }

  @Test("The suite has scripts to run") func scriptsArePresent() {
    #expect(SpecSuite.scripts.count == 148)
  }
}

/// Decodes and validates all of a module of WebAssembly 2.0.
func load(_ bytes: [UInt8]) throws {
  try Module(decoding: bytes, features: .webAssembly2).validateBodies()
}
