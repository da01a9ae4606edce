import Console

/// What a cart has that outlasts a run: the files of its ROM, its saved files, its stash and its
/// stats.
///
/// Saved files are named as in the official console's folder of a cart, so that such folders can
/// be taken over: `etc/NAME` for the cart's own, `stash` and `stats` for those of the console.
/// Source: firefly.md sections 7, 9 and 11.8.
final class CartData {
  /// Bytes of the longest stash.
  static let longestStash = 80
  /// Bytes of the largest file of stats that is read.
  private static let largestStats = 64 << 10

  var rom: RomFiles
  /// Nil if the file of the stats cannot be read.
  var stats: PlayStats?
  /// Updates since the start.
  var updates = 0
  private(set) var stash: [UInt8] = []
  private var stashChanged = false
  /// Set where the file on the disk could not be read: it is not to be written over.
  private var keepsStash = false
  private let services: ProfileServices
  private var warnings: Set<String> = []

  private var storage: any Storage { services.options.storage }

  init(files: CartFiles, services: ProfileServices) {
    rom = RomFiles(files)
    self.services = services
  }

  // MARK: From start to end

  /// Reads stash and stats.
  func open() {
    do {
      stash = try storage.read("stash") ?? []
    } catch {
      keepsStash = true
      warn("The stash cannot be read: \(error.why)")
    }
    do {
      stats = try openStats()
    } catch {
      warn("The stats cannot be read: \(error.why)")
    }
  }

  /// Writes stash and stats, when the cart ends in an orderly way.
  func close() {
    if stashChanged, !keepsStash {
      save("stash") { storage throws(StorageError) in
        if stash.isEmpty { try storage.remove("stash") } else { try storage.write("stash", stash) }
      }
    }
    if var stats {
      stats.addPlay(updates: updates)
      save("stats") { storage throws(StorageError) in
        try storage.write("stats", stats.encoded)
      }
    }
  }

  private func save(_ what: String, _ body: (any Storage) throws(StorageError) -> Void) {
    do {
      try body(storage)
    } catch {
      warn("Not saved: \(what): \(error.why)")
    }
  }

  private func openStats() throws(StorageError) -> PlayStats {
    let defaults = defaultStats()
    guard let bytes = try storage.read("stats") else {
      return .installed(defaults: defaults ?? PlayStats(), on: services.options.today)
    }
    do {
      var stats = try PlayStats(decoding: bytes)
      if let defaults { stats.update(to: defaults, on: services.options.today) }
      return stats
    } catch {
      // The player's only copy: it is set aside before anything is written over it.
      if try storage.size(of: "stats.damaged") == nil {
        try storage.write("stats.damaged", bytes)
      }
      warn("The stats are damaged and begin anew: \(error.reason)")
      return .installed(defaults: defaults ?? PlayStats(), on: services.options.today)
    }
  }

  private func defaultStats() -> PlayStats? {
    guard let bytes = rom.read("_stats", limit: Self.largestStats) else { return nil }
    do {
      return try PlayStats(decoding: bytes)
    } catch {
      services.log.add(.error, "_stats: cannot decode: \(error.reason)")
      return nil
    }
  }

  // MARK: Files

  /// The name under which a file of the cart is saved.
  static func savedName(_ name: String) -> String { "etc/" + name }

  /// Bytes of a file of the ROM, or of a saved one; nil if there is none.
  func size(of name: String) throws(HostCallError) -> Int? {
    if let size = rom.size(of: name) { return size }
    do {
      return try storage.size(of: Self.savedName(name))
    } catch {
      throw HostCallError(error)
    }
  }

  /// A file of the ROM, at least its first `limit` bytes, or a saved one; nil if there is none.
  func read(_ name: String, limit: Int) throws(HostCallError) -> [UInt8]? {
    if let content = rom.read(name, limit: limit) { return content }
    do {
      return try storage.read(Self.savedName(name))
    } catch {
      throw HostCallError(reading: error)
    }
  }

  /// Saves a file.
  func write(_ name: String, _ content: [UInt8]) throws(HostCallError) {
    do {
      try storage.write(Self.savedName(name), content)
    } catch {
      warn("Not saved: \(error.why)")
      throw HostCallError(error)
    }
  }

  /// Removes a saved file.
  func remove(_ name: String) throws(HostCallError) {
    do {
      try storage.remove(Self.savedName(name))
    } catch {
      warn("Not removed: \(error.why)")
      throw HostCallError(error)
    }
  }

  // MARK: Stash

  /// Replaces the stash; it is written when the cart ends.
  func setStash(_ bytes: UnsafeRawBufferPointer) {
    stash = Array(bytes)
    stashChanged = true
  }

  /// Tells the player, once for each text, and the developer.
  private func warn(_ text: String) {
    guard warnings.insert(text).inserted else { return }
    services.log.add(.warning, text)
  }
}

extension HostCallError {
  /// Why something was not saved: where the disk or the cart's share of it is full, the official
  /// console says that it cannot write.
  init(_ error: StorageError) {
    switch error {
    case .quotaExceeded, .noSpace: self = .cannotWrite
    case .badName, .failed: self.init(error.why)
    }
  }

  /// Why something was not read.
  init(reading error: StorageError) {
    self.init("cannot read file: \(error.why)")
  }
}
