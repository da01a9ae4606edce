import ArgumentParser
import Console
import Foundation

/// Where a run keeps what carts save.
struct DataOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Where saved files are; by default $XDG_DATA_HOME/glowjar, without a display nowhere.",
      valueName: "folder"),
    completion: .directory)
  var data: String?

  @Flag(help: "Let a privileged cart see and change all saved files and installed carts.")
  var allowSudo = false

  @Option(help: ArgumentHelp("Seconds between two writes of a file.", visibility: .hidden))
  var saveInterval = 1.0

  func validate() throws {
    guard (0...60).contains(saveInterval) else {
      throw ValidationError("--save-interval goes from 0 to 60")
    }
  }

  /// The place for a run.
  func place(headless: Bool) -> DataPlace {
    let root = data.map(absolute) ?? (headless ? nil : dataFolder())
    if root == nil, !headless {
      printError("glowjar: warning: nothing is saved: neither HOME nor XDG_DATA_HOME is set")
    }
    return DataPlace(
      root: root, allowsSudo: allowSudo, saveInterval: UInt64(saveInterval * 1_000_000_000))
  }

  private func absolute(_ path: String) -> String {
    path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
  }
}

/// Where the saved files of all carts are, and the installed carts.
struct DataPlace: Sendable {
  /// The folder; nil for memory.
  let root: String?
  private let allowsSudo: Bool
  /// Nanoseconds between two writes of a file.
  private let saveInterval: UInt64
  /// One for all, where nothing is kept: a cart that begins anew finds what it saved.
  private let memory = MemoryStorage()

  init(root: String?, allowsSudo: Bool, saveInterval: UInt64) {
    self.root = root
    self.allowsSudo = allowsSudo
    self.saveInterval = saveInterval
  }

  /// Nanoseconds of a clock that never goes back.
  private static let clock: @Sendable () -> UInt64 = {
    let start = ContinuousClock.now
    return {
      let (seconds, attoseconds) = (ContinuousClock.now - start).components
      return UInt64(seconds) * 1_000_000_000 + UInt64(attoseconds / 1_000_000_000)
    }
  }()

  /// The options for a cart, with its saved files.
  func options(
    _ base: ConsoleOptions, for cart: Cart, on profile: any Profile.Type
  ) -> ConsoleOptions {
    var options = base
    if let root {
      options.storage = MergingStorage(
        FolderStorage(root: root, folder: profile.dataFolder(of: cart)), interval: saveInterval,
        now: Self.clock)
      options.system = allowsSudo ? FolderStorage(root: root, limits: .console) : nil
    } else {
      options.storage = memory
      options.system = allowsSudo ? MemoryStorage(limits: .console) : nil
    }
    return options
  }

  /// The path of an installed cart's ROM.
  func path(of cart: InstalledCart) -> String? {
    root.map { ([$0] + cart.folder).joined(separator: "/") }
  }
}

extension CalendarDate {
  /// The date where the user is.
  static var today: CalendarDate? {
    let calendar = Calendar(identifier: .gregorian)
    let parts = calendar.dateComponents([.year, .month, .day], from: Date())
    guard let year = parts.year.flatMap(UInt16.init(exactly:)),
      let month = parts.month.flatMap(UInt8.init(exactly:)),
      let day = parts.day.flatMap(UInt8.init(exactly:))
    else { return nil }
    return CalendarDate(year: year, month: month, day: day)
  }
}
