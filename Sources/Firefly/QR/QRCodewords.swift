/// A text as the codewords of a QR code.
///
/// Source: ISO/IEC 18004 sections 7.4 to 7.6.
struct QRCodewords {
  let version: QRVersion
  /// Data and error correction, interleaved as they are placed.
  let words: [UInt8]

  /// The smallest code of level M that holds the text; nil if none does.
  ///
  /// The text is divided for sizes up to 9, 26 and 40 in turn, until it fits: firefly.md 3.12.
  init?(_ text: UnsafeRawBufferPointer) {
    guard text.count <= Self.longestText else { return nil }
    let runs = QRSegment.runs(text)
    for number in [9, 26, 40] {
      let largest = QRVersion(number: number)
      let segments = QRSegment.merged(runs, largest)
      let bits = segments.reduce(0) { $0 + $1.bits(largest) }
      guard let version = QRVersion.all.first(where: { bits <= 8 * $0.dataWords }),
        version.number <= number
      else { continue }
      self.version = version
      words = Self.interleaved(Self.data(text, segments, version), version)
      return
    }
    return nil
  }

  /// Digits that the largest code holds; no other text can be longer.
  private static let longestText = 5596

  private static func data(
    _ text: UnsafeRawBufferPointer, _ segments: [QRSegment], _ version: QRVersion
  ) -> [UInt8] {
    var writer = BitWriter()
    for segment in segments { writer.write(segment, of: text, version) }
    let room = version.dataWords
    writer.write(0, bits: min(4, 8 * room - writer.count))
    writer.write(0, bits: (8 - writer.count % 8) % 8)
    var bytes = writer.bytes
    var filler: UInt8 = 0xEC
    while bytes.count < room {
      bytes.append(filler)
      filler ^= 0xEC ^ 0x11
    }
    return bytes
  }

  /// Word by word out of all blocks, first the data, then the error correction; the last blocks
  /// have one word of data more than the first ones.
  private static func interleaved(_ data: [UInt8], _ version: QRVersion) -> [UInt8] {
    let shortSize = data.count / version.blocks
    let longBlocks = data.count % version.blocks
    let correction = ReedSolomon(checkWords: version.checkWords)
    var blocks: [ArraySlice<UInt8>] = []
    var start = 0
    for block in 0..<version.blocks {
      let end = start + shortSize + (block >= version.blocks - longBlocks ? 1 : 0)
      blocks.append(data[start..<end])
      start = end
    }
    let checks = blocks.map(correction.checkWords)
    var words: [UInt8] = []
    words.reserveCapacity(version.allWords)
    for index in 0...shortSize {
      for block in blocks where index < block.count {
        words.append(block[block.startIndex + index])
      }
    }
    for index in 0..<version.checkWords {
      for check in checks { words.append(check[index]) }
    }
    return words
  }
}

/// Bits in a row, the first one the highest of its byte.
private struct BitWriter {
  private(set) var bytes: [UInt8] = []
  private(set) var count = 0

  mutating func write(_ value: Int, bits: Int) {
    for bit in (0..<bits).reversed() {
      if count % 8 == 0 { bytes.append(0) }
      if value >> bit & 1 != 0 { bytes[count / 8] |= 0x80 >> UInt8(count % 8) }
      count += 1
    }
  }

  mutating func write(
    _ segment: QRSegment, of text: UnsafeRawBufferPointer, _ version: QRVersion
  ) {
    let range = segment.range
    write(segment.mode.indicator, bits: 4)
    write(
      segment.mode == .kanji ? range.count / 2 : range.count,
      bits: segment.mode.lengthBits(version))
    switch segment.mode {
    case .numeric:
      for start in stride(from: range.lowerBound, to: range.upperBound, by: 3) {
        let digits = text[start..<min(start + 3, range.upperBound)]
        write(digits.reduce(0) { 10 * $0 + Int($1) - 0x30 }, bits: 3 * digits.count + 1)
      }
    case .alphanumeric:
      for start in stride(from: range.lowerBound, to: range.upperBound, by: 2) {
        let letters = text[start..<min(start + 2, range.upperBound)]
        write(
          letters.reduce(0) { 45 * $0 + Self.number(ofLetter: $1) }, bits: 5 * letters.count + 1)
      }
    case .byte:
      for byte in text[range] { write(Int(byte), bits: 8) }
    case .kanji:
      for start in stride(from: range.lowerBound, to: range.upperBound, by: 2) {
        let code = Int(text[start]) << 8 | Int(text[start + 1])
        let offset = code - (code < 0xE040 ? 0x8140 : 0xC140)
        write((offset >> 8) * 0xC0 + offset & 0xFF, bits: 13)
      }
    }
  }

  private static func number(ofLetter letter: UInt8) -> Int {
    alphabet.firstIndex(of: letter) ?? 0
  }

  private static let alphabet = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:".utf8)
}
