import Archive
import ArgumentParser
import Console
import Firefly
import Foundation

/// `glowjar export ID`: makes the file by which a ROM is shipped.
struct Export: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Write a ROM to a .zip file, as Firefly's own tools do.",
    discussion: "The same files always give the same archive, byte for byte.")

  @Argument(help: "The id of an installed cart, or a ROM directory.", completion: .directory)
  var cart: String

  @Argument(help: "The file; by default AUTHOR.APP.zip in this folder.", completion: .file())
  var file: String?

  func run() throws {
    let place = CartPlace(cart)
    if case .module(let path) = place, ROMID(path) != nil {
      throw Failure.missingInput(path, "not installed")
    }
    let rom = try place.rom()
    // A directory of a ROM in the making gets its hash here, an installed one has to have it.
    if case .installed(_, let path) = place, rom.hash == .differs {
      throw CartPlace.wrongHash(path)
    }
    let target = file ?? rom.metadata.fullID + ".zip"
    do {
      try Data(ZipWriter.archive(of: rom.sealed.byName))
        .write(to: URL(fileURLWithPath: target), options: .atomic)
    } catch {
      throw Failure(status: .cannotCreate, what: target, why: "cannot be written")
    }
    print("exported \(target)")
  }
}
