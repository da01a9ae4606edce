import Console
import Testing

@testable import Firefly

@Suite("A privileged cart")
struct SudoTests {
  private let system = MemoryStorage([
    "roms/lux/snek/_bin": [1, 2, 3], "roms/lux/snek/_meta": [4], "roms/demo/probe/_bin": [5],
    "data/lux/snek/stats": [6, 7], "data/lux/snek/etc/slot": [8], "symbols/secret": [9],
  ])

  private func bench() throws -> HostBench { try HostBench(system: system) }

  /// Puts a path at address 10 and calls with its place and the other arguments.
  private func call(
    _ bench: HostBench, _ name: String, _ path: String, _ rest: Int...
  ) throws -> UInt64 {
    bench.write(Array(path.utf8), at: 10)
    let arguments = [10, path.utf8.count] + rest
    let module = HostModule.sudo
    let function = try #require(module.functions(module: "sudo", name: name).first)
    let words = arguments.map { UInt64(UInt32(truncatingIfNeeded: $0)) }
    return try bench.call(function, of: .sudo, words)
  }

  @Test("lists files and folders, in the order of their names")
  func lists() throws {
    let bench = try bench()
    #expect(try call(bench, "list_dirs_buf_size", "roms") == 9)
    #expect(try call(bench, "list_dirs", "roms", 2000, 20) == 9)
    #expect(bench.read(2000, 10) == [4] + Array("demo".utf8) + [3] + Array("lux".utf8) + [0])
    #expect(try call(bench, "list_files_buf_size", "roms/lux/snek") == 11)
    #expect(try call(bench, "list_files", "roms/lux/snek", 2000, 11) == 11)
    #expect(try call(bench, "list_files_buf_size", "sys") == 0)
    #expect(bench.log == [])
    #expect(try call(bench, "list_files", "roms/lux/snek", 2000, 10) == 5)
    #expect(bench.log == ["sudo.list_files: buffer is not big enough to fit all entries"])
    #expect(try call(bench, "list_dirs_buf_size", "roms/nobody") == 0)
    #expect(bench.log == ["sudo.list_dirs_buf_size: not found"])
  }

  @Test("reads and writes files of the console")
  func readsAndWrites() throws {
    let bench = try bench()
    #expect(try call(bench, "get_file_size", "data/lux/snek/stats") == 2)
    #expect(try call(bench, "get_file_size", "data/lux/snek/none") == 0)
    #expect(try call(bench, "load_file", "data/lux/snek/etc/slot", 2000, 1) == 1)
    #expect(bench.read(2000, 1) == [8])
    #expect(try call(bench, "dump_file", "sys/config", 2000, 1) == 1)
    #expect(try call(bench, "append_file", "sys/config", 2000, 1) == 1)
    #expect(system.files["sys/config"] == [8, 8])
    _ = try call(bench, "remove_file", "sys/config")
    _ = try call(bench, "create_dir", "data/new")
    _ = try call(bench, "create_dir", "data/new")
    _ = try call(bench, "remove_dir", "data/lux/snek")
    #expect(system.files.keys.filter { $0.hasPrefix("data") || $0.hasPrefix("sys") } == [])
    #expect(try system.entries(of: "data/new") == [])
    #expect(bench.log == [])
  }

