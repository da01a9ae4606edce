import Console
import Engine

/// A table of host functions under one import module name.
struct HostModule: Sendable {
  let name: String
  /// Second name; only functions of modules with one have aliases.
  let alias: String?
  /// Only carts whose metadata say so may import it.
  let isPrivileged: Bool
  let functions: [HostImport]

  init(_ name: String, alias: String?, isPrivileged: Bool = false, _ functions: [HostImport]) {
    self.name = name
    self.alias = alias
    self.isPrivileged = isPrivileged
    self.functions = functions
  }

  /// Everything that a cart can import.
  static var all: [HostModule] {
    [graphics, audio, input, menu, files, net, stats, misc, sudo, wifi, wasi]
  }

  /// The functions that an import of these names can mean: long names and aliases mix freely.
  func functions(module: String, name: String) -> [HostImport] {
    guard module == self.name || module == alias else { return [] }
    return functions.filter { $0.name == name || $0.alias == name }
  }

  var listings: [HostFunctionListing] {
    functions.map { function in
      HostFunctionListing(
        module: name, name: function.name, aliasModule: alias, alias: function.alias,
        type: function.type, isImplemented: !function.isSilent, isPrivileged: isPrivileged)
    }
  }
}
