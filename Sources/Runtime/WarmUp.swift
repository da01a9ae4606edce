import Engine

/// What a process makes when it first runs a cart, made beforehand.
public enum WarmUp {
  /// Compiles, instantiates and calls a module of a few bytes.
  ///
  /// After that signal handlers, the range for code, address space for a stack and a memory, and what
  /// Swift makes of types when they are first used are there: together they take longer than a small
  /// cart. For a program that waits for its input anyway.
  public static func run() {
    var imports = Imports()
    imports.define(
      module: "host", name: "call",
      HostFunction("call", type: FuncType(parameters: [.i32], results: [.i32]), context: Host()) {
        first, _, _, _, _, _ in first
      })
    do {
      var compiler = StreamingCompiler()
      try compiler.append(module)
      let compiled = try compiler.finish()
      let instance = try Instance(compiled, imports: imports, store: Store())
      _ = try instance.export(named: "run")?.function?.call([.i32(1)])
    } catch {
      // Then what comes fails as well, and says why.
    }
  }

  private final class Host: Sendable {}

  /// A function `run` that calls an imported one, beside one of each: table, memory, global, segments.
  private static let module: [UInt8] =
    [0x00, 0x61, 0x73, 0x6D, 1, 0, 0, 0]
    + [1, 6, 1, 0x60, 1, 0x7F, 1, 0x7F]
    + [2, 13, 1, 4] + Array("host".utf8) + [4] + Array("call".utf8) + [0, 0]
    + [3, 2, 1, 0]
    + [4, 4, 1, 0x70, 0, 1]
    + [5, 3, 1, 0, 1]
    + [6, 6, 1, 0x7F, 1, 0x41, 0, 0x0B]
    + [7, 7, 1, 3] + Array("run".utf8) + [0, 1]
    + [9, 7, 1, 0, 0x41, 0, 0x0B, 1, 1]
    + [10, 8, 1, 6, 0, 0x20, 0, 0x10, 0, 0x0B]
    + [11, 7, 1, 0, 0x41, 0, 0x0B, 1, 1]
}
