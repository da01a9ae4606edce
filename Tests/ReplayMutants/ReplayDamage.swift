import CXXHash
import CZstd
import TestKit

/// Damages a replay, as a number tells: the file as it is, or what its parts unpack to, with right
/// checksums around it.
struct ReplayDamage {
  private struct Part {
    var kind: UInt8
    var content: [UInt8]
    var size: UInt32
  }

  private static let interesting: [UInt8] = [0, 1, 2, 16, 60, 0x7F, 0x80, 0xFE, 0xFF]
  private static let headLength = 12
  private static let partHeadLength = 17
  private var random: SeededGenerator

  init(number: Int) {
    random = SeededGenerator(state: UInt64(bitPattern: Int64(number)) &* 0x9E6C_63D0_876A_46B5)
  }

  /// A damaged copy.
  mutating func apply(to whole: [UInt8]) -> [UInt8] {
    if below(4) == 0 { return spoiled(whole) }
    var parts = Self.parts(of: whole)
    for _ in 0..<1 + below(2) {
      guard !parts.isEmpty else { break }
      let index = below(parts.count)
      switch below(12) {
      case 0: parts.remove(at: index)
      case 1: parts.insert(parts[index], at: below(parts.count + 1))
      case 2: parts.swapAt(index, below(parts.count))
      case 3: parts[index].kind = UInt8(below(6))
      case 4: parts[index].size = UInt32(truncatingIfNeeded: Int.random(in: 0...1 << 33))
      case 5: parts[index] = bomb(parts[index])
      default:
        parts[index].content = spoiled(parts[index].content)
        if below(8) > 0 { parts[index].size = UInt32(parts[index].content.count) }
      }
    }
    return Array(whole.prefix(Self.headLength)) + parts.enumerated().flatMap(Self.packed)
  }

  /// Many megabytes of the same byte, under a size that is right, small or great.
  private mutating func bomb(_ part: Part) -> Part {
    let count = 1 << (16 + below(10))
    let sizes = [count, 100, 1 << 20, Int(UInt32.max)]
    let content = [UInt8](repeating: Self.interesting[below(9)], count: count)
    return Part(kind: part.kind, content: content, size: UInt32(sizes[below(4)]))
  }

  private mutating func spoiled(_ bytes: [UInt8]) -> [UInt8] {
    var content = bytes
    for _ in 0..<1 + below(3) {
      guard !content.isEmpty else { return [UInt8(below(256))] }
      let place = below(below(2) == 0 ? content.count : min(content.count, 80))
      switch below(8) {
      case 0: content.removeLast(below(content.count))
      case 1: content.removeFirst(min(place, 40))
      case 2: content.insert(contentsOf: (0..<below(20)).map { _ in UInt8(below(256)) }, at: place)
      case 3: content += content.suffix(below(100))
      case 4: content[place] ^= 1 << UInt8(below(8))
      case 5:
        for index in place..<min(content.count, place + 10) { content[index] = 0xFF }
      default: content[place] = Self.interesting[below(Self.interesting.count)]
      }
    }
    return content
  }

  private mutating func below(_ bound: Int) -> Int {
    Int.random(in: 0..<max(1, bound), using: &random)
  }

  // MARK: The format, told a second time

  private static func parts(of file: [UInt8]) -> [Part] {
    var parts: [Part] = []
    var place = headLength
    while place + partHeadLength <= file.count {
      let size = number(file[place + 1..<place + 5])
      let count = number(file[place + 5..<place + 9])
      let start = place + partHeadLength
      guard start + count <= file.count else { break }
      let packed = Array(file[start..<start + count])
      var content = [UInt8](repeating: 0, count: size)
      _ = ZSTD_decompress(&content, size, packed, count)
      parts.append(Part(kind: file[place], content: content, size: UInt32(size)))
      place = start + count
    }
    return parts
  }

  private static func packed(_ place: Int, _ part: Part) -> [UInt8] {
    var packed = [UInt8](repeating: 0, count: ZSTD_compressBound(part.content.count))
    let count = ZSTD_compress(&packed, packed.count, part.content, part.content.count, 1)
    packed.removeLast(packed.count - count)
    let hash = XXH3_64bits_withSeed(packed, packed.count, UInt64(place))
    return [part.kind] + bytes(UInt64(part.size), 4) + bytes(UInt64(count), 4) + bytes(hash, 8)
      + packed
  }

  private static func number(_ bytes: ArraySlice<UInt8>) -> Int {
    bytes.reversed().reduce(0) { $0 << 8 | Int($1) }
  }

  private static func bytes(_ value: UInt64, _ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: value >> UInt64(8 * $0)) }
  }
}
