import ArgumentParser

/// `glowjar case-from-crash BUNDLE`: makes a test case of a crash.
struct CaseFromCrashCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "case-from-crash", abstract: "Make a test case of the folder of a crash.",
    shouldDisplay: false)

  @Argument(help: "The folder of a crash, or a replay.", completion: .directory)
  var bundle: String

  @Option(help: "Where the case goes.", completion: .directory)
  var output = "."

  @Option(help: "The cart, where it is no longer where it was.", completion: .file())
  var cart: String?

  func run() throws {
    print(try CaseFromCrash(bundle, cart: cart, to: output).path)
  }
}
