import ArgumentParser
import Engine
import Foundation
import Postmortem

/// What verbs that run a cart understand about its crash.
struct CrashOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Write what there is to tell about a crash to this file, as JSON.", valueName: "file.json"),
    completion: .file())
  var report: String?

  @Option(help: "Layout of the crash report on stderr: glowjar or wasmtime.")
  var backtrace = BacktraceLayout.glowjar

  @Option(
    name: .customLong("source-root"), parsing: .singleValue,
    help: ArgumentHelp(
      "Where source files are: a folder, or OLD=NEW for paths that begin with OLD; repeatable.",
      valueName: "folder"))
  var sourceRoots: [String] = []

  /// What the options and the environment want for a cart.
  func wishes(
    forCart path: String,
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) -> CrashWishes {
    CrashWishes(
      jsonPath: report, layout: backtrace,
      report: ReportOptions(
        usesDebugInfo: ReportOptions.wantsDebugInfo(environment),
        sources: SourceFinder(cart: path, sourceRoots: sourceRoots),
        twin: { TwinSearch().find(for: $0.bytes, at: path) }))
  }
}

/// How a crash is told on stderr.
enum BacktraceLayout: String, ExpressibleByArgument, CaseIterable {
  /// Everything, in our own layout.
  case glowjar
  /// Line by line what wasmtime prints.
  case wasmtime
}

/// What is to be done about a crash, as plain values.
struct CrashWishes: Sendable {
  /// Where the report is to be written as JSON.
  var jsonPath: String?
  /// How it is told on stderr.
  var layout = BacktraceLayout.glowjar
  /// Whether the crash gets a folder.
  var keepsBundle = true
  /// How it is made.
  var report = ReportOptions()
}
