import Console
import Foundation
import Headless

/// Where the pictures go that a player takes with the console's menu: PNG files in the folder for
/// pictures of the desktop.
struct ScreenshotFolder {
  let path: String

  /// `Glowjar` in `$XDG_PICTURES_DIR`, in the folder that `user-dirs.dirs` names, or in
  /// `~/Pictures`; nil without a home.
  static func standard(
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) -> ScreenshotFolder? {
    let home = environment["HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil }
    if let pictures = environment["XDG_PICTURES_DIR"], pictures.hasPrefix("/") {
      return ScreenshotFolder(path: pictures + "/Glowjar")
    }
    guard let home else { return nil }
    let config = environment["XDG_CONFIG_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil }
    let named = pictures(inUserDirectories: (config ?? home + "/.config") + "/user-dirs.dirs", home)
    return ScreenshotFolder(path: (named ?? home + "/Pictures") + "/Glowjar")
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

  /// Saves a picture as `CARTID-YYYYMMDDThhmmssZ.png`; returns its path.
  func save(_ picture: Picture, cartID: String, date: Date = Date()) throws(Failure) -> String {
    let bytes: [UInt8]
    do {
      bytes = try PNG.encode(picture)
    } catch {
      throw .internalError(path, "\(error)")
    }
    do throws(CrashFolder.Failure) {
      try CrashFolder.makeFolders(path)
    } catch {
      throw Failure(status: .cannotCreate, what: path, why: error.reason)
    }
    let name = "\(path)/\(CrashFolder.folderName(cartID))-\(CrashFolder.timestamp(date))"
    // More than one picture may be taken in a second, and none is written over.
    for attempt in 1...100 {
      let file = attempt == 1 ? "\(name).png" : "\(name)-\(attempt).png"
      do {
        try Data(bytes).write(to: URL(fileURLWithPath: file), options: .withoutOverwriting)
        return file
      } catch CocoaError.fileWriteFileExists {
        continue
      } catch {
        throw Failure(status: .cannotCreate, what: file, why: "cannot be written")
      }
    }
    throw Failure(status: .cannotCreate, what: name, why: "too many pictures in one second")
  }
}
