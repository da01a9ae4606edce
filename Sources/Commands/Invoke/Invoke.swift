import ArgumentParser
import Engine
import Foundation
import Postmortem
import Runtime

/// `glowjar invoke MODULE EXPORT [ARGS…]`: calls one export of any module.
struct Invoke: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Call an exported function of any module.",
    discussion: """
      Arguments: integers are decimal (signed or unsigned) or hexadecimal with 0x; floats are \
      decimal, hexadecimal (0x1.8p3), inf, nan, nan:0xFRACTION, or bits:N for a bit pattern; \
      vectors are lanes, lowest first (i32x4:1,2,3,4 or f64x2:0.5,nan), or 128 bits as an integer; \
      references are null. Negative numbers need no -- before them.

      With --json, integers and bit patterns of floats and vectors are unsigned decimal strings; times are CPU \
      seconds of the calling thread (wall: of the clock), load for decoding the sections, compile \
      for validating and compiling all bodies; codeBytes counts machine code, codeSectionBytes the \
      bodies it was made from, moduleBytes the file.
      """)

  @Argument(help: "The module or cart; - for standard input.", completion: .file())
  var module: NegativeNumbers.Word

  @Argument(help: "The name of the exported function.")
  var export: NegativeNumbers.Word

  @Argument(help: "The arguments of the call.")
  var arguments: [NegativeNumbers.Word] = []

  @Flag(help: "Print results, trap and times as JSON on stdout.")
  var json = false

  @Flag(help: "Print times and sizes on stderr.")
  var time = false

  @Option(
    name: .customLong("repeat"),
    help: ArgumentHelp("Call the function so often, on the same instance.", valueName: "n"))
  var repetitions = 1

  @Option(help: "What functions that the module imports do: trap or return zeros.")
  var unknownImports: UnknownImports?

  @Option(help: "Write a coredump to this file if the call traps.", completion: .file())
  var coredump: String?

  @Option(help: "Memory that the module may have, such as 64MiB.")
  var memoryLimit = ByteSize(bytes: 1 << 32)

  @Option(help: ArgumentHelp("Processor time that a call may take.", valueName: "seconds"))
  var callbackLimit: Double?

  @Option(help: FuelOption.help) var fuel: UInt64?

  @OptionGroup(title: "When it traps") var crashOptions: CrashOptions

  @OptionGroup(title: "Other ways to the same results") var engine: EngineOptions

  func validate() throws {
    if repetitions < 1 { throw ValidationError("--repeat needs a number from 1") }
    if let callbackLimit, !(callbackLimit > 0 && callbackLimit.isFinite) {
      throw ValidationError("--callback-limit needs a number above 0")
    }
  }

  func run() throws {
    let invocation = Invocation(
      path: module.text, export: export.text, arguments: arguments.map(\.text),
      repetitions: repetitions, config: config,
      limits: StoreLimits(memoryBytes: UInt64(memoryLimit.bytes)),
      missing: unknownImports?.policy ?? .error, callbackLimit: callbackLimit,
      fuel: fuel)
    let result = try invocation.run()
    if json {
      try printJSON(result)
    } else {
      for value in result.values { print(value.displayText) }
    }
    if time { printTimes(result) }
    if let trap = result.trap { try report(trap, hasStarted: result.hasStarted) }
  }

  private var config: CodegenConfig {
    var config = engine.config
    if fuel != nil { config.countsFuel = true }
    return config
  }

  /// Tells what happened on stderr and in the coredump, and ends with a trap's exit status.
  private func report(_ trap: Trap, hasStarted: Bool) throws {
    let name = hasStarted ? String(displaying: export.text.utf8) : "start"
    printError(
      Failure(status: .trapped, what: "\(inputName(module.text)): \(name)", why: trap.message).line)
    let file = URL(fileURLWithPath: inputName(module.text)).lastPathComponent
    let wishes = crashOptions.wishes(forCart: module.text)
    let report = CrashReport(
      trap, cartID: file, cartTitle: "", callback: name, frameNumber: nil, seconds: 0,
      options: wishes.report)
    CrashRecorder.show(report, of: trap, wishes)
    if let coredump {
      let origin = CoredumpOrigin(name: file, consoleVersion: Glowjar.version)
      let start = ContinuousClock.now
      do throws(CrashFolder.Failure) {
        try CrashFolder.writeCoredump(of: trap, origin: origin, to: coredump)
      } catch {
        throw Failure(status: .cannotCreate, what: coredump, why: error.reason)
      }
      printError("coredump: \(coredump)")
      if time {
        let taken = start.duration(to: .now) / .seconds(1)
        printError("coredump written in \(milliseconds(taken))")
      }
    }
    throw ExitCode(ExitStatus.trapped.rawValue)
  }

  private func printTimes(_ result: InvocationResult) {
    let times = result.seconds
    let steps = [
      ("load", times.load), ("compile", times.compile), ("instantiate", times.instantiate),
      ("run", times.run), ("wall", times.wall),
    ]
    printError(steps.map { "\($0) \(milliseconds($1))" }.joined(separator: ", "))
    printError(
      "\(result.moduleBytes) bytes of module, \(result.codeSectionBytes) of bodies, "
        + "\(result.codeBytes) of machine code")
  }

  /// Seconds in milliseconds with three decimals, the same in every locale.
  private func milliseconds(_ seconds: Double) -> String {
    let micros = Int((seconds * 1e6).rounded())
    let fraction = String(micros % 1000)
    let zeros = String(repeating: "0", count: 3 - fraction.count)
    return "\(micros / 1000).\(zeros)\(fraction) ms"
  }
}
