import Console

extension HostModule {
  /// For carts whose metadata ask for it, if the player allows it.
  ///
  /// Source: firefly.md 10.6.
  static let sudo = HostModule("sudo", alias: nil, isPrivileged: true, sudoFiles + sudoConsole)

  private static let sudoFiles: [HostImport] = [
    HostImport("list_dirs_buf_size") {
      (console, path: UInt32, length: UInt32) throws(HostCallError) -> UInt32 in
      try console.listSize(path, length, ofFolders: true)
    },
    HostImport("list_files_buf_size") {
      (console, path: UInt32, length: UInt32) throws(HostCallError) -> UInt32 in
      try console.listSize(path, length, ofFolders: false)
    },
    HostImport("list_dirs") {
      (console, path: UInt32, length: UInt32, buffer: UInt32, room: UInt32)
        throws(HostCallError) -> UInt32 in
      let range = try console.pathAndBuffer(path, length, buffer, room)
      return try console.list(range.path, into: range.buffer, folders: true, "sudo.list_dirs")
    },
    HostImport("list_files") {
      (console, path: UInt32, length: UInt32, buffer: UInt32, room: UInt32)
        throws(HostCallError) -> UInt32 in
      let range = try console.pathAndBuffer(path, length, buffer, room)
      return try console.list(range.path, into: range.buffer, folders: false, "sudo.list_files")
    },
    HostImport("get_file_size") {
      (console, path: UInt32, length: UInt32) throws(HostCallError) -> UInt32 in
      let path = try SystemPath(console.bytes(path, length))
      return UInt32(clamping: try console.system().size(of: path) ?? 0)
    },
    HostImport("load_file") {
      (console, path: UInt32, length: UInt32, buffer: UInt32, room: UInt32)
        throws(HostCallError) -> UInt32 in
      let range = try console.pathAndBuffer(path, length, buffer, room)
      let content = try console.system().read(SystemPath(range.path))
      range.buffer.copyBytes(from: content.prefix(range.buffer.count))
      guard content.count >= range.buffer.count else { throw .fileSizeMismatch }
      return room
    },
    HostImport("dump_file") {
      (console, path: UInt32, length: UInt32, buffer: UInt32, count: UInt32)
        throws(HostCallError) -> UInt32 in
      let range = try console.pathAndBuffer(path, length, buffer, count)
      try console.system().write(SystemPath(range.path), Array(range.buffer))
      return count
    },
    HostImport("append_file") {
      (console, path: UInt32, length: UInt32, buffer: UInt32, count: UInt32)
        throws(HostCallError) -> UInt32 in
      let range = try console.pathAndBuffer(path, length, buffer, count)
      let path = try SystemPath(range.path)
      let system = try console.system()
      // The whole file anew, so that nothing is torn.
      try system.write(path, try system.read(path) + range.buffer)
      return count
    },
    HostImport("remove_file") {
      (console, path: UInt32, length: UInt32) throws(HostCallError) in
      let path = try SystemPath(console.bytes(path, length))
      try console.system().remove(path)
    },
    HostImport("create_dir") { (console, path: UInt32, length: UInt32) throws(HostCallError) in
      let path = try SystemPath(console.bytes(path, length))
      try console.system().makeFolder(path)
    },
    HostImport("remove_dir") { (console, path: UInt32, length: UInt32) throws(HostCallError) in
      let path = try SystemPath(console.bytes(path, length))
      try console.system().removeFolder(path)
    },
  ]

  private static let sudoConsole: [HostImport] = [
    HostImport("run_app") {
      (console, author: UInt32, authorLength: UInt32, app: UInt32, appLength: UInt32)
        throws(HostCallError) in
      let cart = InstalledCart(
        author: try console.cartID(author, authorLength), app: try console.cartID(app, appLength))
      try console.run(cart)
    },
    HostImport("write_main_flash") {
      (console, _: UInt32, address: UInt32, count: UInt32) throws(HostCallError) -> UInt32 in
      console.refuseFlash(address, count, "sudo.write_main_flash")
    },
    HostImport("write_io_flash") {
      (console, _: UInt32, address: UInt32, count: UInt32) throws(HostCallError) -> UInt32 in
      console.refuseFlash(address, count, "sudo.write_io_flash")
    },
    HostImport("switch_main_partition", body: switchPartition),
    HostImport("switch_io_partition", body: switchPartition),
  ]

  private static func switchPartition(
    _ console: FireflyState, partition: UInt32
  ) throws(HostCallError) {
    if partition > 2 { throw HostCallError("partition is out of range") }
    throw .unsupported
  }
}
