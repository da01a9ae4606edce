import ArgumentParser
import Foundation

/// `glowjar remove ID`: uninstalls a ROM.
struct Remove: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Remove installed ROMs; what they have saved stays unless --data is given.")

  @Argument(help: ArgumentHelp("Ids of installed carts.", valueName: "id"))
  var ids: [String]

  @Flag(help: "Remove what they have saved, too; also of a cart that is no longer installed.")
  var data = false

  func run() throws {
    let library = try ROMLibrary.users()
    for word in ids {
      guard let id = ROMID(word) else { throw Failure.usage(word, "no id: AUTHOR.APP") }
      let saved = savedData(of: id)
      guard library.contains(id) || (data && saved != nil) else {
        throw Failure.missingInput(word, "not installed")
      }
      if library.contains(id) { try library.remove(id) }
      print("removed \(id)")
      guard let saved else { continue }
      if data {
        do {
          try FileManager.default.removeItem(atPath: saved)
        } catch {
          throw Failure(status: .inputOutput, what: saved, why: "cannot be removed")
        }
        print("removed \(saved)")
      } else {
        print("kept \(saved)")
      }
    }
  }

  /// The folder of what a cart has saved, nil if there is none.
  private func savedData(of id: ROMID) -> String? {
    guard let folder = dataFolder().map({ "\($0)/data/\(id.author)/\(id.app)" }) else { return nil }
    var status = stat()
    let isFolder = lstat(folder, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    return isFolder ? folder : nil
  }
}
