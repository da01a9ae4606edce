import Console
import Firefly
import Postmortem

/// What a ROM says about its cart and which files it has, ready to be printed.
struct ROMReport: Encodable {
  struct FileReport: Encodable {
    var name: String
    var size: Int
    /// What it is for, as `ROMFile` names it.
    var kind: String
  }

  var id: String
  var title: String
  var author: String
  var version: UInt32
  var launcher: Bool
  var privileged: Bool
  /// `matches`, `missing` or `differs`.
  var hash: String
  var files: [FileReport]

  init(_ rom: ROM) {
    id = rom.metadata.fullID
    title = rom.metadata.appName
    author = rom.metadata.authorName
    version = rom.metadata.version
    launcher = rom.metadata.isLauncher
    privileged = rom.metadata.isPrivileged
    hash = rom.hash.rawValue
    files = rom.files.names.map { name in
      let content = rom.files.read(name) ?? []
      return FileReport(
        name: name, size: content.count, kind: ROMFile(name: name, content: content).rawValue)
    }
  }

  func print() {
    let roles = (launcher ? ", launcher" : "") + (privileged ? ", privileged" : "")
    Swift.print("\(id), version \(version)\(roles)")
    Swift.print("\(visible(title)) by \(visible(author))")
    Swift.print("hash \(hash)\n\nfiles")
    for file in files { Swift.print("  \(file.name): \(file.size) bytes, \(file.kind)") }
    Swift.print("")
  }
}
