import ArgumentParser
import Engine
import Foundation
import Postmortem

/// `glowjar core`: what a coredump tells.
struct Core: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Tell about a crash from its coredump.", subcommands: [Report.self])

  /// `glowjar core report DUMP`.
  struct Report: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Print the crash report of a coredump.",
      discussion: """
        The module is found by its hash: beside the dump, among installed ROMs, by its code in the \
        symbol store. Dumps of other engines have no hash; name the module.
        """)

    @Argument(help: "The coredump.", completion: .file())
    var dump: String

    @Option(
      name: .customLong("module"),
      help: ArgumentHelp("The cart that crashed; may be repeated.", valueName: "cart"),
      completion: .file())
    var modules: [String] = []

    @Option(
      name: .customLong("source-root"), parsing: .singleValue,
      help: ArgumentHelp(
        "Where source files are: a folder, or OLD=NEW for paths that begin with OLD; repeatable.",
        valueName: "folder"))
    var sourceRoots: [String] = []

    @Flag(help: "Print JSON.")
    var json = false

    func run() throws {
      let report = try CoredumpReport(dump, modules: modules, sourceRoots: sourceRoots).report
      if json {
        try printJSON(ReportJSON(report))
      } else {
        print(TextReport(report).text, terminator: "")
      }
    }
  }
}

/// The report of a coredump in a file, with all that can be found for it.
struct CoredumpReport {
  /// Greatest number of bytes of a dump: a whole memory of 32 bits and room for the rest.
  private static let largestDump = 5 << 30

  /// What it tells.
  let report: CrashReport

  /// Reads a dump and looks for its modules and their debug information.
  init(
    _ path: String, modules given: [String], sourceRoots: [String] = [],
    store: SymbolStore? = .standard(), library: ROMLibrary? = .standard(),
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) throws(Failure) {
    guard let plain = PlainFile(path) else {
      let isThere = FileManager.default.fileExists(atPath: path)
      throw .missingInput(path, isThere ? "cannot be read" : "no such file")
    }
    guard plain.size <= Self.largestDump else {
      throw .badData(path, "\(plain.size) bytes: no coredump has that many")
    }
    guard let file = plain.bytes(0..<plain.size) else {
      throw Failure(status: .inputOutput, what: path, why: "cannot be read")
    }
    let reader: CoredumpReader
    do throws(CoredumpError) {
      reader = try CoredumpReader(file)
    } catch {
      throw .badData(path, error.description)
    }
    let usesDebugInfo = ReportOptions.wantsDebugInfo(environment)
    var sources: [String] = []
    var reasons: [String] = []
    var symbolizers: [Int: Symbolizer] = [:]
    let search = ModuleSearch(
      dump: reader.dump, path: path, given: given, store: store, library: library)
    let running = Set((reader.dump.threads.first?.frames ?? []).compactMap(reader.dump.module))
    for index in running.sorted() {
      guard let found = try search.find(index) else {
        let name = visible(reader.dump.moduleNames[index], limit: 256)
        reasons.append(
          "The module \"\(name)\" was not found, so there are only numbers: name it with --module.")
        continue
      }
      let twin = TwinSearch(store: store).find(for: found.module.bytes, at: found.path)
      symbolizers[index] = Symbolizer(
        found.module, twin: twin.module, usesDebugInfo: usesDebugInfo)
      sources.append(found.path)
      reasons += found.notes + twin.notes
    }
    let options = ReportOptions(
      usesDebugInfo: usesDebugInfo,
      sources: SourceFinder(cart: sources.first ?? path, sourceRoots: sourceRoots))
    var report = CrashReport(
      reader, in: file, symbolizers: symbolizers, reasons: reasons, options: options)
    report.dump = .written(path: path)
    self.report = report
  }
}
