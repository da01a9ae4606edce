import Console

extension HostModule {
  /// What C libraries import without being asked; source: firefly.md 10.5.
  static let wasi = HostModule(
    "wasi_snapshot_preview1", alias: nil,
    [
      HostImport("environ_get") {
        (_, _: UInt32, _: UInt32) throws(HostCallError) -> UInt32 in WASIError.success
      },
      HostImport("environ_sizes_get") {
        (console, count: UInt32, size: UInt32) throws(HostCallError) -> UInt32 in
        do throws(HostCallError) {
          try console.mutableBytes(count, 4).initializeMemory(as: UInt8.self, repeating: 0)
          try console.mutableBytes(size, 4).initializeMemory(as: UInt8.self, repeating: 0)
          return WASIError.success
        } catch {
          return error == .noMemory ? WASIError.tooBig : WASIError.fault
        }
      },
      HostImport("clock_time_get") {
        (_, _: UInt32, _: Int64, _: UInt32) throws(HostCallError) -> UInt32 in WASIError.success
      },
      HostImport("proc_exit") { (console, _: UInt32) throws(HostCallError) in
        console.request = .exit
        throw .exit
      },
      HostImport("fd_close") {
        (_, _: UInt32) throws(HostCallError) -> UInt32 in WASIError.badDescriptor
      },
      HostImport("fd_read") {
        (_, _: UInt32, _: UInt32, _: UInt32, _: UInt32) throws(HostCallError) -> UInt32 in
        WASIError.badDescriptor
      },
      HostImport("fd_seek") {
        (_, _: UInt32, _: Int64, _: UInt32, _: UInt32) throws(HostCallError) -> UInt32 in
        WASIError.badDescriptor
      },
      HostImport("fd_write") {
        (console, descriptor: UInt32, vectors: UInt32, count: UInt32, written: UInt32)
          throws(HostCallError) -> UInt32 in
        console.write(descriptor, vectors, count, written)
      },
    ])
}

/// Error numbers of WASI preview 1.
private enum WASIError {
  static let success: UInt32 = 0
  static let tooBig: UInt32 = 1
  static let badDescriptor: UInt32 = 8
  static let fault: UInt32 = 21
}

extension FireflyState {
  /// Standard output and error are lines of the log; the first `ConsoleLog.lineLength` bytes of a
  /// call are kept, all count as written.
  fileprivate func write(
    _ descriptor: UInt32, _ vectors: UInt32, _ count: UInt32, _ written: UInt32
  ) -> UInt32 {
    guard descriptor == 1 || descriptor == 2 else { return WASIError.badDescriptor }
    guard count <= 1024 else { return WASIError.fault }
    do throws(HostCallError) {
      let list = try bytes(vectors, 8 * count)
      var text: [UInt8] = []
      var total: UInt64 = 0
      for index in 0..<Int(count) {
        let address = list.loadUnaligned(fromByteOffset: 8 * index, as: UInt32.self)
        let length = list.loadUnaligned(fromByteOffset: 8 * index + 4, as: UInt32.self)
        text += try bytes(address, length).prefix(ConsoleLog.lineLength - text.count)
        total += UInt64(length)
      }
      try mutableBytes(written, 4).storeBytes(
        of: UInt32(clamping: total).littleEndian, as: UInt32.self)
      for line in text.split(separator: UInt8(ascii: "\n")) {
        services.log.add(descriptor == 1 ? .debug : .error, String(decoding: line, as: UTF8.self))
      }
      return WASIError.success
    } catch {
      return WASIError.fault
    }
  }
}
