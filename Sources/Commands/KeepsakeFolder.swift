import Console
import Foundation
import Headless
import Replay

/// Where files go that a player makes while a cart plays; none is written over.
struct KeepsakeFolder {
  let path: String

  /// For replays: `replays` in the console's folder for its state; nil without a home.
  static func replays() -> KeepsakeFolder? {
    BaseFolder.state.path().map { KeepsakeFolder(path: $0 + "/replays") }
  }

  /// For pictures that are taken with the console's menu: `Glowjar` in `$XDG_PICTURES_DIR`, in the folder that `user-dirs.dirs` names, or in
  /// `~/Pictures`; nil without a home.
  static func pictures(
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) -> KeepsakeFolder? {
    let home = environment["HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil }
    if let pictures = environment["XDG_PICTURES_DIR"], pictures.hasPrefix("/") {
      return KeepsakeFolder(path: pictures + "/Glowjar")
    }
    guard let home else { return nil }
    let config = environment["XDG_CONFIG_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil }
    let named = pictures(inUserDirectories: (config ?? home + "/.config") + "/user-dirs.dirs", home)
    return KeepsakeFolder(path: (named ?? home + "/Pictures") + "/Glowjar")
  }

  /// The line `XDG_PICTURES_DIR="$HOME/..."` of a file of xdg-user-dirs.
  private static func pictures(inUserDirectories path: String, _ home: String) -> String? {
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return nil }
    let prefix = "XDG_PICTURES_DIR=\""
    for line in text.split(separator: "\n") where line.hasPrefix(prefix) && line.hasSuffix("\"") {
      let value = line.dropFirst(prefix.count).dropLast()
      if value.hasPrefix("/") { return String(value) }
      if value.hasPrefix("$HOME/") { return home + value.dropFirst("$HOME".count) }
    }
    return nil
  }

  /// Saves a picture; returns its path.
  func save(_ picture: Picture, cartID: String) throws(Failure) -> String {
    try save(cartID: cartID, ending: "png") { try PNG.encode(picture) }
  }

  /// Saves a replay; returns its path.
  func save(_ replay: Replay) throws(Failure) -> String {
    try save(cartID: replay.header.cartID, ending: "replay") { try ReplayFile.encode(replay) }
  }

  /// Saves a file as `CARTID-YYYYMMDDThhmmssZ.ENDING`.
  private func save(
    cartID: String, ending: String, date: Date = Date(), _ content: () throws -> [UInt8]
  ) throws(Failure) -> String {
    let bytes: [UInt8]
    do {
      bytes = try content()
    } catch {
      throw .internalError(path, "\(error)")
    }
    do throws(CrashFolder.Failure) {
      try CrashFolder.makeFolders(path)
    } catch {
      throw Failure(status: .cannotCreate, what: path, why: error.reason)
    }
    let name = "\(path)/\(CrashFolder.folderName(cartID))-\(CrashFolder.timestamp(date))"
    // There may be more than one in a second.
    for attempt in 1...100 {
      let file = attempt == 1 ? "\(name).\(ending)" : "\(name)-\(attempt).\(ending)"
      do {
        try Data(bytes).write(to: URL(fileURLWithPath: file), options: .withoutOverwriting)
        return file
      } catch CocoaError.fileWriteFileExists {
        continue
      } catch {
        throw Failure(status: .cannotCreate, what: file, why: "cannot be written")
      }
    }
    throw Failure(status: .cannotCreate, what: name, why: "too many in one second")
  }
}
