/// A size of QR codes, with error correction level M.
///
/// Source: ISO/IEC 18004, tables 1, 7, 9 and annex E.
struct QRVersion: Equatable {
  /// 1...40.
  let number: Int

  static let all = (1...40).map(QRVersion.init)
  /// Modules on a side.
  var size: Int { 17 + 4 * number }

  /// Codewords of error correction in a block.
  var checkWords: Int { Self.checkWords[number - 1] }
  /// Blocks that the data are divided into.
  var blocks: Int { Self.blocks[number - 1] }
  /// Codewords of data in all blocks.
  var dataWords: Int { allWords - blocks * checkWords }

  /// Codewords that a code of this size has room for.
  var allWords: Int {
    var modules = (16 * number + 128) * number + 64
    if number >= 2 {
      let marks = alignmentMarks
      modules -= (25 * marks - 10) * marks - 55
      if number >= 7 { modules -= 36 }
    }
    return modules / 8
  }

  /// Alignment patterns along a side.
  private var alignmentMarks: Int { number / 7 + 2 }

  /// Rows, and columns, of the centres of alignment patterns.
  var alignmentCenters: [Int] {
    if number == 1 { return [] }
    let marks = alignmentMarks
    let step = number == 32 ? 26 : (4 * number + 2 * marks + 1) / (2 * marks - 2) * 2
    return [6] + (0..<marks - 1).reversed().map { size - 7 - step * $0 }
  }

  // swift-format-ignore
  private static let checkWords = [
    10, 16, 26, 18, 24, 16, 18, 22, 22, 26, 30, 22, 22, 24, 24, 28, 28, 26, 26, 26,
    26, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28,
  ]

  // swift-format-ignore
  private static let blocks = [
    1, 1, 1, 2, 2, 4, 4, 4, 5, 5, 5, 8, 9, 9, 10, 10, 11, 13, 14, 16,
    17, 17, 18, 20, 21, 23, 25, 26, 28, 29, 31, 33, 35, 37, 38, 40, 43, 45, 47, 49,
  ]
}
