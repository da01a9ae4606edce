import Engine

/// What a report takes into account beside the crash.
public struct ReportOptions: Sendable {
  /// Whether the debug information of modules is looked at.
  public var usesDebugInfo: Bool
  /// Where source files are looked for.
  public var sources: SourceFinder
  /// The module with the same code that has the debug information of a stripped one, if there is
  /// any.
  public var twin: @Sendable (Module) -> Module?

  /// Options for a report.
  public init(
    usesDebugInfo: Bool = true, sources: SourceFinder = SourceFinder(),
    twin: @escaping @Sendable (Module) -> Module? = { _ in nil }
  ) {
    self.usesDebugInfo = usesDebugInfo
    self.sources = sources
    self.twin = twin
  }

  /// Whether the environment wants debug information looked at.
  ///
  /// `GLOWJAR_BACKTRACE_DETAILS` decides, or else wasmtime's `WASMTIME_BACKTRACE_DETAILS`: only 0
  /// means no.
  public static func wantsDebugInfo(_ environment: [String: String]) -> Bool {
    let wish = environment["GLOWJAR_BACKTRACE_DETAILS"] ?? environment["WASMTIME_BACKTRACE_DETAILS"]
    return wish != "0"
  }
}
