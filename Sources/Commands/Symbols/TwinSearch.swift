import Engine
import Foundation
import Postmortem

/// Looks for the debug information of a stripped cart: for a twin, a file with the same code that
/// still has it.
///
/// In this order: what the cart names in `external_debug_info`, `CART.debug.wasm` beside it, files
/// beside it with the same `build_id`, the symbol store. Nothing is fetched, and a path in a cart is
/// followed only within the cart's folder and its project.
struct TwinSearch {
  /// Files beside a cart that are asked for their `build_id`.
  private static let askedFiles = 256

  /// The symbol store, if there is a home for one.
  var store: SymbolStore?

  /// A search with the user's own symbol store.
  init(store: SymbolStore? = .standard()) {
    self.store = store
  }

  /// Looks for a twin of a cart, unless it has debug information of its own.
  ///
  /// - Parameters:
  ///   - cart: The module.
  ///   - path: Where it was read, a file or the folder of a ROM; nil where that is not known.
  func find(for cart: [UInt8], at path: String?) -> DebugTwin {
    guard let identity = ModuleIdentity(cart), !identity.hasDebugInfo, identity.codeHash != nil
    else { return DebugTwin() }
    var search = Search(identity)
    if let path {
      let isROM = modulePath(path) != path
      // The folder and the project's. A ROM's folder is what is shipped: debug information lies beside.
      var folders = SourceFinder(cart: path).roots
      if isROM { folders.insert(Self.folder(of: path), at: 1) }
      search.ask(named: identity.externalDebugInfo, in: folders)
      search.askNeighbours(of: isROM ? Self.withoutSlash(path) : path, isROM: isROM, folders)
    } else if let name = identity.externalDebugInfo {
      search.result.notes.append(Self.quoted(name) + " was not looked for: no cart beside it.")
    }
    if let store, let hash = identity.codeHash { search.ask(store.path(forCode: hash)) }
    return search.result
  }

  /// A search under way; it ends with the first twin.
  private struct Search {
    let identity: ModuleIdentity
    var result = DebugTwin()
    private var asked: Set<String> = []

    init(_ identity: ModuleIdentity) {
      self.identity = identity
    }

    /// Takes a file for a twin, or notes why not; a file that is not there is passed over.
    @discardableResult
    mutating func ask(_ path: String) -> Bool {
      guard result.module == nil, asked.insert(path).inserted, let file = PlainFile(path) else {
        return false
      }
      guard let bytes = file.module() else {
        refuse(path, "it cannot be read, or has more than a gibibyte")
        return true
      }
      guard let twin = ModuleIdentity(bytes) else {
        refuse(path, "it is no WebAssembly module")
        return true
      }
      if let reason = identity.refusal(ofTwin: twin) {
        refuse(path, reason)
        return true
      }
      do {
        result.module = try Module(decoding: bytes)
        result.path = path
      } catch {
        refuse(path, "\(error)")
      }
      return true
    }

    private mutating func refuse(_ path: String, _ reason: String) {
      // The cart itself is no candidate worth a word.
      result.notes.append("Debug information in \(visible(path)) is not used: \(reason).")
    }

    /// Follows what `external_debug_info` says, if it is a path that stays in these folders.
    mutating func ask(named name: String?, in folders: [String]) {
      guard result.module == nil, let name, !name.isEmpty else { return }
      let shown = TwinSearch.quoted(name)
      if name.contains("://") {
        result.notes.append(
          "The cart names \(shown), which is not fetched: put the file beside it.")
        return
      }
      // What leads out of the folders is looked for by its last part, as after a move.
      let parts = name.split(separator: "/").filter { $0 != "." }
      guard !name.utf8.contains(0), let last = parts.last, last != ".." else {
        result.notes.append("The cart names \(shown), which is no path of a file.")
        return
      }
      let isInside = !name.hasPrefix("/") && !parts.contains("..")
      let names = isInside ? [parts.joined(separator: "/"), String(last)] : [String(last)]
      var isThere = false
      for folder in folders {
        for name in names where ask(folder + "/" + name) { isThere = true }
      }
      if !isThere { result.notes.append("The cart names \(shown), which is not beside it.") }
    }

    /// Asks `CART.debug.wasm`, then files with the cart's `build_id`.
    mutating func askNeighbours(of cart: String, isROM: Bool, _ folders: [String]) {
      let ending = [".wasm", ".zip"].first { cart.hasSuffix($0) } ?? ""
      let stem = String(cart.dropLast(ending.count))
      ask(stem + ".debug.wasm")
      if stem != cart { ask(cart + ".debug.wasm") }
      if isROM { ask(cart + "/_bin.debug.wasm") }
      guard !identity.buildID.isEmpty else { return }
      for folder in folders where result.module == nil {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        let modules = names.filter { $0.hasSuffix(".wasm") }.sorted()
        for name in modules.prefix(TwinSearch.askedFiles) where result.module == nil {
          let path = folder + "/" + name
          guard path != cart, let file = PlainFile(path),
            file.customSection(named: "build_id") == identity.buildID
          else { continue }
          ask(path)
        }
      }
    }
  }

  // MARK: Folders

  private static func withoutSlash(_ path: String) -> String {
    var path = path[...]
    while path.count > 1, path.hasSuffix("/") { path = path.dropLast() }
    return String(path)
  }

  private static func folder(of path: String) -> String {
    URL(fileURLWithPath: path).deletingLastPathComponent().path
  }

  private static func quoted(_ name: String) -> String { "\"\(visible(name, limit: 256))\"" }
}
