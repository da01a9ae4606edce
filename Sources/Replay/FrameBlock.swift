import Console

/// A minute of frames: what was pressed, and what came of it.
struct FrameBlock {
  /// Frames of a block that is full.
  static let size = 3600
  /// Bytes of a block before compression; no block of ours comes near.
  static let largest = 2 << 20

  /// The input in runs of frames that are alike.
  var runs: [(count: Int, input: InputFrame)] = []
  /// The low byte of each frame's picture's fingerprint: enough to name the first frame that
  /// differs, in 255 of 256 cases, and small.
  var checks: [UInt8] = []
  /// The samples of those frames whose number `StateSample.interval` divides.
  var samples: [StateSample] = []

  var count: Int { checks.count }
  var isFull: Bool { count >= Self.size }

  /// Adds a frame; its sample, if it is the turn of one.
  mutating func add(_ input: InputFrame, check: UInt8, sample: StateSample?) {
    if let last = runs.last, last.input == input {
      runs[runs.count - 1].count += 1
    } else {
      runs.append((1, input))
    }
    checks.append(check)
    if let sample { samples.append(sample) }
  }

  var encoded: [UInt8] {
    var writer = ByteWriter()
    writer.number(checks.count)
    writer.number(runs.count)
    var last: [UInt64: Int64] = [:]
    for run in runs {
      let next = InputCoding.channels(run.input)
      writer.number(run.count)
      InputCoding.write(next, after: last, to: &writer)
      last = next
    }
    writer.raw(checks)
    writer.number(samples.count)
    for sample in samples {
      writer.fixed(sample.picture)
      writer.number(sample.pageCount)
      writer.number(sample.hashes.count)
      for hash in sample.hashes { writer.fixed(hash) }
    }
    return writer.bytes
  }

  init() {}

  /// Reads a block whose first frame has the number `first`.
  init(decoding bytes: [UInt8], first: Int) throws(ReplayError) {
    var reader = ByteReader(bytes[...])
    let count = try reader.number(upTo: Self.size, "frames of a block")
    let runCount = try reader.number(upTo: count, "runs of input")
    var left = count
    var channels: [UInt64: Int64] = [:]
    for _ in 0..<runCount {
      let length = try reader.number(upTo: left, "frames of a run of input")
      guard length > 0 else { throw .damaged("a run of no frames") }
      try InputCoding.read(&reader, changing: &channels)
      runs.append((length, try InputCoding.frame(channels)))
      left -= length
    }
    guard left == 0, count > 0 else { throw .damaged("frames without input") }
    checks = Array(try reader.raw(count))
    let due = (first..<first + count).count { $0.isMultiple(of: StateSample.interval) }
    guard try reader.number(upTo: count, "samples") == due else {
      throw .damaged("samples for other frames")
    }
    for _ in 0..<due {
      let picture = try reader.fixed(UInt64.self)
      let pageCount = try reader.number(upTo: StateSample.mostPages, "pages of memory")
      let hashCount = try reader.number(
        upTo: min(pageCount, StateSample.pagesAtATime), "pages of a sample")
      var hashes: [UInt32] = []
      for _ in 0..<hashCount { hashes.append(try reader.fixed(UInt32.self)) }
      samples.append(StateSample(picture: picture, pageCount: pageCount, hashes: hashes))
    }
    guard reader.isAtEnd else { throw .damaged("bytes behind a block's end") }
  }
}
