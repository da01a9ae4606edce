import Dwarf
import Engine
import Foundation

/// One of the modules that crash on demand, with what wasmtime says of it.
struct Crasher {
  /// A trap as wasmtime tells it.
  struct Trap {
    var export: String
    /// The lines up to the causes.
    var backtrace: [String]
    /// The file offsets of the frames, nil where there is none.
    var offsets: [Int?] {
      backtrace.dropFirst().filter { $0.hasPrefix("  ") && $0.prefix(7).hasSuffix(": ") }.map {
        let field = $0.dropFirst(7).prefix { $0 != "-" }.filter { $0 != " " }
        return field.hasPrefix("0x") ? Int(field.dropFirst(2), radix: 16) : nil
      }
    }
  }

  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("Crashers")

  /// The names of all modules, and of those in the folder that DWARF_CORPUS names.
  static let all: [String] = {
    let more = ProcessInfo.processInfo.environment["DWARF_CORPUS"].map(URL.init(fileURLWithPath:))
    return [folder, more].compactMap { $0 }.flatMap { folder in
      let names = try? FileManager.default.contentsOfDirectory(atPath: folder.path)
      return (names ?? []).filter { $0.hasSuffix(".traps") }.sorted()
        .map { folder.appendingPathComponent($0).deletingPathExtension().path }
    }
  }()

  var name: String
  var bytes: [UInt8]
  var traps: [Trap] = []

  /// A crasher by its name, or by its path without suffix.
  init(_ name: String) throws {
    let path = name.hasPrefix("/") ? name : Self.folder.appendingPathComponent(name).path
    self.name = URL(fileURLWithPath: path).lastPathComponent
    bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path + ".wasm")))
    let text = try String(contentsOfFile: path + ".traps", encoding: .utf8)
    for part in text.components(separatedBy: "== ").dropFirst() {
      // Some exports of some modules come to no harm.
      guard part.contains("wasm backtrace:") else { continue }
      let lines = part.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
      traps.append(
        Trap(export: lines[0], backtrace: Array(lines.dropFirst().prefix { !$0.isEmpty })))
    }
  }

  /// The backtrace of a trap as we tell it.
  func backtrace(of trap: Trap, with info: DebugInfo?) throws -> [String] {
    let module = try Module(decoding: bytes)
    let known = WasmtimeBacktrace.Module(name: module.names?.moduleName, debugInfo: info)
    let frames = trap.offsets.map { offset in
      let body = module.bodies.lastIndex { $0.bodyOffset <= offset ?? 0 } ?? 0
      let function = module.importedFunctionCount + body
      return WasmtimeBacktrace.Frame(
        module: known, moduleOffset: offset, functionIndex: function,
        functionName: module.names?.functionName(function))
    }
    return WasmtimeBacktrace.text(frames).split(separator: "\n").map(String.init)
  }
}
