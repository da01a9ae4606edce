import Console

extension HostModule {
  /// Source: firefly.md section 7.
  static let files = HostModule(
    "fs", alias: nil,
    [
      HostImport("get_file_size", body: fileSize),
      HostImport("get_rom_file_size", called: "fs.get_file_size", body: fileSize),
      HostImport("load_file", body: loadFile),
      HostImport("load_rom_file", called: "fs.load_file", body: loadFile),
      HostImport("dump_file") {
        (console, name: UInt32, length: UInt32, buffer: UInt32, count: UInt32)
          throws(HostCallError) -> UInt32 in
        try console.dumpFile(named: FileName(console.bytes(name, length)).text, buffer, count)
      },
      HostImport("remove_file") { (console, name: UInt32, length: UInt32) throws(HostCallError) in
        let name = try FileName(console.bytes(name, length)).text
        if console.data.rom.size(of: name) != nil { throw .romFile }
        try console.data.remove(name)
      },
    ])

  private static func fileSize(
    _ console: FireflyState, name: UInt32, length: UInt32
  ) throws(HostCallError) -> UInt32 {
    let name = try FileName(console.bytes(name, length)).text
    return UInt32(clamping: try console.data.size(of: name) ?? 0)
  }

  private static func loadFile(
    _ console: FireflyState, name: UInt32, length: UInt32, buffer: UInt32, room: UInt32
  ) throws(HostCallError) -> UInt32 {
    let name = try FileName(console.bytes(name, length)).text
    guard let content = try console.data.read(name, limit: Int(room)) else { throw .fileNotFound }
    let target = try console.mutableBytes(buffer, room)
    let count = min(content.count, target.count)
    target.copyBytes(from: content.prefix(count))
    if count < target.count { console.report(.fileSizeMismatch, "fs.load_file") }
    return UInt32(clamping: count)
  }
}

extension FireflyState {
  fileprivate func dumpFile(
    named name: String, _ address: UInt32, _ count: UInt32
  ) throws(HostCallError) -> UInt32 {
    if data.rom.size(of: name) != nil { throw .romFile }
    let content: [UInt8]
    do throws(HostCallError) {
      content = Array(try bytes(address, count))
    } catch {
      // The official console has made the file by now. Unlike it, we keep what was in one.
      if try data.size(of: name) == nil { try data.write(name, []) }
      throw error
    }
    try data.write(name, content)
    return count
  }
}
