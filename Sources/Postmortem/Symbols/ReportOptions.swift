import Engine

/// What a report takes into account beside the crash.
public struct ReportOptions: Sendable {
  /// Whether the debug information of modules is looked at.
  public var usesDebugInfo: Bool
  /// Where source files are looked for.
  public var sources: SourceFinder
  /// Looks for the debug information of a stripped module.
  public var twin: @Sendable (Module) -> DebugTwin

  /// Options for a report.
  public init(
    usesDebugInfo: Bool = true, sources: SourceFinder = SourceFinder(),
    twin: @escaping @Sendable (Module) -> DebugTwin = { _ in DebugTwin() }
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
