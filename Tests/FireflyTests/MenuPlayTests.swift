import Console
import Engine
import TestKit
import Testing

@testable import Firefly

@Suite("A cart with the menu open")
struct MenuPlayTests {
  /// A cart that logs its callbacks, and the number of a menu item that was chosen.
  private func console(isLauncher: Bool = false) throws -> Console {
    var module = ModuleBuilder()
    let add = module.importFunction("menu", "add_menu_item", [.i32, .i32, .i32])
    let log = module.importFunction("misc", "log_debug", [.i32, .i32])
    let point = module.importFunction("graphics", "draw_point", [.i32, .i32, .i32])
    func call(_ function: Int, _ arguments: Int32...) -> [UInt8] {
      arguments.flatMap { Op.i32($0) } + Op.call(function)
    }
    module.memory(pages: 1)
    module.data(at: 0, Array("Helpupdaterender0123456789".utf8))
    module.add(export: "boot", call(add, 0x105, 0, 4))
    module.add(export: "update", call(log, 4, 6))
    module.add(export: "render", call(log, 10, 6) + call(point, 3, 2, 4))
    module.add(
      [.i32], export: "handle_menu",
      Op.localGet(0) + Op.i32(16) + Op.i32add + Op.i32(1) + Op.call(log))
    var files: [String: [UInt8]] = [:]
    if isLauncher { files["_meta"] = MetadataTests.metadata(launcher: 1, sudo: 0) }
    let console = try Console(
      cart: Cart(id: "menu", wasm: module.bytes, files: CartFiles(files)),
      profile: FireflyProfile.self)
    _ = console.boot()
    return console
  }

  /// What the cart logs in frames with these buttons, one list a frame.
  private func play(_ console: Console, _ buttons: Buttons...) -> [[String]] {
    buttons.map {
      _ = console.step(InputFrame(players: [PlayerInput(buttons: $0)]))
      return console.log.drain().map(\.text)
    }
  }

  @Test("stands still, and learns of its item before the update of the same frame")
  func standsStill() throws {
    let console = try console()
    let frames = play(console, [], .menu, [], .south, [])
    let usual = ["update", "render"]
    #expect(frames == [usual, [], [], [], ["5"] + usual])
  }

  @Test("is shown under the menu, and alone again when that closes")
  func isShownAgain() throws {
    let console = try console()
    _ = play(console, [])
    let before = console.picture
    _ = play(console, .menu)
    #expect(console.picture != before)
    #expect(console.picture.pixels[2 * 240 + 3] == 3)
    #expect(console.picture.pixels[100 * 240 + 100] == 12)
    _ = play(console, [], .menu, [])
    #expect(console.picture == before)
  }

  @Test("is photographed without the menu")
  func isPhotographed() throws {
    let console = try console()
    _ = play(console, [])
    let before = console.picture
    _ = play(console, .menu, [])
    _ = console.step(InputFrame(players: [PlayerInput(pad: SIMD2(0, -1000))]))
    _ = play(console, .east, [])
    #expect(console.takeScreenshots() == [before])
    #expect(console.takeScreenshots().isEmpty)
  }

  @Test("restarts or ends when the player wants it", arguments: [true, false])
  func obeys(restarts: Bool) throws {
    let console = try console()
    _ = play(console, .menu, [])
    _ = console.step(InputFrame(players: [PlayerInput(pad: SIMD2(1000, 0))]))
    if restarts { _ = console.step(InputFrame(players: [PlayerInput(pad: SIMD2(0, 1000))])) }
    _ = play(console, .south)
    switch (console.step(InputFrame()), restarts) {
    case (.restart, true), (.exit, false): break
    case (let outcome, _): Issue.record("\(outcome)")
    }
  }

  @Test("sees the menu button itself if it is a launcher")
  func launcherHasNoMenu() throws {
    let frames = play(try console(isLauncher: true), .menu, [], .menu)
    #expect(frames.allSatisfy { $0 == ["update", "render"] })
  }
}
