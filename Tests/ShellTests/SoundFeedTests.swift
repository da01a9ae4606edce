import Console
import Synchronization
import Testing

@testable import Shell

/// A source that counts what is asked of it; its samples are all the same.
final class SteadySource: AudioSource {
  let asked = Atomic(0)
  let value: Int16

  init(_ value: Int16) {
    self.value = value
  }

  func render(into samples: UnsafeMutableBufferPointer<Int16>) {
    samples.update(repeating: value)
    asked.add(samples.count, ordering: .relaxed)
  }

  var count: Int { asked.load(ordering: .relaxed) }
}

@Suite("What the loudspeakers get")
struct SoundFeedTests {
  private func fill(_ feed: SoundFeed, _ count: Int = 512) -> [Int16] {
    var samples = [Int16](repeating: 99, count: count)
    samples.withUnsafeMutableBufferPointer { feed.fill($0) }
    return samples
  }

  private func drain(_ tap: SoundTap?) -> [Int16] {
    var samples: [Int16] = []
    tap?.drain { samples += $0 }
    return samples
  }

  @Test("is the cart's sound, untouched at full volume, and silence without a cart")
  func isSourcesSound() {
    let feed = SoundFeed(gain: 1, tap: nil)
    #expect(fill(feed).allSatisfy { $0 == 0 })
    feed.play(SteadySource(-32768))
    #expect(fill(feed).allSatisfy { $0 == -32768 })
    feed.play(nil)
    #expect(fill(feed).allSatisfy { $0 == 0 })
  }

  @Test("is less loud by the volume, to which it goes in small steps")
  func followsVolume() {
    let feed = SoundFeed(gain: 0.25, tap: nil)
    feed.play(SteadySource(20_000))
    #expect(fill(feed).allSatisfy { $0 == 5000 })
    feed.gain = 0.5
    let ramp = fill(feed)
    #expect(zip(ramp, ramp.dropFirst()).allSatisfy { (0...20).contains($1 - $0) })
    #expect(ramp.last == 10_000)
    #expect(fill(feed).allSatisfy { $0 == 10_000 })
  }

  @Test("is silence while there is no game to be seen, and the cart's time stands still")
  func pauses() {
    let source = SteadySource(1000)
    let feed = SoundFeed(gain: 1, tap: nil)
    feed.play(source)
    _ = fill(feed)
    feed.isPlaying = false
    let fade = fill(feed)
    #expect(fade.first ?? 0 > 990 && fade.last == 0)
    #expect(source.count == 1024)
    #expect(fill(feed).allSatisfy { $0 == 0 })
    #expect(source.count == 1024)
    feed.isPlaying = true
    #expect(fill(feed).last == 1000)
    #expect(source.count == 1536)
  }

  @Test("goes on in silence while it is muted, so that nothing is late afterwards")
  func mutes() {
    let source = SteadySource(1000)
    let feed = SoundFeed(gain: 0, tap: SoundTap(capacity: 4096))
    feed.play(source)
    #expect(fill(feed).allSatisfy { $0 == 0 })
    #expect(source.count == 512)
    // A recording has the cart's sound, whatever the player's loudspeakers do.
    #expect(drain(feed.tap) == [Int16](repeating: 1000, count: 512))
  }

  @Test("is recorded by frames where there is no device")
  func followsFrames() {
    let source = SteadySource(7)
    let feed = SoundFeed(gain: 1, tap: SoundTap(capacity: 4096))
    feed.play(source)
    feed.endFrame()
    #expect(source.count == 0)
    feed.followFrames()
    feed.endFrame()
    #expect(drain(feed.tap) == [Int16](repeating: 7, count: 2 * AudioFormat.samplesPerFrame))
  }

  @Test("waits for the recorder in bounded memory, and counts what had no room")
  func tapIsBounded() {
    let tap = SoundTap(capacity: 1000)
    var next: Int16 = 0
    var expected: [Int16] = []
    for round in 0..<50 {
      let part = (0..<300).map { _ in
        next &+= 1
        return next
      }
      part.withUnsafeBufferPointer { tap.append($0) }
      expected += part
      if round % 3 == 2 {
        #expect(drain(tap) == expected)
        expected = []
      }
    }
    #expect(tap.lostCount == 0)
    for _ in 0..<5 { [Int16](repeating: 1, count: 400).withUnsafeBufferPointer { tap.append($0) } }
    #expect(tap.lostCount == 1600)
  }
}

@Suite("The volume")
struct VolumeTests {
  @Test("goes from 0 to 100 by tens, and the gain with its square")
  func goesByTens() {
    var volume = Volume(level: 250, isMuted: false)
    #expect(volume.gain == 1)
    #expect(volume.perform(.louder) && volume.level == 100)
    for _ in 0..<5 { _ = volume.perform(.quieter) }
    #expect(volume.gain == 0.25)
    #expect(volume.text == "Volume 50 %")
    for _ in 0..<9 { _ = volume.perform(.quieter) }
    #expect(volume.gain == 0)
    #expect(volume.perform(.back) == false)
  }

  @Test("is kept while it is muted, and louder ends that")
  func mutes() {
    var volume = Volume(level: 70, isMuted: true)
    #expect(volume.gain == 0)
    #expect(volume.text == "Sound off (volume 70 %)")
    _ = volume.perform(.mute)
    #expect(volume.text == "Volume 70 %")
    _ = volume.perform(.mute)
    _ = volume.perform(.louder)
    #expect(volume == Volume(level: 80, isMuted: false))
  }
}
