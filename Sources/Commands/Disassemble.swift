import ArgumentParser
import Engine
import Listing

/// `glowjar disassemble MODULE [FUNCTION]`: wasm and machine code side by side.
struct Disassemble: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show a module's functions: each instruction and the machine code made for it.")

  @Argument(help: "The module or cart.")
  var module: String

  @Argument(help: "A function index, or a name with * for any characters. Default: all functions.")
  var function: String?

  @OptionGroup var engine: EngineOptions

  func run() throws {
    let decoded = try loadModule(module)
    let compiled: CompiledModule
    do {
      compiled = try CompiledModule(compiling: decoded, config: engine.config)
    } catch {
      throw Failure.badData(module, "\(error)")
    }
    let listing = FunctionListing(compiled)
    var found = false
    for index in 0..<compiled.definedFunctionCount {
      let whole = index + decoded.importedFunctionCount
      guard matches(whole, decoded.names?.functionName(whole)) else { continue }
      guard let lines = listing.lines(ofDefined: index) else {
        throw Failure.internalError(module, "function \(whole) compiles to other code")
      }
      if found { print() }
      found = true
      for line in lines { print(line) }
    }
    if !found {
      throw Failure.badData(
        module, function.map { "no function matches \($0)" } ?? "has no functions")
    }
  }

  private func matches(_ index: Int, _ name: String?) -> Bool {
    guard let function else { return true }
    if let wanted = Int(function) { return wanted == index }
    guard let name else { return false }
    return Self.glob(Substring(function), Substring(name))
  }

  /// Whether `text` matches `pattern`, in which * stands for any characters.
  ///
  /// Linear in the text for each star.
  static func glob(_ pattern: Substring, _ text: Substring) -> Bool {
    let parts = pattern.split(separator: "*", omittingEmptySubsequences: false)
    guard let first = parts.first, let last = parts.last else { return text.isEmpty }
    if parts.count == 1 { return text == pattern }
    guard text.hasPrefix(first) else { return false }
    var rest = text.dropFirst(first.count)
    for part in parts.dropFirst().dropLast() where !part.isEmpty {
      guard let range = rest.firstRange(of: part) else { return false }
      rest = rest[range.upperBound...]
    }
    return rest.hasSuffix(last)
  }
}
