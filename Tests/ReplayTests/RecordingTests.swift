import Console
import Headless
import Replay
import ReplayMutants
import Testing

@Suite struct RecordingTests {
  private static let script = """
    5 buttons=S
    20-60 pad=700,200 p2.buttons=N
    61-90 pad=-900,-500 buttons=E
    100-130 pad=0,-1000 buttons=W
    131-170 pad=500,500 buttons=S
    """

  @Test(arguments: ["shapes", "glowworm", "night-catch"])
  func `A recorded run is the same again, with the same input`(name: String) throws {
    let cart = try RecordedRun.cart(name)
    let replay = try RecordedRun.reread(
      try RecordedRun.record(
        cart, frames: 150, script: Self.script, options: ConsoleOptions(seed: 99)))
    #expect(try RecordedRun.difference(replay, on: cart) == nil)
    try replay.check(cart)
    let script = try InputScript(parsing: Self.script)
    let playback = Playback(replay)
    for frame in 1...150 {
      #expect(playback.input(frame: frame) == script.input(frame: frame), "frame \(frame)")
    }
    #expect(playback.input(frame: 151) == InputFrame())
  }

  @Test func `The first picture that differs is named`() throws {
    let cart = try RecordedRun.cart("crash")
    var pictures: [Int: Picture] = [:]
    let replay = try RecordedRun.record(cart, frames: 200, script: "70-80 pad=0,-900") {
      pictures[$0] = $1
    }
    var first: Int?
    let found = try RecordedRun.difference(
      replay, on: cart, altering: { $0 > 60 ? InputFrame() : $1 },
      onFrame: { frame, picture in
        if first == nil, pictures[frame] != picture { first = frame }
      })
    let difference = try #require(found)
    #expect(first != nil)
    #expect(difference.frame == first)
    #expect(difference.what == .picture)
    #expect(difference.pages?.isEmpty == false)
    #expect(difference.description.hasPrefix("frame \(first ?? 0) differs: the picture"))
  }

  @Test func `Memory that differs is named by its pages where pictures do not`() throws {
    let replay = try ReplayFile.decode(try SmallRecording.make())
    // Counts in the second page.
    var module = SmallRecording.module
    let store = try #require(module.lastIndex(of: 0x36))
    module[store + 2] = 0x80
    module.insert(contentsOf: [0x80, 0x04], at: store + 3)
    module[store - 12] += 2
    module[store - 14] += 2
    let cart = Cart(id: "counter", wasm: module)
    let difference = try #require(try RecordedRun.difference(replay, on: cart))
    #expect(difference.what == .memory)
    #expect(difference.frame == 60)
    #expect(difference.pages == [0, 1])
    #expect(throws: ReplayError.self) { try replay.check(cart) }
  }

  @Test func `A crash is reached again, and its absence is a difference`() throws {
    let cart = try RecordedRun.cart("crash")
    let replay = try RecordedRun.reread(
      try RecordedRun.record(cart, frames: 30, script: "5 buttons=S"))
    #expect(replay.frames == 5)
    #expect(replay.end.cause == .crashed)
    #expect(replay.end.crash?.kind == "memory-out-of-bounds")
    #expect(replay.end.crash?.callback == "update")
    #expect(replay.end.crash?.function != nil)
    #expect(try RecordedRun.difference(replay, on: cart) == nil)
    let counter = Cart(id: "counter", wasm: SmallRecording.module)
    let difference = try #require(try RecordedRun.difference(replay, on: counter))
    #expect(difference.frame <= 5)
    let calm = try RecordedRun.record(cart, frames: 30)
    #expect(try RecordedRun.difference(calm, on: cart) == nil)
  }

  @Test func `A stop from outside is compared by kind and callback, never by place`() throws {
    let cart = Cart(id: "hang", wasm: Self.hang)
    let replay = try RecordedRun.record(
      cart, frames: 3, options: ConsoleOptions(callbackLimit: 0.05))
    #expect(replay.end.crash?.kind == "interrupted")
    #expect(replay.end.crash?.function == nil)
    #expect(replay.end.crash?.offset == nil)
    var options = replay.options
    options.callbackLimit = 0.2
    #expect(try RecordedRun.difference(replay, on: cart, options: options) == nil)
  }

  @Test func `A hang that is counted stops at the same place`() throws {
    let cart = Cart(id: "hang", wasm: Self.hang)
    var options = ConsoleOptions()
    options.fuel = 5000
    let replay = try RecordedRun.reread(
      try RecordedRun.record(cart, frames: 3, options: options))
    #expect(replay.header.fuel == 5000)
    #expect(replay.end.crash?.kind == "fuel-exhausted")
    #expect(replay.end.crash?.offset != nil)
    #expect(try RecordedRun.difference(replay, on: cart) == nil)
  }

  @Test func `An hour of play takes less than a megabyte`() throws {
    // A finger that never rests, and a picture and memory that change all the time.
    var script = ""
    for frame in 1...6000 {
      script += "\(frame) pad=\(frame * 37 % 2001 - 1000),\(frame * 91 % 2001 - 1000)\n"
    }
    let replay = try RecordedRun.record(
      Cart(id: "counter", wasm: SmallRecording.module), frames: 6000, script: script)
    let bytes = try ReplayFile.encode(replay).count
    #expect(bytes * (3600 * 60) / 6000 < 1 << 20, "\(bytes) bytes in 100 seconds")
  }

  /// `update` counts in its memory and never returns.
  private static let hang: [UInt8] = [
    0x00, 0x61, 0x73, 0x6D, 1, 0, 0, 0, 1, 4, 1, 0x60, 0, 0, 3, 2, 1, 0, 5, 3, 1, 0, 1,
    7, 10, 1, 6, 0x75, 0x70, 0x64, 0x61, 0x74, 0x65, 0, 0,
    10, 22, 1, 20, 0, 0x03, 0x40, 0x41, 0, 0x41, 0, 0x28, 2, 0, 0x41, 1, 0x6A, 0x36, 2, 0, 0x0C, 0,
    0x0B, 0x0B,
  ]
}
