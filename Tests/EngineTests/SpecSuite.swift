import Foundation

/// The specification's test suite as data, which lies outside of the repository.
///
/// It is looked for in `../shared` beside the repository, or where GLOWJAR_SHARED points to.
enum SpecSuite {
  static let folder: URL = {
    let shared =
      ProcessInfo.processInfo.environment["GLOWJAR_SHARED"].map { URL(fileURLWithPath: $0) }
      ?? URL(fileURLWithPath: #filePath)
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("shared")
    return shared.appendingPathComponent("spec/wasm-2.0")
  }()

  static let isPresent = FileManager.default.fileExists(
    atPath: folder.appendingPathComponent("INDEX.json").path)

  /// The scripts by name.
  static let scripts: [String] = {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return files.filter { $0.hasSuffix(".json") && $0 != "INDEX.json" }
      .map { String($0.dropLast(5)) }.sorted()
  }()

  /// Reads a script.
  static func script(_ name: String) throws -> Script {
    let file = folder.appendingPathComponent(name + ".json")
    return try JSONDecoder().decode(Script.self, from: Data(contentsOf: file))
  }

  /// A script: commands and the modules they name.
  struct Script: Decodable {
    struct Command: Decodable {
      var type: String
      var line: Int
      var filename: String?
      var text: String?
    }

    var commands: [Command]
    var files: [String: Data]
  }
}
