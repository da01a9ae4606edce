import ArgumentParser
import Foundation

/// The command line: one verb a file.
public struct Glowjar: ParsableCommand {
  /// The console's version, as `--version` and coredumps tell it.
  static let version = "0.1.0"

  /// Name, version and verbs.
  public static let configuration = CommandConfiguration(
    commandName: "glowjar",
    abstract: "Play game carts, and tell what happened when they crash.",
    version: version,
    subcommands: [
      Run.self, PlayReplay.self, Install.self, ListROMs.self, Export.self, Remove.self,
      Inspect.self, Invoke.self,
      Validate.self, Disassemble.self,
      Symbolize.self, Symbols.self, Core.self, Wast.self, FuzzRun.self, CaseFromCrashCommand.self,
    ],
    defaultSubcommand: Run.self)

  /// A command yet to be parsed.
  public init() {}

  /// Runs the verb that the arguments name and ends the process with its status.
  public static func start() -> Never {
    // A limit on file sizes is to fail the write, as a full disk does, and not to end the process.
    signal(SIGXFSZ, SIG_IGN)
    do {
      let arguments = Array(CommandLine.arguments.dropFirst())
      var command = try parseAsRoot(NegativeNumbers.marked(in: arguments, of: "invoke"))
      try command.run()
      exit(withError: nil)
    } catch let failure as Failure {
      printError(failure.line)
      Foundation.exit(failure.status.rawValue)
    } catch {
      exit(withError: error)
    }
  }
}
