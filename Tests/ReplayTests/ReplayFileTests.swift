import Console
import Replay
import ReplayMutants
import Testing

@Suite struct ReplayFileTests {
  private func error(_ bytes: [UInt8]) -> ReplayError? {
    do throws(ReplayError) {
      _ = try ReplayFile.decode(bytes)
      return nil
    } catch {
      return error
    }
  }

  @Test func `A file that is cut off anywhere is refused`() throws {
    let whole = try SmallRecording.make(frames: 70)
    #expect(error(whole) == nil)
    for count in 0..<whole.count {
      #expect(error(Array(whole.prefix(count))) != nil, "\(count) of \(whole.count) bytes")
    }
    #expect(error(Array(whole.dropLast())) == .cutOff)
  }

  @Test func `Any changed byte is noticed`() throws {
    let whole = try SmallRecording.make(frames: 70)
    for index in whole.indices {
      var bytes = whole
      bytes[index] ^= 0x10
      #expect(error(bytes) != nil, "byte \(index)")
    }
  }

  @Test func `Other files and other versions are refused by name`() throws {
    #expect(error([]) == .notAReplay)
    #expect(error(SmallRecording.module) == .notAReplay)
    var bytes = try SmallRecording.make(frames: 1)
    bytes[8] = 2
    #expect(error(bytes) == .version(2))
    #expect(error(bytes)?.description == "format version 2; this console reads version 1")
  }

  @Test func `What a run was started with comes back`() throws {
    let replay = try ReplayFile.decode(try SmallRecording.make())
    #expect(replay.header.seed == 7)
    #expect(replay.header.fuel == 1000)
    #expect(replay.header.cartID == "counter")
    #expect(replay.header.today == CalendarDate(year: 2026, month: 2, day: 3))
    #expect(replay.options.settings == PlayerSettings())
    #expect(replay.frames == 130)
    #expect(replay.end.cause == .exit)
  }

  @Test func `All kinds of input come back, frame by frame`() throws {
    let playback = Playback(try ReplayFile.decode(try SmallRecording.make()))
    for frame in 1...130 {
      #expect(playback.input(frame: frame) == SmallRecording.input(frame: frame), "\(frame)")
    }
  }

  @Test func `Saved files are those that the cart found, before it changed them`() throws {
    var options = ConsoleOptions(
      storage: MemoryStorage(["etc/read": [1], "etc/written": [2], "etc/sized": [3]]))
    let cart = Cart(id: "counter", wasm: SmallRecording.module)
    let recorder = try #require(
      Recorder(cart, profile: "firefly", options: &options, consoleVersion: "1"))
    let console = try RecordedRun.console(cart, options)
    let storage = options.storage
    #expect(try storage.read("etc/read") == [1])
    #expect(throws: StorageError.badName) { try storage.write("../out", []) }
    try storage.write("etc/read", [9])
    try storage.write("etc/written", [9])
    #expect(try storage.size(of: "etc/sized") == 1)
    let again = try RecordedRun.reread(recorder.replay(console)).makeStorage()
    #expect(try RecordedRun.skippingStart(again).read("etc/read") == [1])
    #expect(throws: StorageError.badName) { try again.write("etc/good", []) }
    #expect(try again.size(of: "etc/written") == nil)
    #expect(try again.read("etc/sized") == [3])
  }

  @Test func `A privileged cart, which sees all files, is not recorded`() {
    var options = ConsoleOptions(system: MemoryStorage())
    let cart = Cart(id: "counter", wasm: SmallRecording.module)
    #expect(Recorder(cart, profile: "firefly", options: &options, consoleVersion: "1") == nil)
  }

  @Test func `A cart's files are listed as sha256sum does`() throws {
    let files = CartFiles(["_bin": SmallRecording.module, "a\nb": Array("x".utf8)])
    let cart = try Cart(id: "rom", files: files)
    let lines = CartIdentity.listing(of: cart).split(separator: "\n")
    #expect(lines.count == 2)
    #expect(lines[0].hasSuffix("  _bin"))
    let hash = "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"
    #expect(lines[1] == "\\\(hash)  a\\nb")
  }
}
