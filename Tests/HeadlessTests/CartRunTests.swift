import Console
import Firefly
import Foundation
import Headless
import Runtime
import Testing

@Suite("A cart without a display")
struct CartRunTests {
  private static let roms = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appending(path: "roms")

  private func console(_ cart: String, seed: UInt64 = 0) throws -> Console {
    let options = ConsoleOptions(seed: seed, callbackLimit: 10)
    return try Console(
      cart: try Cart.open(path: Self.roms.appending(path: cart).path), profile: FireflyProfile.self,
      options: options)
  }

  private static let script = """
    5 buttons=S
    20-60 pad=700,200
    61-90 pad=-900,-500 buttons=E
    100-130 pad=0,-1000 buttons=W
    131-200 pad=500,500 buttons=S
    210-230 buttons=N
    """

  /// Hashes that the official console gave for the same carts and input, where a cart does not ask
  /// for random numbers without a seed.
  @Test(
    "shows what the official console shows",
    arguments: [
      (
        "shapes/shapes.wasm", 60, "ecef1a5559571194d36149527fb66ba77a3efe6edfce7a061e13a0c920871276"
      ),
      (
        "shapes/shapes.wasm", 240,
        "87d2aa1e649a3ae4d94642c7d468b3366e64ad1cbd4c8e7c3e6c6db0502f5712"
      ),
      ("night-catch/rom", 60, "d0954ab6a1be4bb8a1652d8e1606034554532ee607fabc6aa1567f38341dc439"),
      ("night-catch/rom", 240, "563b9b3862232593b741ed5963bf00f10dab5a4bd3c6a54f45f395f94cd75524"),
      (
        "glowworm/glowworm.wasm", 60,
        "1d20d4f3b55ae8720f53c875677dbdc67899807b6741b37d4aa0adaa35e2d2ba"
      ),
      ("crash/crash.wasm", 3, "169c879a1a7e20b9212fe0013d5f7612b8139248b712f6f4005aa616bea1f5d7"),
    ])
  func showsOfficialPicture(cart: String, frame: Int, hash: String) throws {
    let run = HeadlessRun(
      frames: frame, input: try InputScript(parsing: Self.script), hashed: [frame])
    #expect(run.run(try console(cart)).hashes == [frame: hash])
  }

  @Test("runs the same twice", arguments: ["shapes/shapes.wasm", "glowworm/glowworm.wasm"])
  func isRepeatable(cart: String) throws {
    let run = HeadlessRun(
      frames: 200, input: try InputScript(parsing: Self.script), hashed: Set(1...200))
    let first = run.run(try console(cart, seed: 7))
    let second = run.run(try console(cart, seed: 7))
    #expect(first.hashes.count == 200)
    #expect(first.hashes == second.hashes)
  }

  @Test("that crashes tells callback, frame, host calls and functions")
  func tellsCrash() throws {
    let run = HeadlessRun(frames: 30, input: try InputScript(parsing: "5 buttons=S"))
    let result = run.run(try console("crash/crash.wasm"))
    let crash = try #require(result.crash)
    #expect(crash.trap.kind == .memoryOutOfBounds)
    #expect(crash.callback == "update")
    #expect(crash.frame == 5)
    #expect(result.frames == 4)
    #expect(crash.hostCalls.count == 8)
    #expect(crash.hostCalls.first == "input.read_buttons(255)")
    #expect(
      crash.trap.frames.map(\.name) == [
        "read_item", "open_chest", "crash_read", "run_way", "update",
      ])
    #expect(crash.trap.fault?.memorySize == 65_536)
    #expect(crash.picture.pixels.contains { $0 != 0 })
  }

  @Test("that crashes once does not run again")
  func staysCrashed() throws {
    let console = try console("crash/crash.wasm")
    _ = console.boot()
    guard case .crashed = console.step(InputFrame(players: [PlayerInput(buttons: .south)])),
      case .crashed(let again) = console.step(InputFrame())
    else {
      Issue.record("the cart did not crash")
      return
    }
    #expect(again.frame == 1)
    #expect(console.frameNumber == 1)
  }

  @Test("becomes JSON with null for what did not happen")
  func becomesJSON() throws {
    let result = HeadlessRun(frames: 2, hashed: [2]).run(try console("shapes/shapes.wasm"))
    let data = try JSONEncoder().encode(HeadlessReport(profile: "firefly", result))
    let object = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    #expect(
      Set(object.keys) == [
        "profile", "frames", "hashes", "trap", "log", "secondsPerFrame", "firefly",
      ])
    let own = try #require(object["firefly"] as? [String: Any])
    #expect(Set(own.keys) == ["audio", "peakPerSecond", "rmsPerSecond"])
    // Two frames of silence.
    #expect(own["rmsPerSecond"] as? [Double] == [0])
    #expect(object["trap"] is NSNull)
    #expect((object["hashes"] as? [String: String])?.keys.map(\.self) == ["2"])
    #expect((object["secondsPerFrame"] as? [String: Double])?["max"] != nil)
  }
}
