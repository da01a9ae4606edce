import Console
import Foundation
import Postmortem
import Replay

/// Turns the folder of a crash into a test case: it fails while the cart still crashes, and passes
/// once that is mended.
///
/// The case is a file of `glowjar test` with a copy of the recording beside it.
struct CaseFromCrash {
  /// Steps of a callback after which a cart counts as hanging: far more than a frame leaves time for.
  private static let fuelForHangs: UInt64 = 100_000_000

  /// Where the case's file is.
  let path: String

  /// Writes the case of the crash in `bundle` to `folder`, which is made if it is not there.
  init(_ bundle: String, cart word: String? = nil, to folder: String) throws(Failure) {
    let replay = try ReplaySaving.read(bundle)
    guard let crash = replay.end.crash else {
      throw .badData(bundle, "the recording does not end in a crash")
    }
    let found = try ReplayCart(for: replay, word, allowsOther: true).path
    guard let cart = absolutePath(found) else {
      throw .usage("--cart", "a case names its cart, and standard input has no path")
    }
    let name = "crash-\(replay.header.cartID)-\(crash.kind)-\(replay.frames)"
    let base = CrashFolder.folderName(name)
    do {
      try FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: true)
    } catch {
      throw Failure(status: .cannotCreate, what: folder, why: "cannot be made")
    }
    path = folder + "/" + base + ".test.toml"
    let text = Self.text(replay, crash, cart: cart, replayName: base + ".replay")
    try ReplaySaving.write(replay, to: folder + "/" + base + ".replay")
    do throws(CrashFolder.Failure) {
      try CrashFolder.writeText(text, to: path)
    } catch {
      throw Failure(status: .cannotCreate, what: path, why: error.reason)
    }
  }

  private static func text(
    _ replay: Replay, _ crash: ReplayEnd.RecordedCrash, cart: String, replayName: String
  ) -> String {
    let frames = max(1, replay.frames)
    var text = """
      # Made from a crash: \(crash.description), in frame \(replay.frames).
      # Passes when the cart comes through that frame.
      cart = \(quoted(cart))
      profile = \(quoted(replay.header.profile))
      replay = \(quoted(replayName))
      frames = \(frames)

      """
    // A cart that hangs is to be stopped at the same place each time.
    let fuel = replay.header.fuel ?? (crash.kind == "interrupted" ? Self.fuelForHangs : nil)
    if let fuel { text += "fuel = \(fuel)\n" }
    return text
  }

  /// A TOML basic string.
  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case _ where scalar.value < 0x20 || scalar.value == 0x7F:
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
