import Console
import Foundation
import Testing

@Suite("A cart")
final class CartTests {
  private let folder = FileManager.default.temporaryDirectory.appending(
    path: "glowjar-\(UUID().uuidString)")

  init() throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  private func write(_ name: String, _ bytes: [UInt8]) throws {
    try Data(bytes).write(to: folder.appending(path: name))
  }

  @Test("opens from a bare module, named after its file and without files")
  func opensBareModule() throws {
    try write("moth.wasm", [1, 2, 3])
    try write("secret", [4])
    let cart = try Cart.open(path: folder.appending(path: "moth.wasm").path)
    #expect(cart.id == "moth")
    #expect(cart.wasm == [1, 2, 3])
    #expect(cart.files.read("secret") == nil)
  }

  @Test("opens from a directory with its module in _bin")
  func opensDirectory() throws {
    try write("_bin", [9])
    try write("sprite", [1, 2, 3, 4])
    let cart = try Cart.open(path: folder.path + "/")
    #expect(cart.wasm == [9])
    #expect(cart.files.size(of: "sprite") == 4)
    #expect(cart.files.read("sprite") == [1, 2, 3, 4])
    #expect(cart.files.read("sprite", limit: 2) == [1, 2])
    #expect(cart.files.size(of: "nothing") == nil)
  }

  @Test(
    "does not let a file name lead out of its directory",
    arguments: [
      "../outside", "/etc/passwd", "..", ".", "", "sub/inner", "link", "sub", "a\0b",
      String(repeating: "x", count: 10_000),
    ])
  func staysInside(name: String) throws {
    let rom = folder.appending(path: "rom")
    try FileManager.default.createDirectory(
      at: rom.appending(path: "sub"), withIntermediateDirectories: true)
    try write("outside", [1])
    try write("rom/sub/inner", [1])
    try write("rom/_bin", [9])
    try FileManager.default.createSymbolicLink(
      at: rom.appending(path: "link"), withDestinationURL: folder.appending(path: "outside"))
    let cart = try Cart.open(path: rom.path)
    #expect(cart.files.read(name) == nil)
    #expect(cart.files.size(of: name) == nil)
  }

  @Test("is refused where there is none")
  func isRefused() throws {
    let path = folder.path
    #expect(throws: CartError.missing(path: path + "/none")) { try Cart.open(path: path + "/none") }
    let noCart = #expect(throws: CartError.self) { try Cart.open(path: path) }
    #expect(noCart?.exitCode == 65)
    #expect(noCart?.why == "a ROM without a cart: it has no file _bin")
    let device = #expect(throws: CartError.self) { try Cart.open(path: "/dev/zero") }
    #expect(device?.exitCode == 66)
  }

  @Test("is refused if its module is too large to be one")
  func isTooLarge() throws {
    let file = folder.appending(path: "huge.wasm")
    try write("huge.wasm", [])
    let handle = try FileHandle(forWritingTo: file)
    try handle.truncate(atOffset: UInt64(Cart.largestModule) + 1)
    let error = #expect(throws: CartError.self) { try Cart.open(path: file.path) }
    #expect(error?.exitCode == 65)
  }
}
