import Archive
import Console
import Engine
import Firefly
import Postmortem

extension CartPlace {
  /// The cart there, checked as its form asks for.
  ///
  /// A shipped or installed ROM whose `_hash` is wrong is refused before anything of it runs. A ROM
  /// directory may be one that is being worked on, so that there it is only worth a warning.
  ///
  /// - Parameters:
  ///   - config: How a module is compiled that is compiled while it arrives.
  ///   - warn: Called with what a player should know.
  func cart(
    config: CodegenConfig = .host, warn: (String) -> Void = { _ in }
  ) throws(Failure) -> Cart {
    switch self {
    case .standardInput: return try Self.streamedCart(config)
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
      return try Self.cart(of: try self.rom(), at: path)
    }
  }

  /// The cart of a ROM that is played as it was shipped.
  private static func cart(of rom: ROM, at path: String) throws(Failure) -> Cart {
    guard rom.hash != .differs else { throw wrongHash(path) }
    return try translated(path) { () throws(CartError) in
      try Cart(id: rom.metadata.fullID, files: rom.files)
    }
  }

  /// The cart from standard input: a module is compiled while it arrives, an exported ROM is read whole
  /// before anything of it is believed.
  private static func streamedCart(_ config: CodegenConfig) throws(Failure) -> Cart {
    var input = try StandardInput()
    if ZipReader.recognises(try input.peek(4)) {
      let bytes = try input.readAll(limit: CartFolder.largestTotal)
      let name = StandardInput.name
      return try cart(of: try rom(of: files(ofArchive: bytes, name), at: name), at: name)
    }
    let compiled = try input.compile(config: config, limit: Cart.largestModule)
    var cart = Cart(id: input.moduleName, wasm: compiled.module.bytes)
    cart.compiled = compiled
    return cart
  }

  /// All files of the ROM there; whether `_hash` is right is for the caller to judge.
  ///
  /// - Throws: `Failure` for whatever is no ROM, an installed one in a folder of another name
  ///   included.
  func rom() throws(Failure) -> ROM {
    let rom = try Self.rom(of: files(), at: path)
    if case .installed(let id, let path) = self, ROMID(rom.metadata) != id {
      throw .badData(path, "its metadata are those of \(rom.metadata.fullID)")
    }
    return rom
  }

  private static func rom(of files: CartFiles, at path: String) throws(Failure) -> ROM {
    do {
      return try ROM(files)
    } catch {
      throw .badData(path, "no ROM: \(error.reason)")
    }
  }

  /// All files of the ROM there, whatever they are; only their names and sizes have been checked.
  func files() throws(Failure) -> CartFiles {
    switch self {
    case .module, .standardInput:
      throw .badData(inputName(path), "neither a ROM directory nor a ROM file")
    case .archive(let path):
      let bytes = try Self.translated(path) { () throws(CartError) in
        try Cart.readFile(path, limit: CartFolder.largestTotal)
      }
      return try Self.files(ofArchive: bytes, path)
    case .folder(let path), .installed(_, let path):
      let folder = try Self.translated(path) { () throws(CartError) in try CartFolder(path: path) }
      guard let other = folder.others.first else { return folder.files }
      throw .badData(
        path, "no ROM: \(visible(other, limit: 64)) is neither a plain file nor of a plain name")
    }
  }

  private static func files(
    ofArchive bytes: [UInt8], _ path: String
  ) throws(Failure) -> CartFiles {
    do {
      let archive = try ZipReader(bytes)
      var files: [String: [UInt8]] = [:]
      for entry in archive.entries { files[entry.name] = try archive.content(of: entry) }
      return CartFiles(files)
    } catch {
      throw .badData(path, error.description)
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
