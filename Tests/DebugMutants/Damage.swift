import TestKit

/// Damages what a module says about itself: names, debug information, producers and the like.
struct Damage {
  private static let names = [
    "name", "producers", "build_id", "external_debug_info", "sourceMappingURL", ".debug_abbrev",
    ".debug_addr", ".debug_info", ".debug_line", ".debug_line_str", ".debug_loc",
    ".debug_loclists", ".debug_ranges", ".debug_rnglists", ".debug_str", ".debug_str_offsets",
  ]
  private static let interesting: [UInt8] = [0, 1, 0x7F, 0x80, 0xFE, 0xFF, 0xED, 0x21, 0x16, 0x3F]
  /// Greatest number of bytes of a section that is grown.
  private static let longest = 4 << 20

  private var random: SeededGenerator

  /// Damage that follows from a number alone.
  init(number: Int) {
    random = SeededGenerator(state: UInt64(bitPattern: Int64(number)) &* 0x2545_F491_4F6C_DD1D)
  }

  mutating func below(_ bound: Int) -> Int { Int.random(in: 0..<max(1, bound), using: &random) }

  private mutating func byte() -> UInt8 { .random(in: 0...255, using: &random) }

  private mutating func bytes(_ count: Int) -> [UInt8] { (0..<count).map { _ in byte() } }

  /// Damages a module here and there; `others` lend it their sections.
  mutating func apply(to sections: inout Sections, others: [Sections]) {
    for _ in 0..<1 + below(3) {
      let custom = sections.custom
      guard !custom.isEmpty, below(8) > 0 else {
        add(to: &sections, others)
        continue
      }
      let index = custom[below(custom.count)]
      switch below(40) {
      case 0: sections.remove(at: index)
      case 1: sections.swap(index, custom[below(custom.count)])
      case 2: sections[index] = bytes(below(400))
      case 3: sections[index] = grown(sections[index])
      case 4: sections[index].removeLast(below(sections[index].count))
      case 5: sections[index].removeFirst(below(sections[index].count))
      default: for _ in 0..<1 + below(12) { hit(&sections[index]) }
      }
    }
  }

  private mutating func add(to sections: inout Sections, _ others: [Sections]) {
    let name = Self.names[below(Self.names.count)]
    var content = bytes(below(64))
    let other = others[below(others.count)]
    if let same = other.custom.first(where: { other.list[$0].name == name }), below(2) == 0 {
      content = other[same]
    } else if below(2) == 0 {
      // A text as `external_debug_info` and the like have it, of a length that may lie.
      let text = ["../x.wasm", "/dev/zero", "http://e/x", "x\0y", "", "a.wasm"][below(6)]
      content = [below(4) == 0 ? byte() : UInt8(text.utf8.count)] + Array(text.utf8)
    }
    sections.add(name, content, inFront: below(2) == 0)
  }

  /// The content, or a part of it, again and again.
  private mutating func grown(_ content: [UInt8]) -> [UInt8] {
    guard !content.isEmpty else { return content }
    let start = below(content.count)
    let part = Array(content[start...].prefix(1 + below(200)))
    let most = below(20) == 0 ? Self.longest : 20_000
    let count = 1 + below(most / part.count)
    return content[..<start] + Array(repeatElement(part, count: count).joined()) + content[start...]
  }

  private mutating func hit(_ content: inout [UInt8]) {
    guard !content.isEmpty else { return }
    // The beginning decides most: headers, counts, abbreviations.
    let place = below(below(2) == 0 ? content.count : min(64, content.count))
    switch below(7) {
    case 0: content[place] = byte()
    case 1: content[place] ^= 1 << UInt8(below(8))
    case 2: content[place] = Self.interesting[below(Self.interesting.count)]
    case 3: for index in place..<min(place + 8, content.count) { content[index] |= 0x80 }
    case 4:
      let from = below(content.count)
      for index in 0..<min(16, content.count - max(place, from)) {
        content[place + index] = content[from + index]
      }
    case 5: content.insert(byte(), at: place)
    default: content.remove(at: place)
    }
  }
}
