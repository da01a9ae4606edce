import Console
import Runtime
import Testing

@testable import Firefly

/// A module with one imported function (number 0) and exported functions without parameters.
private struct TinyModule {
  var module = "misc"
  var name = "quit"
  /// Parameters and results of the import, as value type codes.
  var parameters: [UInt8] = []
  var results: [UInt8] = []
  /// Bodies without locals and `end`, by export name.
  var callbacks: [(name: String, body: [UInt8])] = []
  var memoryPages: UInt8?

  var bytes: [UInt8] {
    func list(_ items: [[UInt8]]) -> [UInt8] { [UInt8(items.count)] + items.flatMap { $0 } }
    func text(_ text: String) -> [UInt8] { [UInt8(text.utf8.count)] + Array(text.utf8) }
    func section(_ id: UInt8, _ content: [UInt8]) -> [UInt8] {
      [id, UInt8(content.count)] + content
    }
    let type = [0x60, UInt8(parameters.count)] + parameters + [UInt8(results.count)] + results
    var bytes: [UInt8] = [0, 0x61, 0x73, 0x6D, 1, 0, 0, 0]
    bytes += section(1, list([type, [0x60, 0, 0]]))
    bytes += section(2, list([text(module) + text(name) + [0, 0]]))
    bytes += section(3, list(callbacks.map { _ in [1] }))
    if let memoryPages { bytes += section(5, [1, 0, memoryPages]) }
    bytes += section(
      7,
      list(callbacks.enumerated().map { text($1.name) + [0, UInt8($0 + 1)] }))
    bytes += section(
      10, list(callbacks.map { [UInt8($0.body.count + 2), 0] + $0.body + [0x0B] }))
    return bytes
  }

  func console(
    files: [String: [UInt8]] = [:], memoryLimit: Int = 1 << 20,
    storage: any Storage = MemoryStorage(), system: (any StorageTree)? = nil
  ) throws -> Console {
    try Console(
      cart: Cart(id: "tiny", wasm: bytes, files: CartFiles(files)), profile: FireflyProfile.self,
      options: ConsoleOptions(memoryLimit: memoryLimit, storage: storage, system: system))
  }
}

private let i32: UInt8 = 0x7F
private let call0: [UInt8] = [0x10, 0]
private let unreachable: [UInt8] = [0x00]
private let zero: [UInt8] = [0x41, 0]

@Suite("The life of a cart")
struct LifeCycleTests {
  private func metadata(sudo: UInt8) -> [String: [UInt8]] {
    ["_meta": MetadataTests.metadata(sudo: sudo)]
  }

  @Test("ends after the frame in which it quits, and before_exit runs")
  func quits() throws {
    let cart = TinyModule(
      name: "log_debug", parameters: [i32, i32],
      callbacks: [("update", []), ("before_exit", zero + zero + call0)])
    let console = try cart.console()
    #expect(console.boot().isRunning)
    #expect(console.step(InputFrame()).isRunning)
    guard case .exit = console.close() else {
      Issue.record("the cart did not end")
      return
    }
    // The call is refused, because the cart exports no memory: a sign that before_exit ran.
    #expect(console.log.drain().map(\.text) == ["misc.log_debug: memory not found"])
  }

  @Test("ends or begins anew on request", arguments: ["quit", "restart"])
  func obeysRequest(name: String) throws {
    let console = try TinyModule(name: name, callbacks: [("update", call0)]).console()
    #expect(console.boot().isRunning)
    switch (console.step(InputFrame()), name) {
    case (.exit, "quit"), (.restart, "restart"): break
    case (let outcome, _): Issue.record("\(outcome)")
    }
  }

  @Test("ends in an orderly way with proc_exit, although a trap follows")
  func exitsLikeAProgram() throws {
    let cart = TinyModule(
      module: "wasi_snapshot_preview1", name: "proc_exit", parameters: [i32],
      callbacks: [("_start", zero + call0 + unreachable)])
    guard case .exit = try cart.console().boot() else {
      Issue.record("the cart did not end")
      return
    }
  }

  @Test(
    "begins with _initialize, _start and boot, and a trap in one of them is a crash",
    arguments: ["_initialize", "_start", "boot"])
  func begins(callback: String) throws {
    let console = try TinyModule(callbacks: [(callback, unreachable)]).console()
    guard case .crashed(let crash) = console.boot() else {
      Issue.record("no crash")
      return
    }
    #expect(crash.callback == callback)
    #expect(crash.frame == 0)
    #expect(crash.trap.kind.name == "unreachable")
  }

