import ArgumentParser
import Foundation
import Postmortem

/// `glowjar list`: which ROMs are installed.
struct ListROMs: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List installed ROMs.")

  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    let entries = try ROMLibrary.users().entries()
    if json { return try printJSON(entries) }
    let width = entries.map(\.id.count).max() ?? 0
    for entry in entries {
      let id = entry.id.padding(toLength: width, withPad: " ", startingAt: 0)
      if let problem = entry.problem {
        print("\(id)  cannot be played: \(problem)")
      } else {
        print(
          "\(id)  \(visible(entry.title)) by \(visible(entry.author)), "
            + "version \(entry.version), \(entry.bytes) bytes")
      }
    }
  }
}
