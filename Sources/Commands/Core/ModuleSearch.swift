import Engine
import Foundation
import Postmortem

/// Looks for the modules that a coredump is of, by the hashes in it.
///
/// In this order: the files given, those beside the dump, installed ROMs; if none is the very file,
/// one with the same code from the symbol store.
struct ModuleSearch {
  /// A module of the dump.
  struct Found {
    /// What to symbolise with.
    var module: Module
    /// Where it is.
    var path: String
    /// What a report tells about how sure it is; a sentence each.
    var notes: [String] = []
  }

  /// Files beside a dump that are looked at.
  private static let askedFiles = 10_000

  let dump: Coredump
  /// Where the dump is.
  let path: String
  /// Files and ROM folders that the user named.
  let given: [String]
  /// The symbol store, if there is a home for one.
  var store = SymbolStore.standard()
  /// The installed ROMs, if there is a home for them.
  var library = ROMLibrary.standard()

  /// The module with an index among those of the dump; nil if it is nowhere.
  ///
  /// - Throws: If a file that the user named is there but is another module.
  func find(_ index: Int) throws(Failure) -> Found? {
    guard let build = dump.build?.modules, build.indices.contains(index) else {
      return try findByTrust(index)
    }
    for path in given {
      let bytes = try readModule(path)
      if isSame(bytes, build[index]) { return try decode(bytes, path, notes: []) }
      if let found = try sameCode(bytes, index, path) { return found }
    }
    for path in neighbours() + (library?.modules() ?? []) {
      guard let file = PlainFile(path), UInt64(file.size) == build[index].byteCount,
        let bytes = file.module(), isSame(bytes, build[index])
      else { continue }
      return try decode(bytes, path, notes: [])
    }
    if let code = codeHash(index), let path = store?.path(forCode: code),
      let bytes = PlainFile(path)?.module(), let found = try sameCode(bytes, index, path)
    {
      return found
    }
    if !given.isEmpty, dump.moduleNames.count == 1 {
      throw .badData(given[0], "not the module of this dump: its code differs")
    }
    return nil
  }

  /// The user's file for a dump without hashes.
  private func findByTrust(_ index: Int) throws(Failure) -> Found? {
    guard let path = given.indices.contains(index) ? given[index] : given.first,
      dump.moduleNames.count == 1 || given.indices.contains(index)
    else { return nil }
    let note = "The dump has no hash of its module: \(visible(path)) is used because it was named."
    return try decode(try readModule(path), path, notes: [note])
  }

  private func codeHash(_ index: Int) -> [UInt8]? {
    guard dump.codeHashes.indices.contains(index), dump.codeHashes[index].count == 32 else {
      return nil
    }
    return dump.codeHashes[index]
  }

  private func isSame(_ bytes: [UInt8], _ module: Coredump.Build.Module) -> Bool {
    UInt64(bytes.count) == module.byteCount && fileHash(bytes) == module.sha256
  }

  /// The file if it has the code that ran, for instance one with debug information that was
  /// stripped before the cart was shipped.
  private func sameCode(
    _ bytes: [UInt8], _ index: Int, _ path: String
  ) throws(Failure) -> Found? {
    guard let code = codeHash(index), ModuleIdentity(bytes)?.codeHash == code else { return nil }
    let note =
      "The cart itself was not found; \(visible(path)) has the same code and is used in its place."
    return try decode(bytes, path, notes: [note])
  }

  private func decode(
    _ bytes: [UInt8], _ path: String, notes: [String]
  ) throws(Failure) -> Found {
    do {
      return Found(module: try Module(decoding: bytes), path: path, notes: notes)
    } catch {
      throw .badData(path, "\(error)")
    }
  }

  // MARK: Places

  private func neighbours() -> [String] {
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.filter { $0.hasSuffix(".wasm") || $0 == "_bin" }.sorted()
      .prefix(Self.askedFiles).map { folder + "/" + $0 }
  }
}
