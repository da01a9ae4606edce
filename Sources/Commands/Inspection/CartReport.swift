import Console
import Engine
import Firefly
import Postmortem

/// A cart's parts, ready to be printed.
struct CartReport: Encodable {
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
    /// `implemented`, `silent` where it links and does nothing; where the cart does not link
    /// `unknown`, or `refused` to a cart that is not privileged.
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

  /// What is around the module; nil for a bare one.
  var rom: ROMReport?
  var size: Int
  var sections: [SectionReport]
  var imports: [ImportReport]
  var exports: [ExportReport]
  var memory: MemoryReport?
  var functions: Int
  var hasNames: Bool
  var hasDebugInformation: Bool

  init(_ module: Module, rom: ROM?, on profile: any Profile.Type) {
    self.rom = rom.map(ROMReport.init)
    let isPrivileged = rom?.metadata.isPrivileged ?? false
    size = module.bytes.count
    sections = Section.all(of: module).map {
      SectionReport(
        name: visible($0.name, limit: 128), custom: $0.isCustom, offset: $0.offset, size: $0.size)
    }
    imports = module.imports.map { Self.report($0, module, profile, isPrivileged: isPrivileged) }
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
    _ item: Import, _ module: Module, _ profile: any Profile.Type, isPrivileged: Bool
  ) -> ImportReport {
    var type = "not a function"
    if case .function(let index) = item.kind { type = module.types[index].description }
    let support = profile.support(for: item, of: module, isPrivileged: isPrivileged)
    return ImportReport(
      module: shown(item.module), name: shown(item.name), type: type, state: support.rawValue)
  }

  func print() {
    rom?.print()
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
