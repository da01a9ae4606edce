import ArgumentParser
import Console
import Engine
import Firefly

/// `glowjar inspect CART`: what a cart consists of and what it asks of the console.
struct Inspect: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show what a cart consists of, or what carts can import.",
    discussion: """
      A ROM is shown even if its files are not those that its _hash was made of; whatever else is \
      wrong with it is an error.
      """)

  @Argument(help: "The cart: a path, or the id of an installed one.", completion: .file())
  var cart: String?

  @Flag(help: "List the console's host functions instead.")
  var host = false

  @Flag(help: "Print JSON.")
  var json = false

  func validate() throws {
    if host == (cart != nil) { throw ValidationError("inspect takes either a cart or --host") }
  }

  func run() throws {
    guard let path = cart else { return try showHost() }
    let place = CartPlace(path)
    // A directory may be one in the making, without metadata.
    let rom: ROM?
    switch place {
    case .archive, .installed: rom = try place.rom()
    case .folder: rom = try? place.rom()
    case .module, .standardInput: rom = nil
    }
    let wasm = try rom?.files.read(Cart.moduleName) ?? place.cart().wasm
    let module: Module
    do {
      module = try Module(decoding: wasm)
    } catch {
      throw Failure.badData(path, "\(error)")
    }
    let report = CartReport(
      module, rom: rom, on: profile(for: module, files: rom?.files ?? CartFiles()))
    if json { try printJSON(report) } else { report.print() }
  }

  private func showHost() throws {
    let functions = profiles.map { ($0.name, $0.hostFunctions.map(HostFunctionReport.init)) }
    if json { return try printJSON(Dictionary(uniqueKeysWithValues: functions)) }
    for function in functions.flatMap(\.1) { print(function.line) }
  }
}