  @Test("notes how long it was played when it ends, but not when it crashes")
  func notesPlay() throws {
    let storage = MemoryStorage()
    let console = try TinyModule().console(storage: storage)
    _ = console.boot()
    for _ in 0..<3600 { _ = console.step(InputFrame()) }
    #expect(storage.files == [:])
    _ = console.close()
    let stats = try PlayStats(decoding: try #require(storage.files["stats"]))
    #expect(stats.minutes[0] == 1)
    #expect(stats.launches[0] == 1)
    let crashing = TinyModule(callbacks: [("before_exit", unreachable)])
    let second = try crashing.console(storage: storage)
    _ = second.boot()
    _ = second.close()
    #expect(try PlayStats(decoding: storage.files["stats"] ?? []) == stats)
  }

  @Test("has a folder for what it saves, by its ids")
  func hasFolder() {
    func folder(_ id: String, _ files: [String: [UInt8]]) -> [String] {
      FireflyProfile.dataFolder(of: Cart(id: id, wasm: [], files: CartFiles(files)))
    }
    #expect(folder("x", metadata(sudo: 0)) == ["data", "demo", "probe"])
    #expect(folder("x", [:]) == ["modules", "x"])
    #expect(folder("x", ["_meta": [1]]) == ["modules", "x"])
  }

  @Test("does not need any callback")
  func needsNoCallback() throws {
    let console = try TinyModule().console()
    #expect(console.boot().isRunning)
    #expect(console.step(InputFrame()).isRunning)
  }

  @Test("cannot begin if an import is unknown, of another type, or not allowed")
  func needsImports() throws {
    func reason(_ module: TinyModule, sudo: UInt8 = 0) -> String? {
      #expect(throws: CartError.self) { try module.console(files: metadata(sudo: sudo)) }?.why
    }
    #expect(
      reason(TinyModule(module: "graphics", name: "draw_cube"))
        == "import graphics.draw_cube: unknown host function")
    #expect(
      reason(TinyModule(module: "graphics", name: "clear_screen", parameters: [0x7D]))
        == "import graphics.clear_screen: the cart imports it as (f32) -> (), but it is (i32) -> ()"
    )
    let privileged = TinyModule(
      module: "sudo", name: "remove_dir", parameters: [i32, i32])
    #expect(reason(privileged) == "import sudo.remove_dir: sudo is disabled for this cart")
    #expect(
      reason(privileged, sudo: 1)
        == "import sudo.remove_dir: the cart wants to see and change the console's files: "
        + "--allow-sudo allows it")
    #expect(throws: Never.self) {
      try privileged.console(files: metadata(sudo: 1), system: MemoryStorage())
    }
  }

  @Test("links what the C library declares in a wrong module or with a third parameter")
  func linksMistakes() throws {
    let mistakes = [
      TinyModule(name: "add_score", parameters: [i32, i32, i32], results: [i32]),
      TinyModule(name: "get_name", parameters: [i32, i32, i32], results: [i32]),
      TinyModule(name: "get_name", parameters: [i32, i32], results: [i32]),
    ]
    for module in mistakes { #expect(throws: Never.self) { try module.console() } }
  }

  @Test("cannot begin with more memory than the limit")
  func needsMemory() throws {
    let error = #expect(throws: CartError.self) {
      try TinyModule(memoryPages: 17).console(memoryLimit: 1 << 20)
    }
    #expect(error?.exitCode == 65)
    #expect(error?.why == "no room for a memory of 17 pages of 64 KiB: the limit is 16 pages")
    #expect(throws: Never.self) { try TinyModule(memoryPages: 16).console(memoryLimit: 1 << 20) }
  }

  @Test("takes id and title from its metadata, which must be right if they are there")
  func hasTitle() throws {
    let console = try TinyModule().console(files: metadata(sudo: 0))
    #expect(console.cartID == "demo.probe")
    #expect(console.title == "Probe")
    #expect(try TinyModule().console().title == "tiny")
    #expect(throws: CartError.bad(reason: "_meta: cannot decode: text longer than the file")) {
      try TinyModule().console(files: ["_meta": [200, 1]])
    }
  }

  @Test("cannot begin from bytes that are no module", arguments: [[], [0], [0, 0x61, 0x73, 0x6D]])
  func needsModule(bytes: [UInt8]) {
    let error = #expect(throws: CartError.self) {
      try Console(cart: Cart(id: "x", wasm: bytes), profile: FireflyProfile.self)
    }
    #expect(error?.exitCode == 65)
    #expect(error?.why.contains("offset 0x") == true)
  }
}

extension StepOutcome {
  fileprivate var isRunning: Bool { if case .running = self { true } else { false } }
}
