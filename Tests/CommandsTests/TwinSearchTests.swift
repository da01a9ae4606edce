import Engine
import Foundation
import Postmortem
import Testing

@testable import Commands

@Suite("The twin of a stripped cart")
struct TwinSearchTests {
  /// A folder with a cart, and a symbol store that is still empty.
  private final class Place {
    let folder: String
    let cart: String
    let store: SymbolStore

    init(_ bytes: [UInt8]) throws {
      folder = FileManager.default.temporaryDirectory.path + "/glowjar-\(UUID().uuidString)"
      try FileManager.default.createDirectory(
        atPath: folder + "/cart", withIntermediateDirectories: true)
      cart = folder + "/cart/game.wasm"
      store = SymbolStore(root: folder + "/data/symbols")
      try put(bytes, "game.wasm")
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    func put(_ bytes: [UInt8], _ name: String) throws {
      try Data(bytes).write(to: URL(fileURLWithPath: folder + "/cart/" + name))
    }

    func find(for bytes: [UInt8]) -> DebugTwin {
      TwinSearch(store: store).find(for: bytes, at: cart)
    }
  }

  private let whole: SectionedModule

  init() throws { whole = try SectionedModule(crasher: "c-O2-dwarf5") }

  /// `text` as wasm writes names.
  private func name(_ text: String) -> [UInt8] { [UInt8(text.utf8.count)] + Array(text.utf8) }

  @Test func `A cart with debug information needs none`() throws {
    let place = try Place(whole.bytes)
    try place.put(whole.bytes, "game.debug.wasm")
    let result = place.find(for: whole.bytes)
    #expect(result.module == nil)
    #expect(result.notes.isEmpty)
  }

  @Test func `It is found beside the cart by its name`() throws {
    let cart = whole.stripped().bytes
    let place = try Place(cart)
    #expect(place.find(for: cart).module == nil)
    try place.put(whole.bytes, "game.debug.wasm")
    let result = place.find(for: cart)
    #expect(result.path == place.folder + "/cart/game.debug.wasm")
    #expect(result.module?.bytes == whole.bytes)
    #expect(result.notes.isEmpty)
  }

  @Test func `It is found by what the cart names, within its folder only`() throws {
    let cart = whole.stripped().adding("external_debug_info", name("symbols.wasm")).bytes
    let place = try Place(cart)
    #expect(
      place.find(for: cart).notes == ["The cart names \"symbols.wasm\", which is not beside it."])
    try place.put(whole.bytes, "symbols.wasm")
    #expect(place.find(for: cart).path == place.folder + "/cart/symbols.wasm")

    let outside = place.folder + "/symbols.wasm"
    try Data(whole.bytes).write(to: URL(fileURLWithPath: outside))
    unlink(place.folder + "/cart/symbols.wasm")
    for path in [outside, "../symbols.wasm", "./x/../../symbols.wasm"] {
      let cart = whole.stripped().adding("external_debug_info", name(path)).bytes
      let result = place.find(for: cart)
      #expect(result.module == nil, "\(path)")
      #expect(result.notes.count == 1)
    }
  }

