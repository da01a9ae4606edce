import ArgumentParser
import Console
import Firefly
import Foundation
import Postmortem

/// `glowjar install FILE…`: keeps ROMs, to be played by their ids.
struct Install: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Install ROMs: exported .zip files or ROM directories.",
    discussion: """
      Everything is checked before a file is written, and a ROM is replaced in one step; what its \
      carts have saved stays. Installed carts are played by their ids: glowjar run AUTHOR.APP.
      """)

  @Argument(help: "ROM files or directories.", completion: .file())
  var files: [String]

  @Flag(help: "Install a ROM though its files are not those that its _hash was made of.")
  var force = false

  @Option(
    help: ArgumentHelp(
      "Install a bare module, which has no metadata, under this id.", valueName: "author.app"))
  var id: String?

  func validate() throws {
    if let id, ROMID(id) == nil {
      throw ValidationError(
        "--id takes AUTHOR.APP, both of 1 to 16 of a-z, 0-9 and single hyphens")
    }
    if id != nil, files.count != 1 { throw ValidationError("--id goes with one module") }
  }

  func run() throws {
    let library = try ROMLibrary.users()
    // All are looked at before the first is installed.
    for (path, rom) in try files.map({ ($0, try read($0)) }) {
      let id = ROMID(rom.metadata)
      if rom.hash == .missing, self.id == nil {
        printError("glowjar: warning: \(path): no \(ROMHash.fileName) to check the files by")
      }
      if rom.metadata.isPrivileged {
        printError(
          "glowjar: warning: \(id): a privileged cart: it asks for the console's own files")
      }
      // What has been accepted is what is checked from now on.
      try library.install(rom.sealed, as: id)
      print("installed \(id): \(visible(rom.metadata.appName))")
    }
  }

  private func read(_ path: String) throws(Failure) -> ROM {
    let place = CartPlace(path)
    if case .installed(let id, _) = place { throw .usage(path, "\(id) is installed already") }
    if case .module = place { return try wrap(place) }
    if id != nil { throw .usage(path, "a ROM has an id of its own: leave --id out") }
    let rom = try place.rom()
    guard rom.hash != .differs || force else {
      var failure = CartPlace.wrongHash(path)
      failure.why += "; --force installs it all the same"
      throw failure
    }
    return rom
  }

  private func wrap(_ place: CartPlace) throws(Failure) -> ROM {
    let cart = try place.cart()
    guard let id = id.flatMap(ROMID.init) else {
      throw .usage(
        place.path, "a bare module has no metadata: name it with --id AUTHOR.APP")
    }
    do {
      _ = try Console.compile(cart.wasm)
    } catch {
      throw Failure(error, cart: place.path)
    }
    do {
      return try ROM(module: cart.wasm, authorID: id.author, appID: id.app)
    } catch {
      throw .badData(place.path, error.reason)
    }
  }
}

extension ROMLibrary {
  /// The user's own.
  static func users() throws(Failure) -> ROMLibrary {
    guard let library = standard() else {
      throw .missingInput("installed carts", "neither XDG_DATA_HOME nor HOME names a folder")
    }
    return library
  }
}
