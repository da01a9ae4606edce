import TestKit

/// Damages a module's bytes; everything follows from a number.
struct ModuleDamage {
  /// Numbers that lie: about counts, sizes and indices, too long encodings among them.
  private static let lies: [[UInt8]] =
    [0, 1, 2, 0x7F, 0x80, 0x3FFF, 0x4000, 0xFFFF, 0x10000, 1 << 20, 10_000_000].map {
      ModuleBuilder.leb($0)
    } + [
      [0x80, 0x80, 0x80, 0x80, 0x08],  // 2^31
      [0xFE, 0xFF, 0xFF, 0xFF, 0x0F],
      [0xFF, 0xFF, 0xFF, 0xFF, 0x0F],  // 2^32 - 1
      [0xFF, 0xFF, 0xFF, 0xFF, 0x1F],
      [0xFF, 0xFF, 0xFF, 0xFF, 0x7F],
      [0x80, 0x80, 0x80, 0x80, 0x00],
      [0x80, 0x80, 0x80, 0x80, 0x80, 0x00],
      [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01],
    ]
  private static let codes: [UInt8] = [
    0x00, 0x02, 0x03, 0x04, 0x05, 0x06, 0x08, 0x0A, 0x0B, 0x0C, 0x0D, 0x0E, 0x0F, 0x10, 0x11, 0x12,
    0x13, 0x1A, 0x1B, 0x1C, 0x1F, 0x20, 0x21, 0x23, 0x28, 0x36, 0x3F, 0x40, 0x41, 0x42, 0x69, 0x6A,
    0x6F, 0x70, 0x7B, 0x7F, 0xD0, 0xD2, 0xFC, 0xFD, 0xFE,
  ]

  private var random: SeededGenerator

  init(number: Int) {
    random = SeededGenerator(state: UInt64(bitPattern: Int64(number)) &* 0x2545_F491_4F6C_DD1D)
  }

  mutating func below(_ bound: Int) -> Int { Int.random(in: 0..<max(1, bound), using: &random) }

  private mutating func byte() -> UInt8 { .random(in: 0...255, using: &random) }

  /// Damages `bytes` here and there; `others` lend pieces.
  mutating func apply(to bytes: inout [UInt8], others: [[UInt8]]) {
    for _ in 0..<[1, 1, 1, 1, 2, 3][below(6)] where bytes.count > 9 {
      if below(4) == 0 { lie(&bytes) } else { hit(&bytes, others) }
    }
  }

  private mutating func hit(_ bytes: inout [UInt8], _ others: [[UInt8]]) {
    let place = below(20) == 0 ? below(bytes.count) : 8 + below(bytes.count - 8)
    switch below(12) {
    case 0...2: bytes[place] ^= 1 << UInt8(below(8))
    case 3: bytes[place] = byte()
    case 4: bytes[place] = Self.codes[below(Self.codes.count)]
    case 5: bytes.insert(contentsOf: (0...below(4)).map { _ in byte() }, at: place)
    case 6: bytes.removeSubrange(place..<min(bytes.count, place + 1 + below(8)))
    case 7: bytes.removeSubrange(place...)
    case 8: bytes.replaceSubrange(place...place, with: Self.lies[below(Self.lies.count)])
    case 9:
      let other = others[below(others.count)]
      let start = below(other.count)
      let piece = other[start..<min(other.count, start + 1 + below(24))]
      bytes.replaceSubrange(place..<min(bytes.count, place + below(24)), with: piece)
    case 10: repeatPiece(&bytes, at: place)
    default: moveSections(&bytes)
    }
  }

  /// A piece over and over, so that modules become long too.
  private mutating func repeatPiece(_ bytes: inout [UInt8], at place: Int) {
    let piece = Array(bytes[place..<min(bytes.count, place + 1 + below(12))])
    let count = 1 << below(below(8) == 0 ? 13 : 6)
    bytes.insert(contentsOf: times(count, piece), at: place)
  }

  // MARK: Sections

  /// A section: its bytes with id and size, and how many of them those are.
  private struct Section {
    var bytes: ArraySlice<UInt8>
    var header: Int
  }

  /// The sections as far as their sizes are true.
  private func sections(_ bytes: [UInt8]) -> [Section] {
    var found: [Section] = []
    var place = 8
    while place < bytes.count {
      guard let (size, length) = Self.number(bytes, place + 1),
        place + 1 + length + size <= bytes.count
      else { break }
      found.append(
        Section(bytes: bytes[place..<place + 1 + length + size], header: 1 + length))
      place += 1 + length + size
    }
    return found
  }

  private static func number(_ bytes: [UInt8], _ place: Int) -> (value: Int, length: Int)? {
    var value = 0
    for index in 0..<5 {
      guard place + index < bytes.count else { return nil }
      let byte = bytes[place + index]
      value |= Int(byte & 0x7F) << (7 * index)
      if byte < 0x80 { return (value, index + 1) }
    }
    return nil
  }

  private mutating func moveSections(_ bytes: inout [UInt8]) {
    var parts = sections(bytes).map(\.bytes)
    guard parts.count > 1 else { return }
    let (one, other) = (below(parts.count), below(parts.count))
    switch below(3) {
    case 0: parts.swapAt(one, other)
    case 1: parts.remove(at: one)
    default: parts.insert(parts[one], at: other)
    }
    bytes.replaceSubrange(8..., with: parts.joined())
  }

  /// Tells a wrong size of a section or a body, or a wrong count of what is in a section.
  private mutating func lie(_ bytes: inout [UInt8]) {
    let all = sections(bytes)
    guard !all.isEmpty else { return hit(&bytes, [bytes]) }
    let section = all[below(all.count)]
    var place = section.bytes.startIndex + 1
    if below(3) > 0 {
      // The count, or that of something within: behind a count often comes another number.
      place = section.bytes.startIndex + section.header
      if below(2) == 0, section.bytes.count > section.header {
        place += below(min(8, section.bytes.count - section.header))
      }
    }
    guard let (value, length) = Self.number(bytes, place) else { return }
    let lie =
      below(3) == 0
      ? ModuleBuilder.leb(max(0, value + below(5) - 2)) : Self.lies[below(Self.lies.count)]
    bytes.replaceSubrange(place..<place + length, with: lie)
    // Often all else is as the lie wants it, so that more than the size has to be looked at.
    if place >= section.bytes.startIndex + section.header, below(2) == 0 {
      let size = section.bytes.count - section.header + lie.count - length
      let start = section.bytes.startIndex + 1
      bytes.replaceSubrange(
        start..<section.bytes.startIndex + section.header, with: ModuleBuilder.leb(max(0, size)))
    }
  }
}
