import ArgumentParser
import Console
import Headless

/// `glowjar run CART`: plays a cart, in a window or without one.
struct Run: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Play a cart: a wasm module, a ROM directory, a ROM file or an installed ROM.")

  @Argument(
    help: "The cart: a path, the id of an installed one, or - for standard input.",
    completion: .file())
  var cart: String

  @Option(help: "Memory that the cart may have, such as 64MiB.")
  var memoryLimit = ByteSize(bytes: 256 << 20)

  @Option(help: "Source of the cart's random numbers.")
  var seed: UInt64?

  @Option(
    help: "A font in place of the console's own; else $XDG_DATA_HOME/glowjar/fonts/PROFILE.font.",
    completion: .file())
  var font: String?

  @Flag(help: "Run without a display, on a virtual clock.")
  var headless = false

  @Option(help: "Number of frames to run: needed without a display, where the window closes else.")
  var frames: Int?

  @Flag(help: "Print the result as JSON on stdout.")
  var json = false

  @Option(
    help: "Record the cart's sound, whatever the volume; 16-bit stereo at 44.1 kHz.",
    completion: .file(extensions: ["wav"]))
  var wav: String?

  @Option(
    help: "Write the run's recording to this file when it ends, for glowjar replay.",
    completion: .file(extensions: ["replay"]))
  var record: String?

  @Option(help: FuelOption.help) var fuel: UInt64?

  @OptionGroup(title: "Saved files")
  var dataOptions: DataOptions

  @OptionGroup(title: "What carts are told")
  var settingsOptions: SettingsOptions

  @OptionGroup(title: "In the window")
  var windowOptions: WindowOptions

  @OptionGroup(title: "Without a display")
  var headlessOptions: HeadlessOptions

  @OptionGroup(title: "When it crashes")
  var crashOptions: CrashOptions

  func validate() throws {
    if let frames, frames < 1 { throw ValidationError("--frames needs a number from 1") }
    if headless {
      guard let frames else { throw ValidationError("--headless needs --frames") }
      try headlessOptions.validateForRun(frames: frames)
      if let option = windowOptions.firstUsed {
        throw ValidationError("\(option) does not go with --headless")
      }
    } else if let option = headlessOptions.firstUsed {
      throw ValidationError("\(option) goes with --headless")
    }
  }

  func run() throws {
    let (opened, profile) = try openCart(cart, config: Console.config(countsFuel: fuel != nil))
    let recording = try wav.map { path throws(Failure) in try WAVFile(path: path) }
    let consoleOptions = try makeConsoleOptions(for: profile)
    let data = dataOptions.place(headless: headless)
    if headless {
      try headlessOptions.run(
        cart, opened, on: profile, options: data.options(consoleOptions, for: opened, on: profile),
        frames: frames ?? 1, json: json, recording: recording, record: record,
        crash: crashOptions.wishes(forCart: CartPlace(cart).path))
    } else {
      try windowOptions.run(
        cart, opened, on: profile, options: consoleOptions, data: data, frames: frames, json: json,
        recording: recording, record: record,
        crash: crashOptions.wishes(forCart: CartPlace(cart).path))
    }
  }

  private func makeConsoleOptions(for profile: any Profile.Type) throws -> ConsoleOptions {
    // Without a display a run is repeatable; in the window it need not be.
    let chosen = seed ?? (headless ? 0 : UInt64.random(in: .min ... .max))
    var options = ConsoleOptions(
      seed: chosen, memoryLimit: memoryLimit.bytes,
      settings: try settingsOptions.playerSettings(headless: headless),
      today: headless ? nil : .today)
    options.font = try ConsoleFont.read(font, for: profile)
    options.fuel = fuel
    return options
  }
}
