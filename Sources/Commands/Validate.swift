import ArgumentParser
import Engine

/// `glowjar validate FILE…`: whether modules are valid.
struct Validate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Tell whether modules are valid, and if not, why and where.")

  @Argument(help: "The modules or carts.", completion: .file())
  var files: [String]

  @Option(help: "What modules may use: WebAssembly 2.0, or all of 3.0 that is supported.")
  var features = FeatureSet.webAssembly2

  func run() throws {
    var status = ExitStatus.success
    for file in files {
      do throws(Failure) {
        try Self.check(file, features.features)
        print("\(file): valid")
      } catch {
        printError(error.line)
        // A file that is missing weighs more than one that is invalid: nothing is known about it.
        if status != .missingInput { status = error.status }
      }
    }
    if status != .success { throw ExitCode(status.rawValue) }
  }

  /// Throws what is wrong with the module at `path`.
  static func check(
    _ path: String, _ features: Features = .webAssembly2
  ) throws(Failure) {
    let module = try loadModule(path, features: features)
    do {
      try module.validateBodies()
    } catch {
      throw .badData(path, "\(error)")
    }
  }
}
