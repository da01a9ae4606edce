import ArgumentParser
import Console
import Foundation
import Postmortem

/// `glowjar symbols`: the store of debug information for stripped carts.
struct Symbols: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Keep debug information of carts that are shipped without it.",
    discussion: """
      The store holds copies of modules with names and DWARF, each under the SHA-256 of its code \
      section, in $XDG_DATA_HOME/glowjar/symbols. When a cart with the same code crashes, its \
      report uses them.
      """,
    subcommands: [Add.self, List.self, Remove.self])

  /// The user's store.
  private static func store() throws(Failure) -> SymbolStore {
    guard let store = SymbolStore.standard() else {
      throw .missingInput("symbol store", "neither XDG_DATA_HOME nor HOME names a folder")
    }
    return store
  }

  /// `glowjar symbols add FILE…`.
  struct Add: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Keep copies of modules with debug information.")

    @Argument(help: "Modules as the linker made them, before anything was stripped.")
    var files: [String]

    func run() throws {
      let store = try Symbols.store()
      for path in files {
        let bytes = try readModule(path)
        print("\(path): \(try store.add(bytes, from: path))")
      }
    }
  }

  /// `glowjar symbols list`.
  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Show what is kept.")

    @Flag(help: "Print JSON.")
    var json = false

    func run() throws {
      let entries = try Symbols.store().entries()
      if json { return try printJSON(entries) }
      for entry in entries {
        let build = entry.buildID.isEmpty ? "" : "  build_id \(entry.buildID)"
        let date = entry.added.formatted(.iso8601)
        print("\(entry.code)  \(entry.bytes) bytes  \(date)\(build)")
      }
    }
  }

  /// `glowjar symbols remove KEY…`.
  struct Remove: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Remove what is kept for some code.")

    @Argument(help: "Hashes as listed, or at least eight digits of one; or carts.")
    var keys: [String]

    func run() throws {
      let store = try Symbols.store()
      for key in keys {
        var hash = key
        if FileManager.default.fileExists(atPath: key) {
          guard let code = ModuleIdentity(try readModule(key))?.codeHash else {
            throw Failure.badData(key, "not a WebAssembly module with code")
          }
          hash = hexadecimal(code)
        }
        print("removed \(try store.remove(hash))")
      }
    }
  }
}

/// The bytes of a module or ROM, which need not be valid.
func readModule(_ path: String) throws(Failure) -> [UInt8] {
  let place = CartPlace(path)
  if case .archive = place { return try place.cart().wasm }
  let file = modulePath(place.path)
  guard let plain = PlainFile(file) else {
    throw .missingInput(
      path,
      FileManager.default.fileExists(atPath: file) ? "cannot be read" : "no such file")
  }
  guard plain.size <= PlainFile.largestModule else {
    throw .badData(path, "\(plain.size) bytes; a module has at most 1 GiB")
  }
  guard let bytes = plain.module() else {
    throw Failure(status: .inputOutput, what: path, why: "cannot be read")
  }
  return bytes
}
