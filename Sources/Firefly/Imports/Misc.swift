import Console

extension HostModule {
  /// Source: firefly.md 10.2 to 10.4.
  ///
  /// Lines go to the console's log alone; the official console also adds them to a file `logs`
  /// beside the saved ones, which no cart can read. What the C library declares in this module by mistake is accepted too (14.1).
  static let misc = HostModule(
    "misc", alias: "m",
    [
      HostImport("log_debug", "d") {
        (console, text: UInt32, length: UInt32) throws(HostCallError) in
        try console.log(.debug, text, length)
      },
      HostImport("log_error", "e") {
        (console, text: UInt32, length: UInt32) throws(HostCallError) in
        try console.log(.error, text, length)
      },
      HostImport("set_seed", "s") { (console, seed: UInt32) throws(HostCallError) in
        console.random.set(seed)
      },
      HostImport("get_random", "r") { (console) throws(HostCallError) -> UInt32 in
        console.random.next()
      },
      HostImport("get_name", "n") {
        (console, _: UInt32, address: UInt32) throws(HostCallError) -> UInt32 in
        try console.writeName(address, room: 16)
      },
      HostImport("get_name", "n") {
        (console, _: UInt32, address: UInt32, room: UInt32) throws(HostCallError) -> UInt32 in
        try console.writeName(address, room: room)
      },
      HostImport("get_settings", "c") { (console, _: UInt32) throws(HostCallError) -> Int64 in
        console.services.options.settings.packed
      },
      HostImport("restart") { (console) throws(HostCallError) in console.request = .restart },
      HostImport("quit", "q") { (console) throws(HostCallError) in console.request = .exit },
      HostImport("set_peers") { (_, _: UInt32) throws(HostCallError) in throw .notConnector },
      HostImport("add_progress", called: "stats.add_progress", body: HostModule.addProgress),
      HostImport("add_score", called: "stats.set_score", body: HostModule.addScore),
    ])
}

extension FireflyState {
  fileprivate func log(
    _ level: LogLine.Level, _ address: UInt32, _ length: UInt32
  ) throws(HostCallError) {
    // Whatever is beyond a line's length is not even looked at.
    let bytes = try bytes(address, length)
    guard services.log.hasRoom else { return services.log.add(level, "") }
    let cut = bytes.prefix(4 * ConsoleLog.lineLength)
    guard let text = String(validating: cut, as: UTF8.self) else {
      if cut.count < bytes.count {
        return services.log.add(level, String(decoding: cut, as: UTF8.self))
      }
      throw .invalidText
    }
    services.log.add(level, text)
  }

  fileprivate func writeName(_ address: UInt32, room: UInt32) throws(HostCallError) -> UInt32 {
    let name = Array(services.options.settings.deviceName.utf8.prefix(min(16, Int(room))))
    try mutableBytes(address, UInt32(name.count)).copyBytes(from: name)
    return UInt32(name.count)
  }
}

extension HostCallError {
  fileprivate static let notConnector = HostCallError(
    "can set connection status only for connector")
}

extension PlayerSettings {
  /// Theme, flags and language as a cart gets them (firefly.md 10.3).
  fileprivate var packed: Int64 {
    var flags: Int64 = 0
    for (bit, isSet) in [rotatesScreen, reducesFlashing, highContrast, easterEggs].enumerated()
    where isSet {
      flags |= 1 << Int64(bit)
    }
    let letters = language.utf8.prefix(2).reduce(0) { $0 << 8 | Int64($1) }
    return Int64(theme) << 32 | flags << 16 | letters
  }
}
