import Archive
import Console
import Firefly
import Postmortem

extension CartPlace {
  /// The cart there, checked as its form asks for.
  ///
  /// A shipped or installed ROM whose `_hash` is wrong is refused before anything of it runs. A ROM
  /// directory may be one that is being worked on, so that there it is only worth a warning.
  ///
  /// - Parameter warn: Called with what a player should know.
  func cart(warn: (String) -> Void = { _ in }) throws(Failure) -> Cart {
    switch self {
    case .module(let path):
      do throws(CartError) {
        return try Cart.open(path: path)
      } catch {
        if case .missing = error, ROMID(path) != nil {
          throw .missingInput(path, "neither a file nor an installed cart")
        }
        throw Failure(error, cart: path)
      }
    case .folder(let path):
      return try Self.translated(path) { () throws(CartError) in
        let cart = try Cart.open(path: path)
        if ROMHash.state(of: cart.files.byName) == .differs {
          warn("\(path): the files are not those that \(ROMHash.fileName) was made of")
        }
        return cart
      }
    case .archive(let path), .installed(_, let path):
      let rom = try self.rom()
      guard rom.hash != .differs else { throw Self.wrongHash(path) }
      return try Self.translated(path) { () throws(CartError) in
        try Cart(id: rom.metadata.fullID, files: rom.files)
      }
    }
  }

  /// All files of the ROM there; whether `_hash` is right is for the caller to judge.
  ///
  /// - Throws: `Failure` for whatever is no ROM, an installed one in a folder of another name
  ///   included.
  func rom() throws(Failure) -> ROM {
    let files = try files()
    let rom: ROM
    do {
      rom = try ROM(files)
    } catch {
      throw .badData(path, "no ROM: \(error.reason)")
    }
    if case .installed(let id, let path) = self, ROMID(rom.metadata) != id {
      throw .badData(path, "its metadata are those of \(rom.metadata.fullID)")
    }
    return rom
  }

  /// All files of the ROM there, whatever they are; only their names and sizes have been checked.
  func files() throws(Failure) -> CartFiles {
    switch self {
    case .module(let path):
      throw .badData(path, "neither a ROM directory nor a ROM file")
    case .archive(let path):
      let bytes = try Self.translated(path) { () throws(CartError) in
        try Cart.readFile(path, limit: CartFolder.largestTotal)
      }
      do {
        let archive = try ZipReader(bytes)
        var files: [String: [UInt8]] = [:]
        for entry in archive.entries { files[entry.name] = try archive.content(of: entry) }
        return CartFiles(files)
      } catch {
        throw .badData(path, error.description)
      }
    case .folder(let path), .installed(_, let path):
      let folder = try Self.translated(path) { () throws(CartError) in try CartFolder(path: path) }
      guard let other = folder.others.first else { return folder.files }
      throw .badData(
        path, "no ROM: \(visible(other, limit: 64)) is neither a plain file nor of a plain name")
    }
  }

  /// What is said of a ROM that somebody has changed.
  static func wrongHash(_ path: String) -> Failure {
    .badData(
      path, "\(ROMHash.fileName) is not that of the files: the ROM is damaged or was changed")
  }

  private static func translated<T>(
    _ path: String, _ body: () throws(CartError) -> T
  ) throws(Failure) -> T {
    do {
      return try body()
    } catch {
      throw Failure(error, cart: path)
    }
  }
}
