import Console
import Foundation
import Headless
import Testing
import Wasm4

/// What the reference runtime gave for our cart, the same input and our font.
private struct Golden: Decodable {
  var frames: Int
  var framebuffer: [String: String]
  var framebufferChain: String
  var palette: String
  var memory: String
  var toneLog: String
  var audio: String
  var disk: String
  var trace: String
}

/// What a run of ours notes.
private struct Notes: Decodable {
  var framebuffer: [String: String]
  var framebufferChain: String
  var palette: [String: String]
  var memory: String
  var toneLog: String
  var audio: String
  var disk: String
  var trace: String
  var rmsPerSecond: [Double]
}

@Suite("Our WASM-4 cart")
struct CartRunTests {
  private static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
  private static let path = root.appending(path: "roms/lantern/lantern.wasm").path
  private static let script = root.appending(path: "Tests/Carts/lantern.input")

  private func golden() throws -> Golden {
    let file = Self.root.appending(path: "Tests/Carts/lantern.json")
    return try JSONDecoder().decode(Golden.self, from: Data(contentsOf: file))
  }

  private func console(_ storage: CountingStorage = CountingStorage()) throws -> Console {
    try Console(
      cart: try Cart.open(path: Self.path), profile: Wasm4Profile.self,
      options: ConsoleOptions(callbackLimit: 10, storage: storage))
  }

  private func input() throws -> InputScript {
    try InputScript(parsing: String(contentsOf: Self.script, encoding: .utf8))
  }

  @Test func `It shows, sounds, saves and says what the reference runtime does`() throws {
    let golden = try golden()
    let storage = CountingStorage()
    let run = HeadlessRun(
      frames: golden.frames, input: try input(),
      hashed: Set(golden.framebuffer.keys.compactMap { Int($0) }))
    let result = run.run(try console(storage))
    let report = HeadlessReport(profile: "wasm4", result)
    let object = try JSONDecoder().decode(
      [String: Notes].self, from: try Self.part("wasm4", of: try JSONEncoder().encode(report)))
    let notes = try #require(object["wasm4"])
    #expect(result.crash == nil)
    #expect(notes.framebuffer == golden.framebuffer)
    #expect(notes.framebufferChain == golden.framebufferChain)
    #expect(Set(notes.palette.values) == [golden.palette])
    #expect(notes.memory == golden.memory)
    #expect(notes.toneLog == golden.toneLog)
    #expect(notes.audio == golden.audio)
    #expect(notes.disk == golden.disk)
    #expect(notes.trace == golden.trace)
    #expect(notes.rmsPerSecond.count == golden.frames / 60)
    #expect(result.log.map(\.text) == ["a new best night: \(storage.content["disk"]?[4] ?? 0)"])
  }

  /// A JSON object with one key of another.
  private static func part(_ key: String, of data: Data) throws -> Data {
    let object = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    return try JSONSerialization.data(withJSONObject: [key: try #require(object[key])])
  }

  @Test func `The best night is there when the cart starts again`() throws {
    let storage = CountingStorage()
    let run = HeadlessRun(frames: 2790, input: try input(), hashed: [20])
    let first = run.run(try console(storage))
    #expect(storage.content["disk"]?.count == 8)
    let again = HeadlessRun(frames: 20, hashed: [20]).run(try console(storage))
    #expect(first.hashes[20] != nil && again.hashes[20] != nil)
    #expect(first.hashes[20] != again.hashes[20])
  }
}
