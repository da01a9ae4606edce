import Console
import Testing

// Rules: wasm4.md section 5.
@Suite("Sound")
struct SoundTests {
  private static let none = InputFrame()

  /// Left and right samples of frames after each of which 735 pairs were rendered.
  private func played(
    _ tones: [[Int32]], frames: Int = 1
  ) throws -> (left: [Int], right: [Int]) {
    var cart = TestCart()
    cart.callbacks["start"] = tones.map { .call("tone", $0) }
    let console = try cart.console()
    let audio = try #require(console.audio)
    var samples: [Int16] = []
    for _ in 0..<frames {
      _ = console.step(Self.none)
      samples += rendered(audio, AudioFormat.samplesPerFrame)
    }
    return (
      stride(from: 0, to: samples.count, by: 2).map { Int(samples[$0]) },
      stride(from: 1, to: samples.count, by: 2).map { Int(samples[$0]) }
    )
  }

  private func rendered(_ audio: any AudioSource, _ pairs: Int) -> [Int16] {
    var samples = [Int16](repeating: 99, count: 2 * pairs)
    samples.withUnsafeMutableBufferPointer { audio.render(into: $0) }
    return samples
  }

  @Test func `A pulse is high for an eighth of its length, with a softened edge`() throws {
    let (left, right) = try played([[440, 10, 50, 0]])
    #expect(Array(left[..<14]) == Array(repeating: 2457, count: 11) + [686, -1770, -2457])
    #expect(left == right)
    // 440 Hz are 100.2 samples: the next one begins after them.
    #expect(left[99] < 0 && left[101] > 0)
  }

  @Test(arguments: [(0, 0.125), (4, 0.25), (8, 0.5), (12, 0.25)] as [(Int32, Double)])
  func `Flags choose how long a pulse is high, and three quarters are a quarter`(
    flags: Int32, part: Double
  ) throws {
    let (left, _) = try played([[441, 60, 100, flags]], frames: 10)
    let high = Double(left.filter { $0 > 0 }.count) / Double(left.count)
    #expect(abs(high - part) < 0.02)
  }

  @Test func `The first triangle of a cart that sounds at once begins at its top`() throws {
    let (left, _) = try played([[440, 10, 50, 2]])
    #expect(Array(left[..<5]) == [3932, 3769, 3605, 3442, 3278])
  }

  @Test func `A triangle that stops hard sounds on for a moment`() throws {
    var cart = TestCart()
    cart.callbacks["start"] = [.call("tone", [440, 1, 50, 2])]
    cart.callbacks["update"] = []
    let console = try cart.console()
    let audio = try #require(console.audio)
    _ = console.step(Self.none)
    _ = rendered(audio, 735)
    // The tone is over after a frame and 44 samples.
    _ = console.step(Self.none)
    let tail = rendered(audio, 735)
    #expect(tail[0] != 0 && tail[2 * 43] != 0)
    #expect(tail[(2 * 44)...].allSatisfy { $0 == 0 })
  }

  @Test func `Noise follows the shift register`() throws {
    let (left, _) = try played([[3000, 10, 100, 3]])
    let signs = left[..<24].map { $0 > 0 ? "+" : "-" }.joined()
    #expect(signs == "++----++++-+-++-+++++-++")
    #expect(left.allSatisfy { abs($0) == 4915 })
  }

  @Test func `Tones beyond all hearing cost little and do not crash`() throws {
    // Note 255 with bend: millions of steps of the shift register a sample.
    for channel: Int32 in 0..<4 {
      let (left, _) = try played([[0xFFFF, 200, 100, 0x40 | channel]], frames: 60)
      #expect(left.count == 44_100)
      _ = try played([[Int32(bitPattern: 0xFFFF_FFFF), -1, -1, channel | 0x3C]], frames: 60)
    }
  }

