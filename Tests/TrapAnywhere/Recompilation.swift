import Engine

/// Compiles functions a second time, as a trap does, and counts where that yields other bytes.
public struct Recompilation: Sendable {
  /// Functions compiled twice.
  public private(set) var functions = 0
  /// Those that differ: module, mode and function index.
  public private(set) var mismatches: [String] = []

  /// Nothing yet.
  public init() {}

  /// Adds all functions of a module in all modes; nothing if the module is refused.
  public mutating func add(_ name: String, _ bytes: [UInt8]) {
    guard let module = try? Module(decoding: bytes) else { return }
    for mode in Mode.all {
      guard let compiled = try? CompiledModule(compiling: module, config: mode.config) else {
        continue
      }
      for function in module.importedFunctionCount..<module.functionCount {
        functions += 1
        // Return addresses and faults are wanted all over, so that places are made everywhere.
        let code = compiled.codeRange(ofDefined: function - module.importedFunctionCount)
        let sites = code.prefix(2000).flatMap {
          [CodeSite(offset: $0, kind: .call), CodeSite(offset: $0, kind: .trap)]
        }
        if compiled.recording(ofFunction: function, at: Set(sites)) == nil {
          mismatches.append("\(name), \(mode.name): function \(function)")
        }
      }
    }
  }
}
