/// A sound file being played, from memory.
///
/// Source: firefly.md 6.2.
struct SoundPlayer {
  private let file: SoundFile
  /// Offset of the next byte; may lie behind the end.
  private var position = SoundFile.headerSize

  init(_ file: SoundFile) {
    self.file = file
  }

  mutating func rewind() { position = SoundFile.headerSize }

  /// Goes to a sample; NaN and negative numbers mean the first.
  mutating func seek(to sample: Float) {
    // Beyond any file it does not matter where.
    let samples = sample > 0 ? min(sample, 1e9) : 0
    position = SoundFile.headerSize + file.frameSize * Int(samples)
  }

  /// Eight samples of each channel; nil at the end, where fewer are left out.
  mutating func next() -> SoundBlock? {
    let size = file.frameSize * SoundBlock.length
    let end = position + size
    guard end <= file.bytes.count else {
      position = max(position, file.bytes.count)
      return nil
    }
    defer { position = end }
    return file.bytes.withUnsafeBytes { bytes in
      let block = UnsafeRawBufferPointer(rebasing: bytes[position..<end])
      let left = channel(block, at: 0)
      guard file.isStereo else { return SoundBlock(left) }
      return SoundBlock(left, channel(block, at: file.is16Bit ? 2 : 1))
    }
  }

  private func channel(
    _ block: UnsafeRawBufferPointer, at offset: Int
  ) -> SoundBlock.Samples {
    let stride = file.frameSize
    var samples = SoundBlock.Samples()
    for lane in samples.indices {
      let at = offset + lane * stride
      if file.is16Bit {
        let value = Int16(littleEndian: block.loadUnaligned(fromByteOffset: at, as: Int16.self))
        samples[lane] = Float(value) / Float(Int16.max)
      } else {
        samples[lane] = Float(Int8(bitPattern: block[at])) / Float(Int8.max)
      }
    }
    return samples
  }
}
