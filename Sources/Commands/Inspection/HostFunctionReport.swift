import Console
import Engine

/// A host function as it is listed.
struct HostFunctionReport: Encodable {
  var module: String
  var name: String
  var alias: String?
  var type: String
  var state: String
  var privileged: Bool

  init(_ listing: HostFunctionListing) {
    module = listing.module
    name = listing.name
    if let aliasModule = listing.aliasModule, let alias = listing.alias {
      self.alias = "\(aliasModule).\(alias)"
    }
    type = listing.type.description
    state = listing.isImplemented ? "implemented" : "silent"
    privileged = listing.isPrivileged
  }

  var line: String {
    let note = (state == "silent" ? "  silent" : "") + (privileged ? "  privileged" : "")
    return "\(module).\(name)\(alias.map { " = \($0)" } ?? "")  \(type)\(note)"
  }
}
