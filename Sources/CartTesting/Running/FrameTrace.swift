import Console
import Crypto

/// What each frame of a run was like, to compare two runs.
struct FrameTrace {
  private struct Entry {
    var picture: SHA256.Digest
    var sound: SHA256.Digest
    var lines: Int
  }

  private var frames: [Entry] = []
  private var sound = SHA256()
  /// What the cart said, how it ended and what it saved.
  private var end: [String] = []

  mutating func listen(_ samples: UnsafeBufferPointer<Int16>) {
    sound.update(bufferPointer: UnsafeRawBufferPointer(samples))
  }

  mutating func add(_ picture: Picture, lines: Int) {
    var hash = SHA256()
    hash.update(data: picture.pixels)
    picture.palette.withUnsafeBytes { hash.update(bufferPointer: $0) }
    frames.append(Entry(picture: hash.finalize(), sound: sound.finalize(), lines: lines))
  }

  mutating func finish(_ parts: [String]) { end = parts }

  /// The first thing that differs; nil if nothing does.
  func difference(from other: FrameTrace) -> String? {
    for (index, (one, two)) in zip(frames, other.frames).enumerated() {
      let frame = "in frame \(index + 1)"
      if one.picture != two.picture { return "\(frame) the pictures differ" }
      if one.sound != two.sound { return "\(frame) the sounds differ" }
      if one.lines != two.lines { return "\(frame) the logs differ" }
    }
    if frames.count != other.frames.count {
      return "one run has \(frames.count) frames, the other \(other.frames.count)"
    }
    let differs = zip(end, other.end).first { $0 != $1 }
    return differs.map { "at the end there is \($0), the other time \($1)" }
      ?? (end.count == other.end.count ? nil : "they say or save different things")
  }
}