  @Test("is told what is wrong with a file, in the official order")
  func isTold() throws {
    let bench = try bench()
    #expect(try call(bench, "load_file", "roms/lux/snek/_bin", 2000, 4) == 0)
    #expect(try call(bench, "load_file", "roms/lux/snek/none", 2000, 4) == 0)
    #expect(try call(bench, "load_file", "roms/nobody/x", 2000, 4) == 0)
    #expect(try call(bench, "append_file", "sys/none", 2000, 1) == 0)
    #expect(try call(bench, "dump_file", "data/nobody/x/y", 2000, 1) == 0)
    // Path and buffer overlap.
    #expect(try call(bench, "load_file", "roms/lux/snek/_bin", 12, 4) == 0)
    #expect(try call(bench, "load_file", "roms/lux/snek/_bin", 5, 6) == 0)
    #expect(
      bench.log == [
        "sudo.load_file: buffer size for file does not match file size",
        "sudo.load_file: not found", "sudo.load_file: not found", "sudo.append_file: not found",
        "sudo.dump_file: not found", "sudo.load_file: buffer points out of memory",
        "sudo.load_file: buffer points out of memory",
      ])
  }

  @Test(
    "cannot leave the three folders",
    arguments: [
      "symbols", "symbols/secret", "..", "../x", "roms/../symbols", "/etc/passwd", "", "/", "roms/",
      "roms//lux", ".", "a/b/c/d/e/f", "modules", "roms\0", "Roms",
    ])
  func isConfined(path: String) throws {
    let bench = try bench()
    let before = system.files
    for name in ["list_dirs_buf_size", "list_files_buf_size", "get_file_size"] {
      #expect(try call(bench, name, path) == 0)
    }
    for name in ["list_dirs", "list_files", "load_file", "dump_file", "append_file"] {
      #expect(try call(bench, name, path, 2000, 1) == 0)
    }
    for name in ["remove_file", "create_dir", "remove_dir"] { _ = try call(bench, name, path) }
    #expect(bench.log.count == 11)
    #expect(system.files == before)
  }

  @Test("cannot take the three folders away", arguments: ["roms", "data", "sys"])
  func keepsRoots(path: String) throws {
    let bench = try bench()
    let before = system.files
    _ = try call(bench, "create_dir", path)
    _ = try call(bench, "remove_dir", path)
    #expect(bench.log == ["sudo.remove_dir: permission denied"])
    #expect(system.files == before)
  }

  @Test("runs another cart, if it is installed")
  func runsCart() throws {
    let bench = try bench()
    bench.write(Array("luxsnekg".utf8), at: 10)
    try bench.call("sudo.run_app", 10, 3, 13, 5)
    #expect(bench.state.request == nil)
    try bench.call("sudo.run_app", 10, 3, 13, 4)
    #expect(bench.state.request == .launch(InstalledCart(author: "lux", app: "snek")))
    for id in ["-a", "a--b", "A", "aaaaaaaaaaaaaaaaa", "../x", "é"] {
      bench.write(Array(id.utf8), at: 50)
      try bench.call("sudo.run_app", 50, id.utf8.count, 13, 4)
    }
    bench.write([0xFF], at: 50)
    try bench.call("sudo.run_app", 50, 1, 13, 4)
    try bench.call("sudo.run_app", 50, 0, 13, 4)
    #expect(
      bench.log == [
        "sudo.run_app: not found", "sudo.run_app: bad ID: must not start or end with minus",
        "sudo.run_app: bad ID: must not contain '--'", "sudo.run_app: bad ID: must not contain A",
        "sudo.run_app: bad ID: too long", "sudo.run_app: bad ID: must not contain .",
        "sudo.run_app: bad ID: must not contain Ã", "sudo.run_app: ID is not valid UTF-8",
        "sudo.run_app: bad ID: must not be empty",
      ])
  }

  @Test("finds neither flash memory nor a network")
  func findsNoHardware() throws {
    let bench = try bench()
    #expect(try bench.call("sudo.write_main_flash", 0, 100, 4) == 1)
    #expect(try bench.call("sudo.write_io_flash", 0, 65_536, 4) == 1)
    try bench.call("sudo.switch_main_partition", 2)
    try bench.call("sudo.switch_io_partition", 3)
    #expect(try bench.call("wifi.status") == 253)
    #expect(try bench.call("wifi.tcp_status") == 253)
    #expect(try bench.call("wifi.scan", 100, 50) == 0)
    try bench.call("wifi.connect", 100, 4, 110, 4)
    bench.write([0xFF], at: 100)
    try bench.call("wifi.connect", 100, 1, 110, 4)
    try bench.call("wifi.tcp_connect", 0x7F00_0001, 80)
    try bench.call("wifi.tcp_send", 0xFFFF_FFFF, 0xFFFF_FFFF)
    #expect(try bench.call("wifi.tcp_recv", 100, 4) == 0)
    try bench.call("wifi.disconnect")
    try bench.call("wifi.tcp_close")
    #expect(
      bench.log == [
        "sudo.write_main_flash: unsupported", "sudo.write_io_flash: buffer points out of memory",
        "sudo.switch_main_partition: unsupported",
        "sudo.switch_io_partition: partition is out of range",
        "wifi.scan: network error: there is no network",
        "wifi.connect: network error: there is no network",
        "wifi.connect: text is not valid UTF-8",
        "wifi.tcp_connect: network error: not connected to wifi",
        "wifi.tcp_send: buffer points out of memory",
        "wifi.tcp_recv: failed to receive TCP chunk",
      ])
  }
}