  @Test func `A URL is told, not followed`() throws {
    let url = "https://example.org/game.wasm"
    let cart = whole.stripped().adding("external_debug_info", name(url)).bytes
    let place = try Place(cart)
    #expect(
      place.find(for: cart).notes == [
        "The cart names \"\(url)\", which is not fetched: put the file beside it."
      ])
  }

  @Test(arguments: ["", "..", "/", "a/..", "/dev/zero", "\u{0}", "x\u{0}/y", "/proc/self/mem"])
  func `A strange path finds nothing and does no harm`(path: String) throws {
    let cart = whole.stripped().adding("external_debug_info", name(path)).bytes
    let place = try Place(cart)
    #expect(place.find(for: cart).module == nil)
  }

  @Test func `It is found by its build_id`() throws {
    let cart = whole.stripped().adding("build_id", [3, 1, 2, 3]).bytes
    let place = try Place(cart)
    try place.put(whole.adding("build_id", [3, 9, 9, 9]).bytes, "a.wasm")
    try place.put(whole.adding("build_id", [3, 1, 2, 3]).bytes, "b.wasm")
    #expect(place.find(for: cart).path == place.folder + "/cart/b.wasm")
  }

  @Test func `It is found in the store by the hash of the code`() throws {
    let cart = whole.stripped().bytes
    let place = try Place(cart)
    let kept = try place.store.add(whole.bytes, from: "whole.wasm")
    #expect(place.find(for: cart).path == kept)
    #expect(TwinSearch(store: place.store).find(for: cart, at: nil).path == kept)
    #expect(place.find(for: whole.stripped().withOtherCode().bytes).module == nil)
  }

  @Test func `One of other code is refused with the reason`() throws {
    let cart = whole.stripped().bytes
    let place = try Place(cart)
    func reason(_ bytes: [UInt8]) throws -> String? {
      try place.put(bytes, "game.debug.wasm")
      let result = place.find(for: cart)
      #expect(result.module == nil)
      return result.notes.first
    }
    let head = "Debug information in \(place.folder)/cart/game.debug.wasm is not used: "
    #expect(
      try reason(whole.withOtherCode().bytes)
        == head + "its code differs from the cart's: it is of another build.")
    #expect(try reason(Array("hello".utf8)) == head + "it is no WebAssembly module.")
    #expect(try reason(cart) == head + "it has no debug information either.")
    #expect(try reason([0, 0x61, 0x73, 0x6D, 1, 0, 0, 0]) == head + "it has no code to compare.")
  }

  @Test func `Equal build_ids do not excuse other code`() throws {
    let cart = whole.stripped().adding("build_id", [1, 7]).bytes
    let place = try Place(cart)
    try place.put(whole.withOtherCode().adding("build_id", [1, 7]).bytes, "game.debug.wasm")
    #expect(place.find(for: cart).notes.first?.contains("changed after linking") == true)
    try place.put(whole.withOtherCode().adding("build_id", [1, 8]).bytes, "game.debug.wasm")
    #expect(place.find(for: cart).notes.first?.contains("build_id differs") == true)
  }

  @Test func `The store lists and removes what it keeps, and nothing else`() throws {
    let place = try Place([])
    let kept = try place.store.add(whole.adding("build_id", [1, 7]).bytes, from: "whole.wasm")
    try Data().write(to: URL(fileURLWithPath: place.store.root + "/notes.txt"))
    let entries = place.store.entries()
    #expect(entries.map(\.path) == [kept])
    #expect(entries.map(\.buildID) == ["0107"])
    let code = try #require(entries.first?.code)
    #expect(kept == place.store.root + "/\(code).wasm")
    for key in ["../notes", "notes.txt", "", "0123", "/etc/passwd"] {
      #expect(throws: Failure.self) { try place.store.remove(key) }
    }
    #expect(try place.store.remove(String(code.prefix(8))) == kept)
    #expect(place.store.entries().isEmpty)
    #expect(throws: Failure.self) { try place.store.remove(code) }
  }

  @Test func `The store takes only what can help`() throws {
    let place = try Place([])
    for bytes in [Array("hello".utf8), whole.stripped().bytes, [0, 0x61, 0x73, 0x6D, 1, 0, 0, 0]] {
      #expect(throws: Failure.self) { try place.store.add(bytes, from: "x") }
    }
    #expect(place.store.entries().isEmpty)
  }

  @Test func `The store lies in the data folder`() {
    let set = SymbolStore.standard(environment: ["XDG_DATA_HOME": "/d", "HOME": "/h"])
    #expect(set?.root == "/d/glowjar/symbols")
    let relative = SymbolStore.standard(environment: ["XDG_DATA_HOME": "d", "HOME": "/h"])
    #expect(relative?.root == "/h/.local/share/glowjar/symbols")
    #expect(SymbolStore.standard(environment: [:]) == nil)
  }

  @Test func `Cut sections and heads that lie are read without harm`() throws {
    let bytes = whole.adding("build_id", [1, 7]).bytes
    let place = try Place([])
    for count in stride(from: 0, through: bytes.count, by: 7) {
      try place.put(Array(bytes[..<count]), "cut.wasm")
      _ = ModuleIdentity(Array(bytes[..<count]))
      _ = PlainFile(place.folder + "/cart/cut.wasm")?.customSection(named: "build_id")
    }
    try place.put(bytes, "cut.wasm")
    func content(_ path: String) -> [UInt8]? { PlainFile(path)?.module() }
    let path = place.folder + "/cart/cut.wasm"
    #expect(PlainFile(path)?.customSection(named: "build_id") == [1, 7])
    #expect(content(path) == bytes)
    #expect(content(place.folder) == nil)
    #expect(content("/dev/zero") == nil)
  }
}
