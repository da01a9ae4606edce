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
      HostImport("dump_file", isSilent: true) {
        (_, _: UInt32, _: UInt32, _: UInt32, _: UInt32) throws(HostCallError) -> UInt32 in 0
      },
      HostImport("remove_file", isSilent: true) { (_, _: UInt32, _: UInt32) throws(HostCallError) in
      },
    ])

  private static func fileSize(
    _ console: FireflyState, name: UInt32, length: UInt32
  ) throws(HostCallError) -> UInt32 {
    let name = try FileName(console.bytes(name, length)).text
    let size =
      console.files.size(of: name) ?? console.services.options.storage.read(name)?.count ?? 0
    return UInt32(clamping: size)
  }

  private static func loadFile(
    _ console: FireflyState, name: UInt32, length: UInt32, buffer: UInt32, room: UInt32
  ) throws(HostCallError) -> UInt32 {
    let name = try FileName(console.bytes(name, length)).text
    guard
      let content = console.files.read(name, limit: Int(room))
        ?? console.services.options.storage.read(name)
    else { throw .fileNotFound }
    let target = try console.mutableBytes(buffer, room)
    let count = min(content.count, target.count)
    target.copyBytes(from: content.prefix(count))
    if count < target.count { console.report(.fileSizeMismatch, "fs.load_file") }
    return UInt32(clamping: count)
  }
}
