import Foundation
import Testing

/// One random drawing case with the picture that the official console made of it.
///
/// Made by `../shared/oracles/firefly/make_corpus.py`, as are the pictures of our own cases beside
/// this file: one a line, the hexadecimal letter of an index a pixel.
struct CorpusCase: Decodable {
  let cmds: [[Int32]]
  let blob: String?
  let x: Int?
  let y: Int?
  let rows: [String]?
  /// FNV-1a over the indices of all pixels, 16 hexadecimal digits, instead of large pictures.
  let fnv: String?

  var bytes: [UInt8] {
    let digits = Array((blob ?? "").utf8)
    return stride(from: 0, to: digits.count - 1, by: 2).map {
      UInt8(String(decoding: digits[$0...$0 + 1], as: UTF8.self), radix: 16) ?? 0
    }
  }

  /// The official picture, one index a pixel; nil where the official console broke.
  var pixels: [UInt8]? {
    guard let rows, let x, let y else { return nil }
    var pixels = [UInt8](repeating: 0, count: 240 * 160)
    for (row, text) in rows.enumerated() {
      for (column, digit) in text.enumerated() {
        pixels[(y + row) * 240 + x + column] = UInt8(digit.hexDigitValue ?? 0)
      }
    }
    return pixels
  }
}

/// FNV-1a, 64 bits.
func checksum(_ bytes: [UInt8]) -> UInt64 {
  bytes.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
}

/// A file of cases of one kind.
struct CorpusFile: CustomTestStringConvertible {
  let url: URL

  var testDescription: String {
    url.deletingLastPathComponent().lastPathComponent + "/" + url.lastPathComponent
  }

  func cases() throws -> [CorpusCase] {
    try String(contentsOf: url, encoding: .utf8).split(separator: "\n").map {
      try JSONDecoder().decode(CorpusCase.self, from: Data($0.utf8))
    }
  }

  /// Cases of our own, a few of each kind.
  static let own = CorpusFile(
    url: URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("official-pictures.jsonl"))

  /// Where the corpora lie: the folder named by GLOWJAR_FIREFLY_CORPUS, with one folder a seed.
  static let folder = ProcessInfo.processInfo.environment["GLOWJAR_FIREFLY_CORPUS"]

  static var all: [CorpusFile] {
    guard let folder else { return [own] }
    let root = URL(fileURLWithPath: folder)
    let walk = FileManager.default.enumerator(at: root, includingPropertiesForKeys: nil)
    let files = walk?.allObjects.compactMap { $0 as? URL } ?? []
    let others = files.filter { $0.pathExtension == "jsonl" }.sorted { $0.path < $1.path }
    return [own] + others.map(CorpusFile.init)
  }
}
