import Engine
import Foundation
import Postmortem
import Runtime

/// A crash of a module, kept as a coredump, to be told with the module's debug information in any
/// state.
struct CrashScene {
  /// The module that crashed.
  var sections: Sections
  private let file: [UInt8]
  private let dump: CoredumpReader

  /// The crashes of all exports of a module that take nothing and trap.
  static func all(of bytes: [UInt8]) throws -> [CrashScene] {
    let compiled = try CompiledModule(compiling: Module(decoding: bytes))
    let sections = try Sections(bytes)
    return try compiled.module.exports.compactMap { export in
      guard export.kind == .function,
        compiled.module.type(ofFunction: export.index).parameters.isEmpty
      else { return nil }
      let store = Store(limits: StoreLimits(memoryBytes: 1 << 24))
      store.callbackLimit = 0.2
      let instance = try Instance(compiled, imports: Imports(missing: .trap), store: store)
      do {
        _ = try instance.function(export.index)?.call([])
        return nil
      } catch let trap as Trap {
        return try CrashScene(trap, sections)
      }
    }
  }

  private init(_ trap: Trap, _ sections: Sections) throws {
    self.sections = sections
    var limits = CoredumpLimits()
    limits.frames = 40
    let (dump, contents) = Coredump.capture(
      trap, origin: CoredumpOrigin(name: "mutant"), limits: limits)
    var file: [UInt8] = []
    CoredumpWriter(dump, contents: contents).write { file.append(contentsOf: $0) }
    self.file = file
    self.dump = try CoredumpReader(file)
  }

  /// The report with another state of the module's custom sections, as text.
  ///
  /// - Parameters:
  ///   - module: The module that crashed, its code untouched.
  ///   - asTwin: Whether `module` is the twin of one without any custom section.
  /// - Returns: nil if the module is refused, as its bytes outside of the custom sections, or the
  ///   heads of these, make no sense.
  func report(with module: [UInt8], asTwin: Bool) -> CrashReport? {
    guard let damaged = try? Module(decoding: module) else { return nil }
    let symbolizer: Symbolizer
    if asTwin, let stripped = try? Module(decoding: sections.stripped.bytes) {
      symbolizer = Symbolizer(stripped, twin: damaged)
    } else {
      symbolizer = Symbolizer(damaged)
    }
    return CrashReport(dump, in: file, symbolizers: [0: symbolizer])
  }

  /// The number of frames of the dump.
  var frameCount: Int { dump.dump.threads.first?.frames.count ?? 0 }
}
