import Engine
import Foundation
import Postmortem
import Runtime

/// A program of the repository's crashing ones, run until it traps.
struct CrashedProgram {
  /// Modules of several compilers, with wasmtime's texts.
  static let crashers = tests.appendingPathComponent("DwarfTests/Crashers")
  /// Programs that give up and say why.
  static let programs = tests.appendingPathComponent("PostmortemTests/Programs")

  private static let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent()

  /// What happened.
  let trap: Trap

  /// Calls an export of a module, whose imports do nothing.
  init(_ module: URL, _ export: String) throws {
    let bytes = [UInt8](try Data(contentsOf: module))
    try self.init(bytes, export)
  }

  init(_ bytes: [UInt8], _ export: String, _ arguments: [Value] = []) throws {
    let compiled = try CompiledModule(compiling: Module(decoding: bytes), config: .host)
    let instance = try Instance(compiled, imports: Imports(missing: .trap), store: Store())
    guard let function = instance.export(named: export)?.function else {
      throw HostError("no function \(export)")
    }
    var trap: Trap?
    do { _ = try function.call(arguments) } catch { trap = error }
    guard let trap else { throw HostError("\(export) came to no harm") }
    self.trap = trap
  }

  /// A program of the matrix by its name.
  static func crasher(_ name: String, _ export: String) throws -> CrashedProgram {
    try CrashedProgram(crashers.appendingPathComponent(name + ".wasm"), export)
  }

  /// The bytes of a module of the matrix.
  static func bytes(ofCrasher name: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: crashers.appendingPathComponent(name + ".wasm")))
  }

  /// The report, without any source files unless told where.
  func report(_ options: ReportOptions = ReportOptions()) -> CrashReport {
    CrashReport(
      trap, cartID: "test", cartTitle: "", callback: "test", frameNumber: nil, seconds: 0,
      options: options)
  }
}

extension ReportFunction {
  /// `NAME: TYPE = VALUE` for each variable.
  var variableTexts: [String] {
    variables.map { "\($0.name): \($0.type) = \($0.text ?? "<\($0.reason ?? "")>")" }
  }
}
