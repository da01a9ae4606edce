import Foundation
import Replay

/// Replays as files.
enum ReplaySaving {
  /// Writes a replay whole or not at all.
  static func write(_ replay: Replay, to path: String) throws(Failure) {
    let bytes: [UInt8]
    do {
      bytes = try ReplayFile.encode(replay)
    } catch {
      throw .internalError(path, "\(error)")
    }
    do throws(CrashFolder.Failure) {
      try CrashFolder.writeBytes(bytes, to: path)
    } catch {
      throw Failure(status: .cannotCreate, what: path, why: error.reason)
    }
  }

  /// Reads a replay: a file, or the one in the folder of a crash.
  static func read(_ word: String) throws(Failure) -> Replay {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: word, isDirectory: &isFolder) else {
      throw .missingInput(word, "no such file or directory")
    }
    let path = isFolder.boolValue ? word + "/" + ReplayFile.nameInBundle : word
    guard let file = PlainFile(path) else { throw .missingInput(path, "no replay is there") }
    guard file.size <= ReplayFile.largest else {
      throw .badData(path, "\(ReplayError.tooLarge("\(file.size) bytes"))")
    }
    guard let bytes = file.bytes(0..<file.size) else {
      throw Failure(status: .inputOutput, what: path, why: "cannot be read")
    }
    do {
      return try ReplayFile.decode(bytes)
    } catch {
      throw .badData(path, "\(error)")
    }
  }
}