  @Test func `Attack, decay, sustain and release follow each other`() throws {
    // Four frames each; peak 100, sustain 40 of 4915.
    let (left, _) = try played([[441, 0x0404_0404, 0x6428, 0]], frames: 17)
    let loudness = (0..<17).map { frame in left[frame * 735..<(frame + 1) * 735].map(abs).max() ?? 0
    }
    #expect(zip(loudness[..<4], loudness[1..<5]).allSatisfy { $0 < $1 + 60 })
    #expect(loudness[3] > 4700 && loudness[4] > 4700)
    #expect(zip(loudness[4..<7], loudness[5..<8]).allSatisfy { $0 > $1 })
    #expect(loudness[8...11].allSatisfy { $0 == 1966 })
    #expect(zip(loudness[12..<15], loudness[13..<16]).allSatisfy { $0 > $1 })
    #expect(loudness[16] == 0)
  }

  @Test func `Without attack and decay a tone ignores its peak`() throws {
    let (left, _) = try played([[441, 10, 0x6428, 0]])
    #expect(left.map(abs).max() == 1966)
  }

  @Test func `A slide goes from one frequency to the other`() throws {
    let (left, _) = try played([[(1000 << 16) | 100, 60, 100, 8]], frames: 60)
    func edges(_ part: Range<Int>) -> Int {
      zip(left[part], left[part].dropFirst()).filter { $0 < 0 && $1 >= 0 }.count
    }
    #expect((20...40).contains(edges(0..<8820)))
    #expect((170...205).contains(edges(35_280..<44_099)))
  }

  @Test func `Panning keeps a side silent, 0 and 3 neither`() throws {
    for (pan, isLeft, isRight) in [
      (0, true, true), (1, true, false), (2, false, true), (3, true, true),
    ] {
      let (left, right) = try played([[441, 10, 100, Int32(pan << 4)]])
      #expect(left.contains { $0 != 0 } == isLeft)
      #expect(right.contains { $0 != 0 } == isRight)
    }
  }

  @Test func `Note 69 is 440 Hz`() throws {
    #expect(try played([[69, 10, 50, 0x40]]).left == played([[440, 10, 50, 0]]).left)
  }

  @Test func `Channels add up`() throws {
    let tones: [[Int32]] = [
      [441, 10, 100, 0], [300, 10, 100, 1], [200, 10, 100, 2], [900, 10, 90, 3],
    ]
    let alone = try tones.map { try played([$0]).left }
    let together = try played(tones).left
    #expect(together == (0..<735).map { sample in alone.reduce(0) { $0 + $1[sample] } })
  }

  @Test func `However the samples are asked for, they are the same`() throws {
    var cart = TestCart()
    cart.callbacks["update"] = [.call("tone", [(220 << 16) | 880, 0x0000_0303, 60, 1])]
    let whole = try cart.console()
    var expected: [Int16] = []
    for _ in 0..<30 {
      _ = whole.step(Self.none)
      expected += rendered(try #require(whole.audio), 735)
    }
    let parts = try cart.console()
    let audio = try #require(parts.audio)
    var samples: [Int16] = []
    _ = parts.step(Self.none)
    var frame = 1
    for size in [100, 735, 36, 1, 600, 735, 1024, 512, 735, 300] {
      while frame * 735 * 2 < samples.count + 2 * size {
        _ = parts.step(Self.none)
        frame += 1
      }
      samples += rendered(audio, size)
    }
    #expect(samples == Array(expected[..<samples.count]))
  }

  @Test func `A device that runs dry does not hold a tone, and one that lags catches up`() throws {
    var cart = TestCart()
    cart.callbacks["start"] = [.call("tone", [441, 1, 100, 0])]
    let console = try cart.console()
    let audio = try #require(console.audio)
    _ = console.step(Self.none)
    _ = rendered(audio, 735)
    #expect(rendered(audio, 4 * 735).suffix(735).allSatisfy { $0 == 0 })
    for _ in 0..<1000 { _ = console.step(Self.none) }
    #expect(rendered(audio, 735).allSatisfy { $0 == 0 })
  }
}
