import TestKit

/// Spoils bytes, names and sets of files, as a number tells.
struct Spoiling {
  private static let interesting: [UInt8] = [0, 1, 7, 8, 0x20, 0x50, 0x5D, 0x7F, 0x80, 0xFE, 0xFF]
  private static let names = [
    "../outside", "/outside", "..", ".", "a/b", "a\\b", "a\0b", "", "_bin", "_meta", "_hash",
    "meta", ".x", "\u{1B}[2J", "grün", String(repeating: "n", count: 300),
  ]
  private var random: SeededGenerator

  init(number: Int) {
    random = SeededGenerator(state: UInt64(bitPattern: Int64(number)) &* 0x9E6C_63D0_876A_46B5)
  }

  mutating func below(_ bound: Int) -> Int { Int.random(in: 0..<max(1, bound), using: &random) }

  mutating func bytes(_ count: Int) -> [UInt8] {
    (0..<count).map { _ in .random(in: 0...255, using: &random) }
  }

  mutating func name() -> String { Self.names[below(Self.names.count)] }

  /// Changes files before they are packed, so that checksums of the archive are right.
  mutating func spoil(_ files: inout [String: [UInt8]]) {
    let names = files.keys.sorted()
    let name = names[below(names.count)]
    switch below(6) {
    case 0: files[name] = nil
    case 1: files[name] = bytes(below(64))
    case 2: files[self.name()] = bytes(below(16))
    case 3: files[name] = Array(repeating: UInt8(below(256)), count: below(3 << 20))
    default:
      var content = files[name] ?? []
      spoil(&content)
      files[name] = content
    }
  }

  /// Changes an archive or a file here and there.
  mutating func spoil(_ content: inout [UInt8]) {
    for _ in 0..<1 + below(3) {
      guard !content.isEmpty else {
        content = bytes(below(8))
        return
      }
      let place = place(in: content)
      switch below(12) {
      case 0: content.removeLast(below(content.count))
      case 1: content.removeFirst(min(place, below(64)))
      case 2: content.insert(contentsOf: bytes(below(40)), at: place)
      case 3:
        let part = Array(content[place..<min(content.count, place + below(200))])
        content.insert(contentsOf: part, at: below(content.count))
      case 4: content += content.suffix(below(200))
      case 5, 6:
        // A field of two or four bytes, small, great or another one of this archive.
        let width = [2, 4][below(2)]
        let other = self.place(in: content)
        for index in 0..<width where place + index < content.count {
          content[place + index] =
            other + index < content.count && below(2) == 0
            ? content[other + index] : Self.interesting[below(Self.interesting.count)]
        }
      case 7: content[place] ^= 1 << UInt8(below(8))
      default: content[place] = Self.interesting[below(Self.interesting.count)]
      }
    }
  }

  /// A place that is likely to matter: near the beginning, near the end where the directory is, or
  /// in a header wherever it is.
  private mutating func place(in content: [UInt8]) -> Int {
    switch below(4) {
    case 0: return below(content.count)
    case 1: return below(min(content.count, 60))
    case 2: return content.count - 1 - below(min(content.count, 400))
    default:
      let heads = content.indices.dropLast(1).filter {
        content[$0] == 0x50 && content[$0 + 1] == 0x4B
      }
      guard !heads.isEmpty else { return below(content.count) }
      return min(content.count - 1, heads[below(heads.count)] + below(50))
    }
  }
}
