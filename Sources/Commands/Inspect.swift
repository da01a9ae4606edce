import ArgumentParser
import Console
import Engine
import Postmortem

/// `glowjar inspect CART`: what a cart consists of and what it asks of the console.
struct Inspect: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show a cart's sections, imports, exports and memory, or what carts can import.")

  @Argument(help: "The cart or module.", completion: .file())
  var cart: String?

  @Flag(help: "List the console's host functions instead.")
  var host = false

  @Flag(help: "Print JSON.")
  var json = false

  func validate() throws {
    if host == (cart != nil) { throw ValidationError("inspect takes either a cart or --host") }
  }

  func run() throws {
    guard let path = cart else { return try showHost() }
    let (cart, profile) = try openCart(path)
    let module: Module
    do {
      module = try Module(decoding: cart.wasm)
    } catch {
      throw Failure.badData(path, "\(error)")
    }
    let report = CartReport(module, on: profile)
    if json { try printJSON(report) } else { report.print() }
  }

  private func showHost() throws {
    for profile in profiles {
      let functions = profile.hostFunctions.map(HostFunctionReport.init)
      if json {
        try printJSON([profile.name: functions])
      } else {
        for function in functions { print(function.line) }
      }
    }
  }
}

/// A host function as it is listed.
private struct HostFunctionReport: Encodable {
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

/// A cart's parts, ready to be printed.
private struct CartReport: Encodable {
  struct SectionReport: Encodable {
    var name: String
    var custom: Bool
    var offset: Int
    var size: Int
  }

  struct ImportReport: Encodable {
    var module: String
    var name: String
    var type: String
    /// `implemented`, `silent`, or `unknown` where the cart does not link.
    var state: String
  }

  struct ExportReport: Encodable {
    var name: String
    var kind: String
    var type: String?
  }

  struct MemoryReport: Encodable {
    var minimumPages: UInt64
    var maximumPages: UInt64?
  }

  var size: Int
  var sections: [SectionReport]
  var imports: [ImportReport]
  var exports: [ExportReport]
  var memory: MemoryReport?
  var functions: Int
  var hasNames: Bool
  var hasDebugInformation: Bool

  init(_ module: Module, on profile: any Profile.Type) {
    size = module.bytes.count
    sections = Section.all(of: module).map {
      SectionReport(
        name: visible($0.name, limit: 128), custom: $0.isCustom, offset: $0.offset, size: $0.size)
    }
    imports = module.imports.map { Self.report($0, module, profile) }
    exports = module.exports.map {
      ExportReport(
        name: shown($0.name), kind: "\($0.kind)",
        type: $0.kind == .function ? module.type(ofFunction: $0.index).description : nil)
    }
    memory = module.memories.first.map {
      MemoryReport(minimumPages: $0.limits.minimum, maximumPages: $0.limits.maximum)
    }
    functions = module.bodies.count
    hasNames = module.names != nil
    hasDebugInformation = sections.contains { $0.custom && $0.name == ".debug_line" }
  }

  private static func report(
    _ item: Import, _ module: Module, _ profile: any Profile.Type
  ) -> ImportReport {
    var type = "not a function"
    if case .function(let index) = item.kind { type = module.types[index].description }
    return ImportReport(
      module: shown(item.module), name: shown(item.name), type: type,
      state: profile.support(for: item, of: module).rawValue)
  }

  func print() {
    Swift.print("\(size) bytes, \(functions) functions")
    let names = hasNames ? "names" : "no names"
    let debug = hasDebugInformation ? "debug information" : "no debug information"
    Swift.print("\(names), \(debug)")
    if let memory {
      let maximum = memory.maximumPages.map { ", at most \($0)" } ?? ""
      Swift.print("memory of \(memory.minimumPages) pages of 64 KiB\(maximum)")
    }
    Swift.print("\nsections")
    for section in sections {
      let custom = section.custom ? " (custom)" : ""
      Swift.print("  \(section.name)\(custom): \(section.size) bytes at \(section.offset)")
    }
    Swift.print("\nimports")
    for item in imports {
      Swift.print("  \(item.module).\(item.name) \(item.type): \(item.state)")
    }
    Swift.print("\nexports")
    for item in exports {
      Swift.print("  \(item.name): \(item.kind)\(item.type.map { " " + $0 } ?? "")")
    }
  }
}

/// A name from a module as it can be printed.
private func shown(_ bytes: [UInt8]) -> String {
  visible(String(decoding: bytes, as: UTF8.self), limit: 128)
}
